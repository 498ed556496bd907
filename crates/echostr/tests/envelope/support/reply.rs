//! What goes back, taken apart as the platform would.

use bytes::Bytes;
use echostr::{
    Signature, Verifier,
    adapter::{Finished, Outgoing, Sealer},
};

use crate::support::{
    crypto::{KEY, decrypt, from_base64, sealed},
    receiver::open,
    request::{APP_ID, TIMESTAMP, TOKEN, query, xml},
};

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

/// In which format replies are sealed.
pub(crate) fn reply_type(sealer: &Sealer) -> &'static str {
    match finished(sealer, b"<xml/>") {
        Finished::Sealed { content_type, .. } => content_type,
        other => unreachable!("not sealed: {other:?}"),
    }
}

/// What seals the reply to a message with this document.
pub(crate) fn sealer(verifier: &Verifier, document: &str, nonce: &str) -> Sealer {
    let encrypt = sealed(KEY, document.as_bytes(), APP_ID.as_bytes());
    open(verifier, &query(TOKEN, TIMESTAMP, nonce, &encrypt), xml(&encrypt))
        .expect("a genuine message")
        .sealer
}

/// A reply, taken apart as the platform would.
pub(crate) struct Reply {
    pub(crate) encrypt: String,
    pub(crate) msg_signature: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
}

impl Reply {
    /// Byte for byte the shape of the official samples, with nothing between or around the parts.
    pub(crate) fn read_xml(reply: &str) -> Self {
        let rest = reply.strip_prefix("<xml>\n<Encrypt><![CDATA[").expect("Encrypt");
        let (encrypt, rest) =
            rest.split_once("]]></Encrypt>\n<MsgSignature><![CDATA[").expect("MsgSignature");
        let (msg_signature, rest) = rest.split_once("]]></MsgSignature>\n<TimeStamp>").expect("TimeStamp");
        let (timestamp, rest) = rest.split_once("</TimeStamp>\n<Nonce><![CDATA[").expect("Nonce");
        let nonce = rest.strip_suffix("]]></Nonce>\n</xml>").expect("the end");
        let [encrypt, msg_signature, timestamp, nonce] =
            [encrypt, msg_signature, timestamp, nonce].map(str::to_owned);
        Self { encrypt, msg_signature, timestamp, nonce }
    }

    pub(crate) fn signature(&self, token: &str) -> String {
        format!("{:x}", Signature::compute([token, &self.timestamp, &self.nonce, &self.encrypt]))
    }

    /// The message and the receive id, after the checks that the platform makes.
    pub(crate) fn decrypted(&self, key: &str) -> (String, String) {
        let mut plain = decrypt(key, &from_base64(&self.encrypt));
        assert_eq!(plain.len() % 32, 0);
        let padding = usize::from(*plain.last().expect("a padding"));
        assert!((1..=32).contains(&padding));
        let pad = plain.split_off(plain.len() - padding);
        assert!(pad.iter().all(|byte| usize::from(*byte) == padding));
        let length = u32::from_be_bytes(plain[16..20].try_into().expect("four bytes"));
        let (message, receive_id) = plain[20..].split_at(length.try_into().expect("a short message"));
        [message, receive_id].map(|text| String::from_utf8(text.to_vec()).expect("UTF-8")).into()
    }
}
