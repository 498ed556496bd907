//! This side: verifiers, and what they make of a request.

use bytes::Bytes;
use echostr::{
    EncodingAesKey, ReceiveId, Rejection, Verifier,
    adapter::{Decision, Envelope, Opened},
};

use crate::support::{
    crypto::KEY,
    request::{APP_ID, NONCE, TIMESTAMP, TOKEN, query, xml},
};

pub(crate) fn key(text: &str) -> EncodingAesKey {
    EncodingAesKey::new(text).expect("a key")
}

pub(crate) fn app_id() -> ReceiveId {
    ReceiveId::new(APP_ID).expect("an id")
}

/// Of an Official Account, for everything that the tests send.
pub(crate) fn verifier() -> Verifier {
    Verifier::encrypted(TOKEN, key(KEY), app_id()).expect("a token")
}

/// The same of WeCom.
pub(crate) fn wecom() -> Verifier {
    Verifier::wecom(TOKEN, key(KEY), app_id()).expect("a token")
}

pub(crate) fn envelope(verifier: &Verifier, query: &str) -> Envelope {
    match verifier.verify("POST", query) {
        Ok(Decision::Envelope(envelope)) => Some(envelope),
        _ => None,
    }
    .expect("an envelope")
}

/// What the verifier says of a POST.
pub(crate) fn open(verifier: &Verifier, query: &str, body: impl Into<Bytes>) -> Result<Opened, Rejection> {
    match verifier.verify("POST", query)? {
        Decision::Envelope(mut envelope) => {
            envelope.push(body.into())?;
            envelope.open()
        }
        other => unreachable!("encrypted mode gives envelopes only: {other:?}"),
    }
}

/// What it says of a POST that carries `encrypt`, rightly signed.
pub(crate) fn open_signed(verifier: &Verifier, encrypt: &str) -> Result<Opened, Rejection> {
    open(verifier, &query(TOKEN, TIMESTAMP, NONCE, encrypt), xml(encrypt))
}
