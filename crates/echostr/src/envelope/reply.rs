//! The way back: what becomes of the handler's reply to an encrypted request. Each step is owned by the one before.

use bytes::Bytes;

use super::Sealer;
use crate::answer::Answer;

/// What to do with the handler's reply, of which only the head is known yet: see [`Sealer::reply`].
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an adapter performs each of them, and must not compile if it forgets one"
)]
#[must_use = "a reply that is not sealed is refused by the platform"]
pub enum Outgoing {
    /// Send it as it is, body and all.
    AsIs,
    /// Read the body, then [`finish`](Collect::finish).
    Collect(Collect),
    /// Send this instead.
    Instead(Answer),
}

/// Waits for the whole body of the handler's reply.
#[derive(Clone, Debug)]
#[must_use = "the reply is not sealed before `finish`"]
pub struct Collect(Sealer);

/// What to send in the end.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an adapter performs each of them, and must not compile if it forgets one"
)]
pub enum Finished {
    /// The reply's own head with this body, which is the reply's own too: nothing, or `success`.
    AsIs(Bytes),
    /// The reply's own head with this body, after the headers named in
    /// [`STALE_HEADERS`](crate::adapter::Envelope::STALE_HEADERS) have been removed, `Content-Length` and `Content-Type` set.
    Sealed {
        /// The encrypted and signed document.
        body: Bytes,
        /// Its `Content-Type`.
        content_type: &'static str,
    },
    /// This, instead of the reply.
    Instead(Answer),
}

impl Sealer {
    /// Decides by the head of the handler's reply: only a 200 reaches the user, all others mean “send it again” and go out as
    /// they are. `is_compressed` says whether it has a `Content-Encoding`: what is compressed cannot be sealed, and the platform
    /// could not read it either.
    pub fn reply(self, status: u16, is_compressed: bool) -> Outgoing {
        if status != 200 {
            return Outgoing::AsIs;
        }
        if is_compressed {
            tracing::warn!(
                "the handler's reply is compressed, so it cannot be encrypted: leave compression out here"
            );
            return Outgoing::Instead(Answer::unsealed());
        }
        Outgoing::Collect(Collect(self))
    }
}

impl Collect {
    /// Seals the body of the reply; `None` says that it broke off.
    #[must_use]
    pub fn finish(self, body: Option<Bytes>) -> Finished {
        let Some(body) = body else {
            tracing::warn!("the handler's reply broke off, so it cannot be encrypted");
            return Finished::Instead(Answer::unsealed());
        };
        match self.0.seal(&body) {
            Ok(None) => Finished::AsIs(body),
            Ok(Some(sealed)) => Finished::Sealed { body: sealed.into(), content_type: self.0.content_type() },
            Err(error) => {
                tracing::warn!(%error, "the handler's reply cannot be encrypted");
                Finished::Instead(Answer::unsealed())
            }
        }
    }
}
