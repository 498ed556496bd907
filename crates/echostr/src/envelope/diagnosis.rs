//! Why nothing in a body is signed: what happened to it on the way, as far as it shows. For the operator alone; nothing is opened
//! that is found here.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::{
    candidates::candidates,
    format::{Format, start_of},
};
use crate::{Rejection, rejection::BodyFault};

/// The reason to refuse `body`, of whose candidates the signature fits none; `is_signed` says whether it fits another text.
#[cold]
pub(super) fn of(body: &[u8], is_signed: impl Fn(&str) -> bool) -> Rejection {
    let Some(format) = Format::of(body) else { return Rejection::Body(without_document(body)) };
    let shows = |mended: Cow<'_, [u8]>| candidates(&mended).iter().any(|text| is_signed(text));
    if let Some(joined) = without_breaks(body, format).filter(|joined| shows(joined.into())) {
        drop(joined);
        return Rejection::Body(BodyFault::BrokenIntoLines);
    }
    if unescaped(body, format).is_some_and(|unescaped| shows(unescaped.into())) {
        return Rejection::Body(BodyFault::EscapedAgain);
    }
    if candidates(body).is_empty() {
        Rejection::Body(BodyFault::NoEncrypt)
    } else {
        Rejection::WrongSignature
    }
}

/// What a body is that begins with neither `<` nor `{`.
fn without_document(body: &[u8]) -> BodyFault {
    let start = start_of(body);
    let begins = |with: &[u8]| body.starts_with(with);
    if start.is_empty() {
        BodyFault::Empty
    } else if begins(b"\x1f\x8b") || begins(b"\x28\xb5\x2f\xfd") || begins(b"\x78\x9c") || begins(b"\x78\x01")
    {
        BodyFault::Compressed
    } else if begins(b"\xff\xfe") || begins(b"\xfe\xff") || start.iter().take(4).any(|byte| *byte == 0) {
        BodyFault::Utf16
    } else if start.starts_with(b"\"") {
        BodyFault::Quoted
    } else if starts_escaped(start) {
        BodyFault::FormEncoded
    } else if start.len() >= 16
        && start.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-\r\n".contains(byte))
    {
        BodyFault::Base64
    } else {
        BodyFault::NotADocument
    }
}

/// Whether a field of a form stands here, or a document whose first character is escaped as one.
fn starts_escaped(start: &[u8]) -> bool {
    let key = start.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let is_pair =
        key > 0 && start.get(key) == Some(&b'=') && start.get(key..).is_some_and(|value| value.len() > 2);
    let has_escape = |with: &[u8]| start.get(..3).is_some_and(|first| first.eq_ignore_ascii_case(with));
    has_escape(b"%3c") || has_escape(b"%7b") || (is_pair && start.contains(&b'%'))
}

/// The body without white space, and in JSON without the escapes of line breaks; `None` if there is none.
fn without_breaks(body: &[u8], format: Format) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'\\', [b'n' | b'r' | b't', after @ ..]) if format == Format::Json => after,
            // A backslash that escapes another says nothing of what follows.
            (b'\\', [next, after @ ..]) if format == Format::Json => {
                joined.extend([b'\\', *next]);
                after
            }
            (byte, after) if byte.is_ascii_whitespace() => after,
            (byte, after) => {
                joined.push(*byte);
                after
            }
        };
    }
    (joined.len() < body.len()).then_some(joined)
}

/// The body with its escapes undone once more: those of URLs, of JSON and, for single characters, of XML.
fn unescaped(body: &[u8], format: Format) -> Option<Vec<u8>> {
    const REFERENCES: [(&[u8], u8); 9] = [
        (b"&#43;", b'+'),
        (b"&#47;", b'/'),
        (b"&#61;", b'='),
        (b"&#x2b;", b'+'),
        (b"&#x2f;", b'/'),
        (b"&#x3d;", b'='),
        (b"&plus;", b'+'),
        (b"&sol;", b'/'),
        (b"&equals;", b'='),
    ];
    let decoded = percent_decode(body).collect::<Vec<u8>>();
    let mut text = Vec::with_capacity(decoded.len());
    let mut rest = decoded.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let reference = REFERENCES
            .iter()
            .find(|(name, _)| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        rest = match (reference, first, after) {
            (Some((name, character)), ..) => {
                text.push(*character);
                rest.get(name.len()..).unwrap_or_default()
            }
            (None, b'\\', [b'\\', after @ ..]) => {
                text.push(b'\\');
                after
            }
            (None, b'\\', [b'/', after @ ..]) if format == Format::Xml => {
                text.push(b'/');
                after
            }
            _ => {
                text.push(*first);
                after
            }
        };
    }
    (text != body).then_some(text)
}
