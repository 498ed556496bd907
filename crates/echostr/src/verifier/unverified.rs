//! The decision of [`Verifier::dangerous_unverified`](crate::Verifier::dangerous_unverified): everything passes.

use percent_encoding::percent_decode_str;

use crate::{
    Callback, Parameter, Signature,
    claim::Claim,
    decision::Decision,
    policy::Policy,
    query::{Pairs, decode, split},
};

pub(crate) fn decide<'q>(policy: &Policy, method: &str, query: &'q str) -> Decision<'q> {
    tracing::warn!("dangerous_unverified: this request is passed on without any check");
    let find = |wanted| {
        Pairs::of(query).filter_map(split).find(|(found, _)| *found == wanted).map(|(_, value)| value)
    };
    if method == "GET"
        && let Some(echostr) = find(Parameter::Echostr)
    {
        return Decision::Handshake(percent_decode_str(echostr).decode_utf8_lossy());
    }
    let claim = Claim {
        timestamp: find(Parameter::Timestamp).and_then(decode).unwrap_or_default(),
        nonce: find(Parameter::Nonce).and_then(decode).unwrap_or_default(),
        openid: find(Parameter::Openid).and_then(decode).unwrap_or_default(),
        signature: find(Parameter::Signature)
            .and_then(|digits| Signature::parse(digits).ok())
            .unwrap_or(Signature::NONE),
    };
    Decision::Callback(Callback::unverified(claim, policy))
}
