//! Encrypted requests: take the body in, open it, seal the reply.

mod document;
mod reply;
mod sealer;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{
    Callback, Rejection, Unreadable, body::Body, claim::Claim, policy::Policy, rejection::EnvelopeFault,
};
pub(crate) use document::Format;
pub use reply::{Collect, Finished, Outgoing};
pub(crate) use sealer::Sealed;
pub use sealer::Sealer;

/// A callback whose body is encrypted. **Nothing is verified yet** but the shape of the query, since the signature covers the
/// body.
///
/// Give it the body as it comes, [`push`](Self::push), within [`body_timeout`](Self::body_timeout), then
/// [`open`](Self::open) it.
#[derive(Clone)]
#[must_use = "nothing is verified before `open`"]
pub struct Envelope {
    claim: Claim,
    policy: Arc<Policy>,
    /// For the callback.
    pub(crate) unreadable: Unreadable,
    body: Body,
}

/// An opened envelope: the request as it would have been in plain mode, and how to answer it.
#[derive(Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "an adapter takes all of it, and must not compile if it forgets a part"
)]
pub struct Opened {
    /// For the handler.
    pub callback: Callback,
    /// The decrypted document, which takes the place of the body. UTF-8.
    pub document: Bytes,
    /// The `Content-Type` of the document.
    pub content_type: &'static str,
    /// For the handler's reply.
    pub sealer: Sealer,
}

impl Envelope {
    /// Headers that do not fit a body which has been replaced, names in lower case: remove them from the request before the
    /// handler sees it, and from a reply that has been sealed. `Content-Length` and `Content-Type` are to be set.
    ///
    /// `Accept-Encoding` is among them because a compressed reply cannot be sealed.
    pub const STALE_HEADERS: [&str; 12] = [
        "accept-encoding",
        "content-digest",
        "content-encoding",
        "content-location",
        "content-md5",
        "content-range",
        "digest",
        "etag",
        "expect",
        "te",
        "trailer",
        "transfer-encoding",
    ];

    pub(crate) fn new(claim: Claim, policy: Arc<Policy>) -> Self {
        let body = Body::within(policy.body_limit);
        Self { claim, policy, unreadable: Unreadable::default(), body }
    }

    /// How long the body may be: [`Verifier::body_limit`](crate::Verifier::body_limit).
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.policy.body_limit
    }

    /// How long the whole body may take to arrive: [`Verifier::body_timeout`](crate::Verifier::body_timeout).
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        self.policy.body_timeout
    }

    /// Takes note of the request's `Content-Length`: see [`Body::expect_length`].
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`](crate::rejection::BodyFault::TooLarge).
    pub fn expect_length(&mut self, content_length: Option<&[u8]>) -> Result<(), Rejection> {
        self.body.expect_length(content_length)
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`](crate::rejection::BodyFault::TooLarge) once there is more than
    /// [`body_limit`](crate::Verifier::body_limit).
    pub fn push(&mut self, piece: Bytes) -> Result<(), Rejection> {
        self.body.push(piece)
    }

    /// Verifies the signature, then decrypts.
    ///
    /// # Errors
    ///
    /// The reason for which the request must be refused. Nothing is decrypted unless the signature holds.
    pub fn open(self) -> Result<Opened, Rejection> {
        let (format, encrypt) = document::encrypt(self.body.as_slice())?;
        let decrypted = match encrypt {
            Cow::Borrowed(encrypt) => self.policy.open(&self.claim, encrypt)?,
            Cow::Owned(encrypt) => {
                // Not all three at once: the body, its text and what is decrypted.
                drop(self.body);
                self.policy.open(&self.claim, &encrypt)?
            }
        };
        // By the document itself, since nothing vouches for what stands around it.
        let content_type = match Format::of_bytes(&decrypted.message) {
            Some(format) => format.content_type(),
            // WeCom's handshake is encrypted with the same secrets: see `WrongKind`.
            None if self.policy.is_wecom() => return Err(Rejection::Envelope(EnvelopeFault::WrongKind)),
            None => format.content_type(),
        };
        let sealer = Sealer::new(&decrypted, self.claim.nonce, format);
        let mut callback = Callback::decrypted(self.claim, &decrypted);
        callback.unreadable = self.unreadable;
        Ok(Opened { callback, document: decrypted.message, content_type, sealer })
    }
}

/// Of the document only the length: messages are private, and `Debug` ends up in logs.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("callback", &self.callback)
            .field("document", &format_args!("{} bytes", self.document.len()))
            .field("content_type", &self.content_type)
            .field("sealer", &self.sealer)
            .finish()
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("claim", &self.claim)
            .field("length", &self.body.as_slice().len())
            .finish_non_exhaustive()
    }
}
