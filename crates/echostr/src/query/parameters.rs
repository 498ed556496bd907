//! Which of WeChat's parameters a pair of the query is.
//!
//! The first letters leave one name that it can be, which stands here as a literal: the compiler compares it in one or two
//! instructions, without a call, and most parameters of the user's own are passed over at their first letter.

use percent_encoding::percent_decode_str;

use super::pairs::Pair;
use crate::Parameter;

/// The parameter that a pair is, and its value, not decoded; a key without `=` has the empty value.
pub(crate) fn split(pair: Pair<'_>) -> Option<(Parameter, &str)> {
    if pair.has_escape {
        let (key, value) = pair.split();
        return Some((from_key(key)?, value));
    }
    let pair = pair.text;
    let (parameter, rest) = match pair.as_bytes() {
        [b's', ..] => (Parameter::Signature, pair.strip_prefix("signature")?),
        [b't', ..] => (Parameter::Timestamp, pair.strip_prefix("timestamp")?),
        [b'n', ..] => (Parameter::Nonce, pair.strip_prefix("nonce")?),
        [b'o', ..] => (Parameter::Openid, pair.strip_prefix("openid")?),
        [b'm', ..] => (Parameter::MsgSignature, pair.strip_prefix("msg_signature")?),
        [b'e', b'c', ..] => (Parameter::Echostr, pair.strip_prefix("echostr")?),
        [b'e', b'n', ..] => (Parameter::EncryptType, pair.strip_prefix("encrypt_type")?),
        _ => return None,
    };
    match rest.strip_prefix('=') {
        Some(value) => Some((parameter, value)),
        None if rest.is_empty() => Some((parameter, "")),
        None => None,
    }
}

/// The parameter that `key` names once it is decoded: `%6eonce` is `nonce` to every handler's parser too.
#[cold]
pub(crate) fn from_key(key: &str) -> Option<Parameter> {
    Parameter::ALL.into_iter().find(|parameter| percent_decode_str(key).eq(parameter.name().bytes()))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "what fails here must fail the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::Pairs;

    /// The plain twin: key and value are told apart first, and the key is looked up by its decoded name.
    fn naive(text: &str) -> Option<(Parameter, &str)> {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let key = percent_decode_str(key).collect::<Vec<_>>();
        Some((*Parameter::ALL.iter().find(|parameter| parameter.name().as_bytes() == key)?, value))
    }

    /// A name, whole, cut, lengthened, with another letter or with an escape; or any text.
    fn key() -> impl Strategy<Value = String> {
        let name =
            || prop::sample::select(&Parameter::ALL[..]).prop_map(|parameter| parameter.name().to_owned());
        let place = || any::<prop::sample::Index>();
        prop_oneof![
            name(),
            (name(), place(), "[a-z_%=]{0,3}").prop_map(|(mut name, place, new)| {
                name.insert_str(place.index(name.len() + 1), &new);
                name
            }),
            (name(), place()).prop_map(|(mut name, place)| {
                name.remove(place.index(name.len()));
                name
            }),
            (name(), place()).prop_map(|(name, place)| {
                let (before, after) = name.split_at(place.index(name.len()));
                let mut after = after.chars();
                format!("{before}%{:02x}{}", u32::from(after.next().unwrap()), after.as_str())
            }),
            any::<String>(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_a_table_says(key in key(), value in prop::option::of("[a-z=%0-9]{0,5}")) {
            let text = value.map_or(key.clone(), |value| format!("{key}={value}"));
            for pair in Pairs::of(&text) {
                prop_assert_eq!(split(pair), naive(pair.text), "{}", pair.text);
            }
        }
    }

    #[test]
    fn every_name_is_found() {
        for parameter in Parameter::ALL {
            for (end, value) in [("", ""), ("=", ""), ("=v", "v"), ("==v", "=v")] {
                let text = format!("{parameter}{end}");
                let pair = Pairs::of(&text).next().unwrap();
                assert_eq!(split(pair), Some((parameter, value)), "{text}");
            }
        }
    }
}
