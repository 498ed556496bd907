//! What something on the way did to a query that does not verify, as far as it shows. For the operator alone: a request is refused
//! all the same. Nothing is allocated, since anybody can have a query refused.

use crate::{Parameter, Rejection, rejection::QueryFault};

/// The reason with the better cure, if `raw` shows one. `has_escape` says whether a `%` has been read in it.
#[cold]
pub(crate) fn explain(raw: &str, has_escape: bool, rejection: Rejection) -> Rejection {
    use QueryFault::{Duplicate, EscapedAgain, HtmlEscaped, Malformed, Missing, NoParameters, Repeated};

    let fault = match rejection {
        Rejection::Query(Duplicate(_)) if is_repeated(raw) => Repeated,
        Rejection::Query(NoParameters | Missing(_) | Malformed(_)) if is_html(raw) => HtmlEscaped,
        Rejection::Query(NoParameters | Missing(_) | Malformed(_)) if is_escaped_as_a_whole(raw) => {
            EscapedAgain
        }
        Rejection::WrongSignature | Rejection::Query(Malformed(_)) if has_escape && is_escaped_again(raw) => {
            EscapedAgain
        }
        _ => return rejection,
    };
    Rejection::Query(fault)
}

fn named(key: &str) -> Option<Parameter> {
    Parameter::ALL.into_iter().find(|parameter| parameter.name() == key)
}

/// Whether everything of WeChat's stands there more than once, each time with the same value. A rewrite that appends the query may
/// do so with a `?`, which therefore separates too.
fn is_repeated(raw: &str) -> bool {
    let mut found = [None; Parameter::ALL.len()];
    for pair in raw.split(['&', '?']) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(slot) = named(key).and_then(|parameter| found.get_mut(parameter as usize)) else { continue };
        match slot {
            None => *slot = Some((value, false)),
            Some((first, _)) if *first != value => return false,
            Some((_, is_repeated)) => *is_repeated = true,
        }
    }
    found.iter().flatten().count() > 1 && found.iter().flatten().all(|(_, is_repeated)| *is_repeated)
}

/// Whether the `&` between parameters has been escaped for HTML, or taken for the beginning of a reference: `&times` is ×.
fn is_html(raw: &str) -> bool {
    const ESCAPED: [&str; 5] = ["&amp;", "&#38;", "&#x26;", "%26amp;", "%26amp%3B"];
    const TIMES: [&str; 4] = ["×tamp=", "%C3%97tamp=", "%c3%97tamp=", "&times;tamp="];
    let begins_with_a_name = |text: &str| text.split_once('=').is_some_and(|(key, _)| named(key).is_some());
    ESCAPED.iter().any(|escape| raw.split(escape).skip(1).any(begins_with_a_name))
        || TIMES.iter().any(|times| raw.contains(times))
}

/// Whether a value of WeChat's has been percent-encoded a second time: `%253D`.
fn is_escaped_again(raw: &str) -> bool {
    let is_escape = |after: &str| {
        after.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    raw.split('&')
        .filter_map(|pair| pair.split_once('='))
        .any(|(key, value)| named(key).is_some() && value.split("%25").skip(1).any(is_escape))
}

/// Whether the `=` or `&` round the names have been percent-encoded with all the rest: `signature%3D…%26timestamp%3D…`.
fn is_escaped_as_a_whole(raw: &str) -> bool {
    let is_escaped = |parameter: &Parameter| {
        let name = parameter.name();
        raw.split(name).zip(raw.split(name).skip(1)).any(|(before, after)| {
            before.ends_with("%26") || after.get(..3).is_some_and(|after| after.eq_ignore_ascii_case("%3D"))
        })
    };
    // Of these three a request carries all, and the name of no other is in theirs; `signature` stands for `msg_signature` too.
    [Parameter::Signature, Parameter::Timestamp, Parameter::Nonce]
        .iter()
        .filter(|parameter| is_escaped(parameter))
        .count()
        > 1
}
