//! Queries: their pairs, and the escapes in them.

/// Percent-encodes all that is not unreserved.
pub(crate) fn escape(text: impl AsRef<[u8]>) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::percent_encode(text.as_ref(), KEPT).to_string()
}

/// The pairs of a raw query, neither decoded; `None` where there is no `=`.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value))))
}

/// A piece of a query without its escapes.
pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
