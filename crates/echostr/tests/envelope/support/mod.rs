//! The platform's side, made for the tests alone: the AES of another crate, and base64 by hand. Unlike a real platform it
//! signs whatever it is given, so that what is refused is refused for the one thing that is wrong.

use bytes::Bytes;
use echostr::{
    EncodingAesKey, ReceiveId, Rejection, Signature, Verifier,
    adapter::{Decision, Finished, Opened, Outgoing, Sealer},
};
use libaes::{AES_256_KEY_LEN, Cipher};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

pub(crate) const TOKEN: &str = "Zq8vT3nLw5Rk";
pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const APP_ID: &str = "wx5823bf96d3bd56c7";
pub(crate) const TIMESTAMP: &str = "1540176606";
pub(crate) const NONCE: &str = "1854606751";

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn key(text: &str) -> EncodingAesKey {
    EncodingAesKey::new(text).expect("a key")
}

pub(crate) fn app_id() -> ReceiveId {
    ReceiveId::new(APP_ID).expect("an id")
}

/// Of an Official Account, for everything that this file makes.
pub(crate) fn verifier() -> Verifier {
    Verifier::encrypted(TOKEN, key(KEY), app_id()).expect("a token")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().chain(&[0; 2]).take(3).fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for place in 0..4 {
            let is_filling = place > chunk.len();
            text.push(if is_filling { '=' } else { DIGITS[group >> (18 - 6 * place) & 63].into() });
        }
    }
    text
}

/// Lenient: what is no digit ends the text, and bits left over are dropped.
pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    let values = text.bytes().map_while(|c| DIGITS.iter().position(|digit| *digit == c));
    let bits: Vec<_> = values.flat_map(|value| (0..6).rev().map(move |bit| value >> bit & 1)).collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit));
    bytes.map(|byte| u8::try_from(byte).expect("8 bits")).collect()
}

fn cipher(key: &str) -> (Cipher, [u8; AES_256_KEY_LEN]) {
    let bytes: [u8; AES_256_KEY_LEN] = from_base64(key).try_into().expect("a key of 43 characters");
    let mut cipher = Cipher::new_256(&bytes);
    cipher.set_auto_padding(false);
    (cipher, bytes)
}

/// AES alone, of any bytes that fill whole blocks.
pub(crate) fn encrypt(key: &str, padded: &[u8]) -> Vec<u8> {
    let (cipher, bytes) = cipher(key);
    cipher.cbc_encrypt(&bytes[..16], padded)
}

/// AES alone, backwards.
pub(crate) fn decrypt(key: &str, cipher_text: &[u8]) -> Vec<u8> {
    let (cipher, bytes) = cipher(key);
    cipher.cbc_decrypt(&bytes[..16], cipher_text)
}

/// 16 bytes, the length, the message and the receive id.
pub(crate) fn content(message: &[u8], receive_id: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message").to_be_bytes();
    [b"0123456789abcdef", &length[..], message, receive_id].concat()
}

/// PKCS#7 up to the next multiple of `block`.
pub(crate) fn padded(mut content: Vec<u8>, block: usize) -> Vec<u8> {
    let padding = block - content.len() % block;
    content.resize(content.len() + padding, padding.try_into().expect("a small block"));
    content
}

/// The text of `Encrypt` for a message.
pub(crate) fn sealed(key: &str, message: &[u8], receive_id: &[u8]) -> String {
    base64(&encrypt(key, &padded(content(message, receive_id), 32)))
}

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

/// What becomes of a reply of 200 with this body.
pub(crate) fn finished(sealer: &Sealer, body: &[u8]) -> Finished {
    match sealer.clone().reply(200, false) {
        Outgoing::Collect(collect) => collect.finish(Some(Bytes::copy_from_slice(body))),
        other => unreachable!("a reply of 200 may have to be sealed: {other:?}"),
    }
}

/// The sealed document for a reply that needs one.
pub(crate) fn sealed_reply(sealer: &Sealer, body: &[u8]) -> String {
    match finished(sealer, body) {
        Finished::Sealed { body, .. } => String::from_utf8(body.into()).expect("UTF-8"),
        other => unreachable!("not sealed: {other:?}"),
    }
}
