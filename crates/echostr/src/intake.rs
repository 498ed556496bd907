//! A callback whose body is taken in before the handler runs, be it encrypted or not.

use std::{fmt, time::Duration};

use bytes::Bytes;

use crate::{
    Callback, Rejection,
    body::Body,
    envelope::{Envelope, Opened, Sealer},
};

/// A callback whose body is to be read: one that is verified already, or an [`Envelope`] of which nothing is.
///
/// Give it the body as it comes, [`push`](Self::push), within [`body_timeout`](Self::body_timeout), then
/// [`finish`](Self::finish). So an adapter has one way for both modes.
///
/// ```
/// use echostr::{Verifier, adapter::{Decision, Intake}};
///
/// let verifier = Verifier::new("weixin")?;
/// let query = verifier.sign(1540176606, "1854606751");
/// let mut intake = match verifier.verify("POST", &query)? {
///     Decision::Handshake(_) => unreachable!("a message is no handshake"),
///     Decision::Callback(callback) => Intake::from(callback),
///     Decision::Envelope(envelope) => Intake::from(envelope),
/// };
/// intake.push("<xml></xml>".into())?;
/// let received = intake.finish()?;
/// assert_eq!(received.document, "<xml></xml>");
/// assert!(received.sealer.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the body is still to be read"]
pub struct Intake(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Verified(Callback, Body),
    Sealed(Envelope),
}

/// A genuine request, whole.
#[derive(Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "an adapter takes all of it, and must not compile if it forgets a part"
)]
pub struct Received {
    /// For the handler.
    pub callback: Callback,
    /// The body for the handler, decrypted if it was encrypted.
    pub document: Bytes,
    /// What every send of a message has in common: the body in plain mode, the text of `Encrypt` in encrypted mode, since nothing else
    /// of the body is signed there.
    pub signed: Bytes,
    /// In encrypted mode: for the handler's reply. The [headers](Envelope::STALE_HEADERS) of the request are to be made fit the document then.
    pub sealer: Option<Sealer>,
}

impl Intake {
    /// How long the whole body may take to arrive.
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        match &self.0 {
            Kind::Verified(callback, _) => callback.body_timeout(),
            Kind::Sealed(envelope) => envelope.body_timeout(),
        }
    }

    /// Takes note of the request's `Content-Length`: see [`Body::expect_length`].
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`](crate::rejection::BodyFault::TooLarge).
    pub fn expect_length(&mut self, content_length: Option<&[u8]>) -> Result<(), Rejection> {
        match &mut self.0 {
            Kind::Verified(_, body) => body.expect_length(content_length),
            Kind::Sealed(envelope) => envelope.expect_length(content_length),
        }
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`](crate::rejection::BodyFault::TooLarge) once there is more than
    /// [`body_limit`](crate::Verifier::body_limit).
    pub fn push(&mut self, piece: Bytes) -> Result<(), Rejection> {
        match &mut self.0 {
            Kind::Verified(_, body) => body.push(piece),
            Kind::Sealed(envelope) => envelope.push(piece),
        }
    }

    /// Opens what is encrypted.
    ///
    /// # Errors
    ///
    /// As [`Envelope::open`].
    pub fn finish(self) -> Result<Received, Rejection> {
        match self.0 {
            Kind::Verified(callback, body) => {
                let document = body.into_bytes();
                Ok(Received { callback, signed: document.clone(), document, sealer: None })
            }
            Kind::Sealed(envelope) => {
                let Opened { callback, document, signed, sealer, .. } = envelope.open()?;
                Ok(Received { callback, document, signed, sealer: Some(sealer) })
            }
        }
    }
}

impl From<Callback> for Intake {
    fn from(callback: Callback) -> Self {
        let body = Body::within(callback.body_limit());
        Self(Kind::Verified(callback, body))
    }
}

impl From<Envelope> for Intake {
    fn from(envelope: Envelope) -> Self {
        Self(Kind::Sealed(envelope))
    }
}

/// Of the texts only the length: messages are private, and `Debug` ends up in logs.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("callback", &self.callback)
            .field("document", &format_args!("{} bytes", self.document.len()))
            .field("sealer", &self.sealer)
            .finish_non_exhaustive()
    }
}
