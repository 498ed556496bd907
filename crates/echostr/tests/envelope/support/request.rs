//! What the platform sends: queries, rightly signed, and bodies.

use echostr::{Parameter, Signature};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::support::crypto::{KEY, sealed};

pub(crate) const TOKEN: &str = "Zq8vT3nLw5Rk";
pub(crate) const APP_ID: &str = "wx5823bf96d3bd56c7";
pub(crate) const TIMESTAMP: &str = "1540176606";
pub(crate) const NONCE: &str = "1854606751";
pub(crate) const MESSAGE: &str = "<xml><Content><![CDATA[你好]]></Content></xml>";

fn escape(bytes: &[u8]) -> String {
    percent_encode(bytes, NON_ALPHANUMERIC).to_string()
}

/// The query of a POST in encrypted mode, with the right `msg_signature` over `encrypt`.
pub(crate) fn query(token: &str, timestamp: &str, nonce: &str, encrypt: &str) -> String {
    let signature = Signature::compute([token, timestamp, nonce]);
    let msg_signature = Signature::compute([token, timestamp, nonce, encrypt]);
    let nonce = escape(nonce.as_bytes());
    format!(
        "signature={signature:x}&timestamp={timestamp}&nonce={nonce}&encrypt_type=aes&msg_signature={msg_signature:x}"
    )
}

/// A body in safe mode.
pub(crate) fn xml(encrypt: &str) -> String {
    format!(
        "<xml>\n    <ToUserName><![CDATA[gh_0]]></ToUserName>\n    <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
    )
}

/// The same in JSON.
pub(crate) fn json(encrypt: &str) -> String {
    format!(r#"{{"ToUserName":"gh_0","Encrypt":"{encrypt}"}}"#)
}

/// The right text of `Encrypt` for [`MESSAGE`].
pub(crate) fn genuine() -> String {
    sealed(KEY, MESSAGE.as_bytes(), APP_ID.as_bytes())
}

/// The query that signs [`genuine`].
pub(crate) fn genuine_query() -> String {
    query(TOKEN, TIMESTAMP, NONCE, &genuine())
}

pub(crate) fn without(query: &str, parameter: Parameter) -> String {
    let name = format!("{parameter}=");
    query.split('&').filter(|pair| !pair.starts_with(&name)).collect::<Vec<_>>().join("&")
}

/// Every character as an escape of JSON.
pub(crate) fn escaped_as_unicode(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}
