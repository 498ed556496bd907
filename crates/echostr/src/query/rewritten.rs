//! What something on the way did to a query that does not verify, as far as it shows. For the operator alone: a request is refused
//! all the same.

use percent_encoding::percent_decode_str;

use crate::{Parameter, Rejection, rejection::QueryFault};

/// The reason with the better cure, if `raw` shows one.
#[cold]
pub(crate) fn explain(raw: &str, rejection: Rejection) -> Rejection {
    match rejection {
        Rejection::WrongSignature | Rejection::Query(_) => traces(raw).map_or(rejection, Rejection::Query),
        _ => rejection,
    }
}

fn traces(raw: &str) -> Option<QueryFault> {
    if is_repeated(raw) {
        Some(QueryFault::Repeated)
    } else if is_html(raw) {
        Some(QueryFault::HtmlEscaped)
    } else if is_escaped_again(raw) {
        Some(QueryFault::EscapedAgain)
    } else {
        None
    }
}

/// The key and value of each pair of WeChat's, where a `?` separates too, as a rewrite that appends the query leaves it.
fn pairs(raw: &str) -> impl Iterator<Item = (Parameter, &str)> {
    raw.split(['&', '?']).filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Parameter::ALL
            .into_iter()
            .find(|parameter| parameter.name() == key)
            .map(|parameter| (parameter, value))
    })
}

/// Whether everything of WeChat's stands there more than once, each time with the same value.
fn is_repeated(raw: &str) -> bool {
    let mut found = 0_usize;
    let all_twice = Parameter::ALL.into_iter().all(|parameter| {
        let mut values = pairs(raw).filter(|(other, _)| *other == parameter).map(|(_, value)| value);
        let Some(first) = values.next() else { return true };
        found = found.saturating_add(1);
        let mut others = values.peekable();
        others.peek().is_some() && others.all(|other| other == first)
    });
    all_twice && found > 1
}

/// Whether the `&` between parameters has been escaped for HTML, or taken for the beginning of a reference: `&times` is ×.
fn is_html(raw: &str) -> bool {
    let is_named = |key: &str| Parameter::ALL.into_iter().any(|parameter| parameter.name() == key);
    let key_of = |pair: &str| pair.split_once('=').is_some_and(|(key, _)| is_named(key));
    let escaped = ["&amp;", "%26amp%3B", "%26amp;", "&#38;", "&#x26;"];
    let has_escape = escaped.into_iter().any(|escape| raw.split(escape).skip(1).any(key_of));
    has_escape
        || ["×tamp=", "%C3%97tamp=", "%c3%97tamp=", "&times;tamp="]
            .into_iter()
            .any(|times| raw.contains(times))
}

/// Whether a value of WeChat's has been percent-encoded a second time, or a `&` or `=` between them a first time.
fn is_escaped_again(raw: &str) -> bool {
    let still_escaped = |value: &str| {
        let decoded = percent_decode_str(value).decode_utf8_lossy();
        percent_decode_str(&decoded).decode_utf8_lossy() != decoded
    };
    if pairs(raw).any(|(_, value)| still_escaped(value)) {
        return true;
    }
    // The query as a whole: `signature%3D…%26timestamp%3D…`.
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    pairs(raw).count() < 2 && pairs(&decoded).count() > 2
}
