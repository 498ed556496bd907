//! Seals replies, with the secrets that opened their request.

use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use arrayvec::ArrayString;

use super::format::Format;
use crate::{
    EncodingAesKey, Signature,
    answer::Answer,
    config::Token,
    crypto::{SealError, cipher},
    policy::Decrypted,
};

/// Seals the handler's reply with the secrets that opened the request, in the request's format: begin with
/// [`reply`](Self::reply).
#[derive(Clone)]
pub struct Sealer {
    token: Token,
    key: EncodingAesKey,
    receive_id: Arc<str>,
    nonce: ArrayString<32>,
    format: Format,
    /// WeCom's JSON has names of its own.
    is_wecom: bool,
}

impl Sealer {
    pub(crate) fn new(
        request: &Decrypted<'_>,
        nonce: ArrayString<32>,
        format: Format,
        is_wecom: bool,
    ) -> Self {
        Self {
            token: request.signer.token.clone(),
            key: request.key.clone(),
            receive_id: Arc::clone(&request.receive_id),
            nonce,
            format,
            is_wecom,
        }
    }

    /// The `Content-Type` of what is sealed, which is the one of the document in the request too.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.format.content_type()
    }

    /// The encrypted and signed document for `reply`; `None` where the reply goes out as it is: an empty one and `success` are
    /// not encrypted.
    pub(super) fn seal(&self, reply: &[u8]) -> Result<Option<String>, SealError> {
        if Answer::says_nothing(reply) {
            return Ok(None);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs()).to_string();
        let sealed = Sealed::new(&self.token, &self.key, &self.receive_id, &now, &self.nonce, reply)?;
        Ok(Some(sealed.document(self.format, self.is_wecom, &now, &self.nonce)))
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("format", &self.format).finish_non_exhaustive()
    }
}

/// An encrypted text and its signature.
pub(crate) struct Sealed {
    encrypt: String,
    msg_signature: Signature,
}

impl Sealed {
    fn new(
        token: &Token,
        key: &EncodingAesKey,
        receive_id: &str,
        timestamp: &str,
        nonce: &str,
        message: &[u8],
    ) -> Result<Self, SealError> {
        let encrypt = cipher::encrypt(key, message, receive_id)?;
        let msg_signature = Signature::compute([token.as_str(), timestamp, nonce, &encrypt]);
        Ok(Self { encrypt, msg_signature })
    }

    /// The reply, byte for byte as the official samples write it. WeCom's samples read lower-case names in JSON and no others:
    /// <https://developer.work.weixin.qq.com/document/path/101033>.
    ///
    /// A nonce is any text, so it is escaped for the document it stands in.
    fn document(&self, format: Format, is_wecom: bool, timestamp: &str, nonce: &str) -> String {
        let Self { encrypt, msg_signature } = self;
        match format {
            Format::Xml => {
                let nonce = nonce.replace("]]>", "]]]]><![CDATA[>");
                format!(
                    "<xml>\n<Encrypt><![CDATA[{encrypt}]]></Encrypt>\n\
                     <MsgSignature><![CDATA[{msg_signature:x}]]></MsgSignature>\n\
                     <TimeStamp>{timestamp}</TimeStamp>\n<Nonce><![CDATA[{nonce}]]></Nonce>\n</xml>"
                )
            }
            Format::Json => {
                let nonce = serde_json::Value::from(nonce);
                let [a, b, c, d] = if is_wecom {
                    ["encrypt", "msgsignature", "timestamp", "nonce"]
                } else {
                    ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
                };
                format!(
                    "{{\"{a}\":\"{encrypt}\",\"{b}\":\"{msg_signature:x}\",\"{c}\":{timestamp},\"{d}\":{nonce}}}"
                )
            }
        }
    }

    /// The body of a request that carries the encrypted text.
    pub(crate) fn request(encrypt: &str, format: Format, is_wecom: bool) -> String {
        match format {
            Format::Xml => format!(
                "<xml>\n    <ToUserName><![CDATA[gh_0]]></ToUserName>\n    \
                 <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
            ),
            Format::Json if is_wecom => format!("{{\"encrypt\":\"{encrypt}\"}}"),
            Format::Json => format!("{{\"ToUserName\":\"gh_0\",\"Encrypt\":\"{encrypt}\"}}"),
        }
    }
}
