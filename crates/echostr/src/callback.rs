//! What has been proved: the one thing that a handler can rely on.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    Signature, Unreadable,
    claim::{Claim, unix_time},
    policy::{Decrypted, Limits, Policy, Signer},
};

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
    claim: Claim,
    /// In encrypted mode only, where decrypting allocates anyway.
    receive_id: Option<Arc<str>>,
    account: Option<Arc<str>>,
    /// Of the token that signed it.
    tag: [u8; 4],
    is_wecom: bool,
    limits: Limits,
    /// Said by the adapter's settings, which alone know it.
    pub(crate) unreadable: Unreadable,
}

impl Callback {
    /// What was claimed, now that somebody is known to have signed it.
    #[inline]
    pub(crate) fn proved(claim: Claim, signer: &Signer<'_>) -> Self {
        Self::of(claim, signer.token.tag(), signer.policy)
    }

    #[inline]
    fn of(claim: Claim, tag: [u8; 4], policy: &Policy) -> Self {
        Self {
            claim,
            receive_id: None,
            account: policy.account.clone(),
            tag,
            is_wecom: policy.is_wecom(),
            limits: policy.limits,
            unreadable: Unreadable::default(),
        }
    }

    /// The same of an encrypted request: what was decrypted had been signed.
    pub(crate) fn decrypted(claim: Claim, decrypted: &Decrypted<'_>) -> Self {
        let receive_id = Some(Arc::clone(&decrypted.receive_id));
        Self { receive_id, ..Self::proved(claim, &decrypted.signer) }
    }

    /// What was claimed, and nobody has checked: for `Verifier::dangerous_unverified` alone.
    #[cfg(debug_assertions)]
    pub(crate) fn unverified(claim: Claim, policy: &Policy) -> Self {
        Self::of(claim, [0; 4], policy)
    }

    /// The timestamp as it was sent: 1 to 20 digits, seconds since 1970 by the platform's clock.
    ///
    /// **Authenticated** together with the nonce, but not apart from it: the hash has no separator, so a forger
    /// who holds a valid URL can move digits between the two. Recent only if `max_age` is set.
    #[must_use]
    pub fn timestamp(&self) -> &str {
        &self.claim.timestamp
    }

    /// The timestamp as the time since 1970; `None` from 2^64 seconds on. Authenticated as
    /// [`timestamp`](Self::timestamp) is.
    #[must_use]
    pub fn unix_time(&self) -> Option<Duration> {
        unix_time(&self.claim.timestamp)
    }

    /// The nonce: 1 to 32 bytes of any text, decoded. Not always a number.
    ///
    /// **Authenticated** together with the timestamp, but not apart from it. Not a key for "seen before": use
    /// [`signature`](Self::signature).
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.claim.nonce
    }

    /// The sender's `openid`, if the URL carries one (Official Accounts have sent it since about 2018).
    ///
    /// **Not authenticated**: it is not part of the signature. Good for a log line; never an identity. In encrypted mode
    /// the message itself names its sender.
    #[must_use]
    pub fn openid(&self) -> Option<&str> {
        Some(self.claim.openid.as_str()).filter(|openid| !openid.is_empty())
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

    /// The account whose verifier passed the request: what [`Verifier::named`](crate::Verifier::named) calls it; `None` where it
    /// has no name.
    ///
    /// Where one server has many accounts, look here to learn whose callback it is, and not into the URL: the signature does not
    /// cover the path, so whoever knows one account's token can send to another's path unless the path chooses the verifier.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether it is WeCom's (企业微信): whether [`Verifier::wecom`](crate::Verifier::wecom) passed it.
    #[must_use]
    pub const fn is_wecom(&self) -> bool {
        self.is_wecom
    }

    /// How many bytes of the body to read at most: what [`Verifier::body_limit`](crate::Verifier::body_limit) says, in every mode.
    /// For whoever reads the body.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.limits.body
    }

    /// How long the whole body may take to arrive: what [`Verifier::body_timeout`](crate::Verifier::body_timeout) says. For whoever
    /// reads the body.
    #[must_use]
    pub const fn body_timeout(&self) -> Duration {
        self.limits.body_timeout
    }

    /// How long its URL will still be accepted, seen from `now`; `None` where the verifier has no
    /// [`max_age`](crate::Verifier::max_age), that is for ever. For whoever remembers what has been seen.
    #[must_use]
    pub fn accepted_for(&self, now: SystemTime) -> Option<Duration> {
        let until = self.unix_time()?.checked_add(self.limits.max_age?)?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Some(until.saturating_sub(now))
    }

    /// Four bytes that tell the token which signed it from others, without showing it: what names an account that has no
    /// [name](Self::account) in a store.
    #[must_use]
    pub const fn token_tag(&self) -> [u8; 4] {
        self.tag
    }

    /// How to answer a body that the handler cannot read. For whoever reads the body.
    #[must_use]
    pub const fn unreadable(&self) -> Unreadable {
        self.unreadable
    }

    /// The signature that was verified: `signature` in plain mode, `msg_signature` in encrypted mode. WeChat's retries of one
    /// message carry the same one, so together with the body it is the key for "seen before".
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.claim.signature
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("timestamp", &self.timestamp())
            .field("nonce", &self.nonce())
            .field("openid", &self.openid())
            .field("signature", &self.claim.signature)
            .field("receive_id", &self.receive_id())
            .field("account", &self.account())
            .finish()
    }
}
