//! What the holes of wrong servers look at in a request.

use echostr::Signature;

use crate::support::{TOKEN, reference::Mode, server::Request};
use std::collections::HashSet;

/// `SIGNATURE` in a case's name is the parameter that counts in this mode.
pub(crate) fn named(mode: Mode, case: &str) -> String {
    let is_msg = if case.starts_with("get-") { mode == Mode::Wecom } else { mode.is_encrypted() };
    case.replace("SIGNATURE", if is_msg { "msg-signature" } else { "signature" })
}

/// The parameter that holds the signature that counts.
pub(crate) fn signature_name(mode: Mode, request: &Request) -> &'static str {
    let is_msg = if request.method == "GET" { mode == Mode::Wecom } else { mode.is_encrypted() };
    if is_msg { "msg_signature" } else { "signature" }
}

pub(crate) fn given(mode: Mode, request: &Request) -> &str {
    request.parameter(signature_name(mode, request)).unwrap_or_default()
}

/// The text of the one `Encrypt`.
pub(crate) fn encrypt(request: &Request) -> &str {
    let text = str::from_utf8(&request.body).unwrap_or_default();
    let inner = text.split_once("<Encrypt>").and_then(|(_, rest)| rest.split_once("</Encrypt>"));
    let inner = inner.map_or("", |(inner, _)| inner);
    inner.trim_start_matches("<![CDATA[").trim_end_matches("]]>")
}

pub(crate) fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escape =
            if *first == b'%' { after.get(..2).and_then(|digits| str::from_utf8(digits).ok()) } else { None };
        if let Some(byte) = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// The signature that would be right for these texts.
pub(crate) fn signed(
    mode: Mode,
    request: &Request,
    token: &str,
    timestamp: &[u8],
    nonce: &[u8],
    fourth: &[u8],
) -> String {
    let fourth = if signature_name(mode, request) == "msg_signature" { fourth } else { b"" };
    format!("{:x}", Signature::compute([token.as_bytes(), timestamp, nonce, fourth]))
}

/// Timestamp, nonce and fourth text of a request, decoded.
pub(crate) fn texts(request: &Request) -> [Vec<u8>; 3] {
    let parameter = |name| decoded(request.parameter(name).unwrap_or_default());
    let fourth = if request.method == "GET" { parameter("echostr") } else { encrypt(request).into() };
    [parameter("timestamp"), parameter("nonce"), fourth]
}

/// The signature that would be right for this request.
pub(crate) fn right(mode: Mode, request: &Request) -> String {
    let [timestamp, nonce, fourth] = texts(request);
    signed(mode, request, TOKEN, &timestamp, &nonce, &fourth)
}

/// The signature is not right for this request, but for one that has one of `others` in the place of its timestamp (0),
/// its nonce (1) or its fourth text (2).
pub(crate) fn is_right_but_for(
    mode: Mode,
    request: &Request,
    which: usize,
    others: impl IntoIterator<Item = Vec<u8>>,
) -> bool {
    let is_other = |other| {
        let mut texts = texts(request);
        texts[which] = other;
        signed(mode, request, TOKEN, &texts[0], &texts[1], &texts[2]) == given(mode, request)
    };
    let names = [signature_name(mode, request), "timestamp", "nonce"];
    are_single(request, &names) && !is_right(mode, request) && others.into_iter().any(is_other)
}

pub(crate) fn is_right(mode: Mode, request: &Request) -> bool {
    given(mode, request) == right(mode, request)
}

/// All texts that differ from this one in the character at `at`, and the text itself.
pub(crate) fn neighbours(text: &[u8], at: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    (b'+'..=b'z').map(move |other| {
        let mut text = text.to_vec();
        text[at] = other;
        text
    })
}

pub(crate) fn owned(pairs: Vec<(&str, &str)>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Of two parameters of one name only the first is read, or only the last.
pub(crate) fn read_once(request: &Request, is_first: bool) -> Request {
    let mut pairs = owned(request.pairs());
    if !is_first {
        pairs.reverse();
    }
    let mut seen = HashSet::new();
    pairs.retain(|(key, _)| seen.insert(key.clone()));
    if !is_first {
        pairs.reverse();
    }
    request.with_pairs(&pairs)
}

/// Whether each of these parameters stands in the query once.
pub(crate) fn are_single(request: &Request, names: &[&str]) -> bool {
    let keys = request.keys();
    names.iter().all(|name| keys.iter().filter(|key| *key == name).count() == 1)
}
