//! Which of WeChat's parameters a pair of the query is.

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
    // Each name stands here as a literal, so that comparing it is one or two instructions and no call.
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
