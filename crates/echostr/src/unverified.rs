//! The decision of [`Verifier::dangerous_unverified`](crate::Verifier::dangerous_unverified): everything passes.

use percent_encoding::percent_decode_str;

use crate::{
    Callback, Parameter, Signature, Verified,
    query::{decode, pairs},
};

pub(crate) fn decide<'q>(method: &str, query: &'q str) -> Verified<'q> {
    tracing::warn!("dangerous_unverified: this request is passed on without any check");
    let find = |wanted| {
        pairs(query).find(|(key, _)| Parameter::from_key(key) == Some(wanted)).map(|(_, value)| value)
    };
    if method == "GET"
        && let Some(echostr) = find(Parameter::Echostr)
    {
        return Verified::Handshake(percent_decode_str(echostr).decode_utf8_lossy());
    }
    let value = |parameter| find(parameter).unwrap_or_default();
    let signature = Signature::parse(value(Parameter::Signature));
    Verified::Callback(Callback::unverified(
        decode(Parameter::Timestamp, value(Parameter::Timestamp)).unwrap_or_default(),
        decode(Parameter::Nonce, value(Parameter::Nonce)).unwrap_or_default(),
        find(Parameter::Openid).and_then(|openid| decode(Parameter::Openid, openid).ok()),
        signature.unwrap_or(Signature::from_bytes([0; Signature::LEN])),
    ))
}
