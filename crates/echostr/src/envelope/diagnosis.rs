//! Why nothing in a body is signed: what happened to it on the way, as far as it shows. For the operator alone; nothing is opened
//! that is found here.

use super::{
    candidates::candidates_in,
    format::{Format, start_of},
};
use crate::{Rejection, rejection::BodyFault};

/// The reason to refuse `body`, whose candidates, if it has any, the signature does not fit; `is_signed` says whether it fits another
/// text.
#[cold]
pub(super) fn of(body: &[u8], has_candidates: bool, is_signed: impl Fn(&str) -> bool) -> Rejection {
    let start = start_of(body);
    // In UTF-16 without a mark the first byte may be that of a document.
    let Some(format) = Format::of(body).filter(|_| start.get(1) != Some(&0)) else {
        return Rejection::Body(without_document(body));
    };
    let shows = |mended: Vec<u8>, format| candidates_in(&mended, format).iter().any(|text| is_signed(text));
    if without_breaks(start).is_some_and(|joined| shows(joined, format)) {
        return Rejection::Body(BodyFault::BrokenIntoLines);
    }
    // As JSON in any case: in XML an escape of JSON is one too many.
    let is_xml = format == Format::Xml;
    if unescaped(start, is_xml).is_some_and(|unescaped| shows(unescaped, Format::Json)) {
        return Rejection::Body(BodyFault::EscapedAgain);
    }
    if has_candidates { Rejection::WrongSignature } else { Rejection::Body(BodyFault::NoEncrypt) }
}

/// What a body is that begins with neither `<` nor `{`.
fn without_document(body: &[u8]) -> BodyFault {
    /// Gzip, zstd and the four levels of zlib.
    const COMPRESSED: [&[u8]; 6] =
        [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"];
    let start = start_of(body);
    if start.is_empty() {
        BodyFault::Empty
    } else if COMPRESSED.iter().any(|magic| body.starts_with(magic)) {
        BodyFault::Compressed
    } else if body.starts_with(b"\xff\xfe")
        || body.starts_with(b"\xfe\xff")
        || start.iter().take(2).any(|byte| *byte == 0)
    {
        BodyFault::Utf16
    } else if start.starts_with(b"\"") {
        BodyFault::Quoted
    } else if is_form(start) {
        BodyFault::FormEncoded
    } else if is_base64_of_a_document(start) {
        BodyFault::Base64
    } else {
        BodyFault::NotADocument
    }
}

/// Whether pairs of a form stand here, or a document whose first character is escaped as in one.
fn is_form(start: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.*+%".contains(byte);
    let begins = |with: &[u8]| start.get(..3).is_some_and(|first| first.eq_ignore_ascii_case(with));
    let key = start.iter().take_while(|byte| is_letter(byte)).count();
    // Behind base64 there are up to two `=`, and nothing else.
    let is_pair = key > 0
        && start.get(key) == Some(&b'=')
        && start.get(key..).is_some_and(|value| value.trim_ascii_end().iter().any(|byte| *byte != b'='));
    begins(b"%3c") || begins(b"%7b") || is_pair
}

/// Whether all of it is base64, of either alphabet, and begins as `<`, `{`, a byte order mark or gzip does in it.
fn is_base64_of_a_document(start: &[u8]) -> bool {
    let begins = matches!(
        start,
        [b'P', b'A'..=b'P', ..]
            | [b'e', b'w'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'/' | b'_', ..]
            | [b'7', b'7', b'u', ..]
            | [b'H', b'4', b's', ..]
    );
    begins && start.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(byte))
}

/// The body without white space and line breaks, those written as escapes too; `None` if there are none.
fn without_breaks(body: &[u8]) -> Option<Vec<u8>> {
    const ESCAPED: [&[u8]; 9] =
        [b"\\n", b"\\r", b"\\t", b"\\u000a", b"\\u000d", b"&#10;", b"&#13;", b"&#xa;", b"&#xd;"];
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        let escape =
            if b"\\&".contains(first) { ESCAPED.iter().find(|escape| begins(rest, escape)) } else { None };
        rest = match escape {
            Some(escape) => rest.get(escape.len()..).unwrap_or_default(),
            None => {
                joined.extend(Some(*first).filter(|byte| !byte.is_ascii_whitespace()));
                after
            }
        };
    }
    (joined.len() < body.len()).then_some(joined)
}

/// The body with the escapes of URLs, of XML and of JSON undone that may stand in base64, one level of each; `None` if there are
/// none, in XML no backslash either.
fn unescaped(body: &[u8], is_xml: bool) -> Option<Vec<u8>> {
    const ESCAPES: [(&[u8], u8); 15] = [
        (b"%2b", b'+'),
        (b"%2f", b'/'),
        (b"%3d", b'='),
        (b"&#43;", b'+'),
        (b"&#47;", b'/'),
        (b"&#61;", b'='),
        (b"&#x2b;", b'+'),
        (b"&#x2f;", b'/'),
        (b"&#x3d;", b'='),
        (b"&plus;", b'+'),
        (b"&sol;", b'/'),
        (b"&equals;", b'='),
        (b"\\\\", b'\\'),
        (b"\\/", b'/'),
        (b"\\\"", b'"'),
    ];
    let mut text = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        let escape = if b"%&\\".contains(first) {
            ESCAPES.iter().find(|(escape, _)| begins(rest, escape))
        } else {
            None
        };
        rest = match escape {
            Some((escape, character)) => {
                text.push(*character);
                rest.get(escape.len()..).unwrap_or_default()
            }
            None => {
                text.push(*first);
                after
            }
        };
    }
    (text.len() < body.len() || (is_xml && body.contains(&b'\\'))).then_some(text)
}

/// Whether `text` begins with `escape`, in upper or lower case.
fn begins(text: &[u8], escape: &[u8]) -> bool {
    text.get(..escape.len()).is_some_and(|start| start.eq_ignore_ascii_case(escape))
}
