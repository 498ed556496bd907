//! The decision of [`Verifier::dangerous_unverified`](crate::Verifier::dangerous_unverified): everything passes.

use percent_encoding::percent_decode_str;

use super::Decision;
use crate::{
    Callback, Parameter,
    query::{Pairs, decode},
};

pub(crate) fn decide<'q>(method: &str, query: &'q str) -> Decision<'q> {
    tracing::warn!("dangerous_unverified: this request is passed on without any check");
    let find = |wanted| {
        Pairs::of(query)
            .filter_map(Parameter::split_from)
            .find(|(found, _)| *found == wanted)
            .map(|(_, value)| value)
    };
    if method == "GET"
        && let Some(echostr) = find(Parameter::Echostr)
    {
        return Decision::Handshake(percent_decode_str(echostr).decode_utf8_lossy());
    }
    let value = |parameter| find(parameter).unwrap_or_default();
    let mut callback = Callback::blank();
    _ = decode(value(Parameter::Timestamp), &mut callback.timestamp);
    _ = decode(value(Parameter::Nonce), &mut callback.nonce);
    _ = decode(value(Parameter::Openid), &mut callback.openid);
    _ = callback.signature.read(value(Parameter::Signature));
    Decision::Callback(callback)
}
