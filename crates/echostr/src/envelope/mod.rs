//! Encrypted requests: take the body in, open it, seal the reply.

mod candidates;
mod diagnosis;
mod format;
mod reply;
mod sealer;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{
    Callback, Rejection, Unreadable, body::Body, claim::Claim, policy::Policy, rejection::EnvelopeFault,
};
pub use candidates::candidates;
pub(crate) use format::Format;
use format::start_of;
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
    /// The text of `Encrypt`: all that the signature covers, and so the same in every send of a message.
    pub signed: Bytes,
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
        let body = Body::within(policy.limits.body);
        Self { claim, policy, unreadable: Unreadable::default(), body }
    }

    /// How long the body may be: [`Verifier::body_limit`](crate::Verifier::body_limit).
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.policy.limits.body
    }

    /// How long the whole body may take to arrive: [`Verifier::body_timeout`](crate::Verifier::body_timeout).
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        self.policy.limits.body_timeout
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
        let candidates = candidates(self.body.as_slice());
        let has_candidates = !candidates.is_empty();
        let signed = candidates.into_iter().find_map(|text| {
            let signer = self.policy.signer_of_encrypt(&self.claim, &text).ok()?;
            Some((signer, text))
        });
        let Some((signer, text)) = signed else {
            let is_signed = |text: &str| self.policy.signer_of_encrypt(&self.claim, text).is_ok();
            return Err(diagnosis::of(self.body.as_slice(), has_candidates, is_signed));
        };
        let envelope_format = Format::of(self.body.as_slice()).unwrap_or(Format::Xml);
        let (decrypted, signed) = match text {
            Cow::Borrowed(text) => {
                let decrypted = self.policy.decrypt_signed(signer, text)?;
                let range = self.body.range_of(text);
                (decrypted, self.body.into_bytes().slice(range))
            }
            Cow::Owned(text) => {
                // Not all three at once: the body, its text and what is decrypted.
                drop(self.body);
                (self.policy.decrypt_signed(signer, &text)?, text.into())
            }
        };
        // By the document itself, since nothing vouches for what stands around it.
        let format = match Format::of(&decrypted.message) {
            Some(format) => format,
            // WeCom encrypts its handshake with the same secrets.
            None if self.policy.is_wecom() => {
                return Err(Rejection::Envelope(no_message(&decrypted.message)));
            }
            None => envelope_format,
        };
        let content_type = format.content_type();
        let sealer = Sealer::new(&decrypted, self.claim.nonce, format, self.policy.is_wecom());
        let mut callback = Callback::decrypted(self.claim, &decrypted);
        callback.unreadable = self.unreadable;
        Ok(Opened { callback, document: decrypted.message, content_type, signed, sealer })
    }
}

/// What WeCom sent in the place of a message.
fn no_message(text: &[u8]) -> EnvelopeFault {
    match start_of(text) {
        [] => EnvelopeFault::EmptyMessage,
        [b'[', ..] => EnvelopeFault::ListAsMessage,
        text if is_echo(text) => EnvelopeFault::EchoAsMessage,
        _ => EnvelopeFault::NoDocument,
    }
}

/// Whether a text is what a handshake of WeCom asks back: 18 or 19 digits, and surely no document.
pub(crate) fn is_echo(text: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && text.iter().all(u8::is_ascii_alphanumeric)
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
