//! The check as tutorials have it and as people write it today: what echostr replaces.

use std::collections::HashMap;

use serde::Deserialize;
use sha1::{Digest as _, Sha1};

use crate::TOKEN;

/// The parameters, for those who write down their types.
#[derive(Debug, Deserialize)]
pub struct Parameters {
    /// The signature.
    pub signature: String,
    /// The timestamp.
    pub timestamp: String,
    /// The nonce.
    pub nonce: String,
    /// What a handshake wants back.
    pub echostr: Option<String>,
}

/// Whether the signature in the map of parameters is right.
#[must_use]
pub fn is_genuine(parameters: &HashMap<String, String>) -> bool {
    match (parameters.get("signature"), parameters.get("timestamp"), parameters.get("nonce")) {
        (Some(signature), Some(timestamp), Some(nonce)) => is_signed(signature, timestamp, nonce),
        _ => false,
    }
}

/// Sort, concatenate, hash, print, compare.
#[must_use]
#[expect(clippy::useless_vec, reason = "so it stands in the tutorials")]
pub fn is_signed(signature: &str, timestamp: &str, nonce: &str) -> bool {
    let mut parts = vec![TOKEN.to_owned(), timestamp.to_owned(), nonce.to_owned()];
    parts.sort();
    hex::encode(Sha1::digest(parts.concat())) == signature
}
