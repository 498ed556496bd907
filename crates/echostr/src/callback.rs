use std::{fmt, sync::Arc, time::Duration};

use arrayvec::ArrayString;

use crate::{Rejection, Signature, query::Query};

/// A verified callback, for the handler: proof that the sender knew the token.
///
/// Only a [`Verifier`](crate::Verifier) makes one. A handler that asks for it therefore cannot run on a request
/// that was not checked, however the routes are wired.
///
/// # What is authenticated
///
/// In plain mode the signature covers token, timestamp and nonce and **nothing else**: not the body, not the
/// method, not the path, not [`openid`](Self::openid). Whoever captures one URL can send any body with it,
/// until [`max_age`](crate::Verifier::max_age) has passed (without it: for ever). Use HTTPS.
///
/// In encrypted mode the signature covers the encrypted body too, so the body and [`receive_id`](Self::receive_id) are
/// authenticated; method, path and `openid` are not. The same request can still be sent again, and so can one of this
/// server's own replies, since the protocol does not tell the directions apart: the message in it then has the account for
/// its sender.
///
/// Reading the timestamp and nonce here rather than from the query matters: parsers disagree on odd queries,
/// and these are the texts that were verified.
#[derive(Clone)]
pub struct Callback {
    // Texts are kept inline: verifying a request allocates nothing.
    pub(crate) timestamp: ArrayString<20>,
    pub(crate) nonce: ArrayString<32>,
    /// Empty where there is none.
    pub(crate) openid: ArrayString<64>,
    pub(crate) signature: Signature,
    /// In encrypted mode only, where decrypting allocates anyway.
    receive_id: Option<Arc<str>>,
}

impl Callback {
    /// A callback that claims nothing yet.
    #[inline]
    pub(crate) const fn blank() -> Self {
        Self {
            timestamp: ArrayString::new_const(),
            nonce: ArrayString::new_const(),
            openid: ArrayString::new_const(),
            signature: Signature::ZERO,
            receive_id: None,
        }
    }

    /// Reads what the query claims, before anything of it is believed. The signature is read later: see
    /// [`Message`](crate::signature::SignatureBase).
    ///
    /// In place, as moving what has just been written would stall the processor: as a returned value it took 30 ns more.
    #[inline]
    pub(crate) fn read(&mut self, query: &Query<'_>) -> Result<(), Rejection> {
        query.timestamp(&mut self.timestamp)?;
        query.nonce(&mut self.nonce)?;
        query.openid(&mut self.openid)
    }

    /// The claim, once the body is decrypted too.
    pub(crate) fn with_receive_id(self, receive_id: Arc<str>) -> Self {
        Self { receive_id: Some(receive_id), ..self }
    }

    /// The timestamp as it was sent: 1 to 20 digits, seconds since 1970 by the platform's clock.
    ///
    /// **Authenticated** together with the nonce, but not apart from it: the hash has no separator, so a forger
    /// who holds a valid URL can move digits between the two. Recent only if `max_age` is set.
    #[must_use]
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }

    /// The timestamp as the time since 1970; `None` from 2^64 seconds on. Authenticated as
    /// [`timestamp`](Self::timestamp) is.
    #[must_use]
    pub fn unix_time(&self) -> Option<Duration> {
        unix_time(&self.timestamp)
    }

    /// The nonce: 1 to 32 bytes of any text, decoded. Not always a number.
    ///
    /// **Authenticated** together with the timestamp, but not apart from it. Not a key for "seen before": use
    /// [`signature`](Self::signature).
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The nonce, for a reply.
    pub(crate) const fn nonce_text(&self) -> ArrayString<32> {
        self.nonce
    }

    /// The sender's `openid`, if the URL carries one (Official Accounts have sent it since about 2018).
    ///
    /// **Not authenticated**: it is not part of the signature. Good for a log line; never an identity. In encrypted mode
    /// the message itself names its sender.
    #[must_use]
    pub fn openid(&self) -> Option<&str> {
        Some(self.openid.as_str()).filter(|openid| !openid.is_empty())
    }

    /// Whether the body came encrypted: the handler then reads the decrypted one, and it is **authenticated**.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.receive_id.is_some()
    }

    /// In encrypted mode the id behind the message: AppID, CorpID or SuiteID, see [`ReceiveId`](crate::ReceiveId);
    /// `""` where the message carries none. `None` in plain mode.
    ///
    /// **Authenticated**: it is encrypted and signed together with the message.
    #[must_use]
    pub fn receive_id(&self) -> Option<&str> {
        self.receive_id.as_deref()
    }

    /// The signature that was verified: `signature` in plain mode, `msg_signature` in encrypted mode. WeChat's retries of one message carry the same one, so together with the
    /// body it is the key for "seen before".
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }
}

pub(crate) fn unix_time(timestamp: &str) -> Option<Duration> {
    timestamp.parse().ok().map(Duration::from_secs)
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("timestamp", &self.timestamp())
            .field("nonce", &self.nonce())
            .field("openid", &self.openid())
            .field("signature", &self.signature)
            .field("receive_id", &self.receive_id())
            .finish()
    }
}
