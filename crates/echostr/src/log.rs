//! The events that every adapter emits: one per verified request, one per refusal.
//!
//! Adapters call these; so does an integration of your own with another framework. Nothing is formatted while
//! nobody listens.

use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;

use crate::{
    Language, Parameter, Rejection, Signature,
    query::{Pairs, from_key},
    rejection::QueryFault,
};

/// The target of the events that [`received`] emits: filter on it to write WeChat's requests to a file.
pub const CALLBACK_TARGET: &str = "echostr::callback";

/// Headers that carry the credentials of whoever sends the request.
const MASKED: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// Emits what WeChat sent, at level `INFO` under the target [`CALLBACK_TARGET`]: method, path, all query
/// parameters, all headers, one event per request.
///
/// Signatures are shortened to their first 8 digits, as a whole one lets its reader send the request again: the two
/// parameters, and every other run of 40 hexadecimal digits, for a proxy may repeat the URL in a header.
/// `authorization` and `cookie` are masked. Values are escaped, so a line stays a line.
///
/// `headers` yields names and values, borrowed or made for this; it is asked for only while somebody listens.
pub fn received<H, N, V>(method: &str, path: &str, query: &str, headers: impl Fn() -> H)
where
    H: Iterator<Item = (N, V)>,
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    tracing::event!(
        target: CALLBACK_TARGET,
        tracing::Level::INFO,
        method,
        path = &*without_signatures(path),
        query = ?Parameters(query),
        headers = ?Headers(headers),
        "received"
    );
}

/// Whether a subscriber listens to [`received`]: for an adapter that would have to copy the headers first. Call `received`
/// whatever this says, since the event may also become a record of the `log` crate, which this cannot see.
#[must_use]
pub fn received_is_enabled() -> bool {
    tracing::event_enabled!(target: CALLBACK_TARGET, tracing::Level::INFO)
}

/// Emits why a request is refused: `DEBUG` where it carries none of WeChat's parameters (health checks,
/// scanners), `WARN` otherwise. The reason and its cure are in the operator's `language`; neither the query nor the expected
/// signature is in it.
pub fn refused(rejection: Rejection, language: Language, method: &str, path: &str) {
    let path = &*without_signatures(path);
    let reason = rejection.in_language(language);
    match rejection {
        Rejection::Query(QueryFault::NoParameters) => {
            tracing::debug!(method, path, %reason, "refused");
        }
        _ => tracing::warn!(method, path, %reason, "refused"),
    }
}

struct Parameters<'q>(&'q str);

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = Pairs::of(self.0).map(|pair| {
            let (key, value) = pair.split();
            let value = percent_decode_str(value).decode_utf8_lossy();
            let value = match from_key(key) {
                Some(Parameter::Signature | Parameter::MsgSignature) => shorten(&value),
                _ => without_signatures(&value).into_owned(),
            };
            (without_signatures(&percent_decode_str(key).decode_utf8_lossy()).into_owned(), value)
        });
        f.debug_map().entries(entries).finish()
    }
}

struct Headers<F>(F);

impl<H, N, V, F> fmt::Debug for Headers<F>
where
    F: Fn() -> H,
    H: Iterator<Item = (N, V)>,
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in (self.0)() {
            let name = name.as_ref();
            if MASKED.iter().any(|masked| masked.eq_ignore_ascii_case(name)) {
                map.entry(&name, &"[REDACTED]");
            } else {
                map.entry(&name, &without_signatures(&String::from_utf8_lossy(value.as_ref())));
            }
        }
        map.finish()
    }
}

fn shorten(signature: &str) -> String {
    signature.chars().take(Signature::SHOWN_DIGITS).chain(['…']).collect()
}

/// Shortens every run of 40 or more hexadecimal digits.
fn without_signatures(text: &str) -> Cow<'_, str> {
    let is_signature = |run: &str| run.len() >= Signature::LEN.saturating_mul(2);
    let not_a_digit = |c: char| !c.is_ascii_hexdigit();
    if !text.split(not_a_digit).any(is_signature) {
        return Cow::Borrowed(text);
    }
    let shortened = text.split_inclusive(not_a_digit).map(|piece| {
        let run = piece.trim_end_matches(not_a_digit);
        if is_signature(run) { piece.replace(run, &shorten(run)) } else { piece.to_owned() }
    });
    Cow::Owned(shortened.collect())
}
