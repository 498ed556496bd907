use std::{fmt, time::Duration};

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
/// Reading the timestamp and nonce here rather than from the query matters: parsers disagree on odd queries,
/// and these are the texts that were verified.
#[derive(Clone)]
pub struct Callback {
    // Texts are kept inline: verifying a request allocates nothing.
    timestamp: ArrayString<20>,
    nonce: ArrayString<32>,
    openid: Option<ArrayString<64>>,
    signature: Signature,
}

impl Callback {
    /// What the query claims, before anything of it is believed.
    pub(crate) fn claimed(query: &Query<'_>) -> Result<Self, Rejection> {
        Ok(Self {
            timestamp: query.timestamp()?,
            nonce: query.nonce()?,
            openid: query.openid()?,
            signature: Signature::parse(&query.signature()?)
                .map_err(|_| Rejection::Malformed(crate::Parameter::Signature))?,
        })
    }

    #[cfg(debug_assertions)]
    pub(crate) const fn unverified(
        timestamp: ArrayString<20>,
        nonce: ArrayString<32>,
        openid: Option<ArrayString<64>>,
        signature: Signature,
    ) -> Self {
        Self { timestamp, nonce, openid, signature }
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
    pub fn since_epoch(&self) -> Option<Duration> {
        self.timestamp.parse().ok().map(Duration::from_secs)
    }

    /// The nonce: 1 to 32 bytes of any text, decoded. Not always a number.
    ///
    /// **Authenticated** together with the timestamp, but not apart from it. Not a key for "seen before": use
    /// [`signature`](Self::signature).
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The sender's `openid`, if the URL carries one (Official Accounts have sent it since about 2018).
    ///
    /// **Not authenticated** in plain mode: it is not part of the signature. Good for a log line; never an
    /// identity.
    #[must_use]
    pub fn openid(&self) -> Option<&str> {
        self.openid.as_deref()
    }

    /// The signature that was verified. WeChat's retries of one message carry the same one, so together with the
    /// body it is the key for "seen before".
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("timestamp", &self.timestamp())
            .field("nonce", &self.nonce())
            .field("openid", &self.openid())
            .field("signature", &self.signature)
            .finish()
    }
}
