//! This side, and queries that are right but for what a test does to them.

use echostr::{Callback, Parameter, Rejection, Signature, Verifier, adapter::Decision};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) const TOKEN: &str = "Zq8vT3nLw5Rk";
pub(crate) const TIMESTAMP: &str = "1540176606";
pub(crate) const NONCE: &str = "1854606751";

pub(crate) const PARAMETERS: [Parameter; 7] = [
    Parameter::Signature,
    Parameter::Timestamp,
    Parameter::Nonce,
    Parameter::Echostr,
    Parameter::Openid,
    Parameter::EncryptType,
    Parameter::MsgSignature,
];

pub(crate) fn verifier() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

/// The three parameters, rightly signed: only what a test does to them afterwards is wrong.
pub(crate) fn signed(timestamp: &str, nonce: &str) -> String {
    let signature = Signature::compute([TOKEN, timestamp, nonce]);
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("signature={signature:x}&timestamp={}&nonce={}", encode(timestamp), encode(nonce))
}

pub(crate) fn valid() -> String {
    signed(TIMESTAMP, NONCE)
}

/// All seven of WeChat's parameters, each once.
pub(crate) fn all_seven() -> String {
    let msg_signature = "71dc359205a4660bc3b3046b643452c994b5897d";
    format!("{}&echostr=38926&openid=o1234&encrypt_type=aes&msg_signature={msg_signature}", valid())
}

pub(crate) fn refusal(query: &str) -> Option<Rejection> {
    verifier().verify("POST", query).err()
}

pub(crate) fn accepted(verifier: &Verifier, query: &str) -> Option<Callback> {
    match verifier.verify("POST", query) {
        Ok(Decision::Callback(callback)) => Some(callback),
        Ok(Decision::Handshake(_) | Decision::Envelope(_)) | Err(_) => None,
    }
}

/// `query` with another value for `parameter`.
pub(crate) fn with_value(query: &str, parameter: Parameter, value: &str) -> String {
    replaced(query, parameter, &format!("{parameter}={value}"))
}

/// `query` with another text in place of `parameter` and its value.
pub(crate) fn replaced(query: &str, parameter: Parameter, pair: &str) -> String {
    let name = format!("{parameter}=");
    let pairs = query.split('&').map(|old| if old.starts_with(&name) { pair } else { old });
    pairs.collect::<Vec<_>>().join("&")
}

/// Escapes letters and digits too.
pub(crate) fn fully_escaped(text: impl AsRef<[u8]>) -> String {
    text.as_ref().iter().map(|byte| format!("%{byte:02x}")).collect()
}
