//! WeChat's own side: what the platform sends to a server with these secrets. For tests and tools.

use std::sync::Arc;

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    Rejection, Signature,
    config::Token,
    crypto::SealError,
    envelope::{Format, Sealed},
    policy::{Encryption, Mode, Policy},
};

/// Plays WeChat towards a server that has the same secrets: signs and seals with the current ones, whatever the mode.
///
/// Made by [`Verifier::platform`](crate::Verifier::platform). Timestamps are in seconds since 1970. A nonce is percent-encoded
/// where it needs to be, and not checked: a verifier wants 1 to 32 bytes.
///
/// ```
/// use echostr::{EncodingAesKey, ReceiveId, Verifier};
///
/// let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")?;
/// let verifier = Verifier::encrypted("weixin", key, ReceiveId::new("wx5823bf96d3bd56c7")?)?;
/// let platform = verifier.platform();
///
/// let request = platform.message(1540176606, "1854606751", "<xml><Content>你好</Content></xml>").unwrap();
/// let encrypt = request.encrypt.unwrap();
/// assert!(request.body.contains(&encrypt));
/// assert_eq!(platform.decrypt(&encrypt).unwrap().text, "<xml><Content>你好</Content></xml>");
/// # Ok::<(), echostr::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Platform<'v> {
    policy: &'v Policy,
}

/// A request as the platform sends it, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformRequest {
    /// The query of the URL.
    pub query: String,
    /// The text of `Encrypt`; `None` in plain mode.
    pub encrypt: Option<String>,
    /// The body of the POST.
    pub body: String,
}

/// A text that has been decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decrypted {
    /// The message, or the echo of a handshake. UTF-8.
    pub text: Bytes,
    /// The id behind it: see [`ReceiveId`](crate::ReceiveId).
    pub receive_id: Arc<str>,
}

impl<'v> Platform<'v> {
    pub(super) const fn new(policy: &'v Policy) -> Self {
        Self { policy }
    }

    /// The query of a plain request: `signature`, `timestamp` and `nonce`.
    #[must_use]
    pub fn query(&self, timestamp: u64, nonce: &str) -> String {
        let timestamp = timestamp.to_string();
        let signature = Signature::compute([self.token(), &timestamp, nonce]);
        let nonce = utf8_percent_encode(nonce, NON_ALPHANUMERIC);
        format!("signature={signature:x}&timestamp={timestamp}&nonce={nonce}")
    }

    /// The query of a request with this `Encrypt`, whatever it holds: with `msg_signature` over it, and with `signature` too
    /// unless the verifier is for WeCom, which sends none.
    #[must_use]
    pub fn query_with(&self, timestamp: u64, nonce: &str, encrypt: &str) -> String {
        let digits = timestamp.to_string();
        let msg_signature = Signature::compute([self.token(), &digits, nonce, encrypt]);
        match &self.policy.mode {
            Mode::Plain | Mode::Encrypted(_) => {
                format!("{}&encrypt_type=aes&msg_signature={msg_signature:x}", self.query(timestamp, nonce))
            }
            Mode::WeCom(_) => {
                let nonce = utf8_percent_encode(nonce, NON_ALPHANUMERIC);
                format!("msg_signature={msg_signature:x}&timestamp={timestamp}&nonce={nonce}")
            }
        }
    }

    /// The query of a handshake that the verifier answers with `echo`.
    ///
    /// # Errors
    ///
    /// [`SealError`], for WeCom only, whose handshake is encrypted.
    pub fn handshake(&self, timestamp: u64, nonce: &str, echo: &str) -> Result<String, SealError> {
        let (query, echostr) = match &self.policy.mode {
            Mode::Plain | Mode::Encrypted(_) => (self.query(timestamp, nonce), echo.to_owned()),
            Mode::WeCom(_) => {
                let encrypt = self.encrypt(echo)?;
                (self.query_with(timestamp, nonce, &encrypt), encrypt)
            }
        };
        Ok(format!("{query}&echostr={}", utf8_percent_encode(&echostr, NON_ALPHANUMERIC)))
    }

    /// A message whose `document` the handler is to read: in the clear in plain mode, else encrypted, with the first receive
    /// id behind it. The envelope is JSON if the document begins with `{`, and XML otherwise.
    ///
    /// # Errors
    ///
    /// [`SealError`], in encrypted modes only.
    pub fn message(&self, timestamp: u64, nonce: &str, document: &str) -> Result<PlatformRequest, SealError> {
        match &self.policy.mode {
            Mode::Plain => Ok(PlatformRequest {
                query: self.query(timestamp, nonce),
                encrypt: None,
                body: document.to_owned(),
            }),
            Mode::Encrypted(_) | Mode::WeCom(_) => {
                let encrypt = self.encrypt(document)?;
                let format = Format::of(document.as_bytes()).unwrap_or(Format::Xml);
                Ok(PlatformRequest {
                    query: self.query_with(timestamp, nonce, &encrypt),
                    body: Sealed::request(&encrypt, format, self.policy.is_wecom()),
                    encrypt: Some(encrypt),
                })
            }
        }
    }

    /// The text of `Encrypt` for `text`, with the current key and the first receive id.
    ///
    /// # Errors
    ///
    /// [`SealError::PlainMode`] if the verifier has no key.
    pub fn encrypt(&self, text: &str) -> Result<String, SealError> {
        let encryption = self.encryption().ok_or(SealError::PlainMode)?;
        encryption.encrypt(text)
    }

    /// Decrypts the text of an `Encrypt`, with the first key that fits, **without any look at a signature**.
    ///
    /// # Errors
    ///
    /// The reason for which a verifier would refuse it; [`BodyFault::NoEncrypt`](crate::rejection::BodyFault::NoEncrypt) in plain
    /// mode.
    pub fn decrypt(&self, encrypt: &str) -> Result<Decrypted, Rejection> {
        let (text, receive_id) = self.policy.decrypt(encrypt)?;
        Ok(Decrypted { text, receive_id })
    }

    fn token(&self) -> &'v str {
        self.policy.tokens.first().map_or("", Token::as_str)
    }

    const fn encryption(&self) -> Option<&'v Encryption> {
        match &self.policy.mode {
            Mode::Plain => None,
            Mode::Encrypted(encryption) | Mode::WeCom(encryption) => Some(encryption),
        }
    }
}
