//! What comes out of a handler, and what a send is answered with.

use std::sync::Arc;

use crate::Remembered;

/// What came out of a handler, for the [`Flight`](crate::Flight). `R` is a reply as the adapter holds it: it can be sent, sealed if the mode is
/// encrypted, and it can be given to `on_late` unsealed. `F` is a failed answer.
#[derive(Debug)]
pub enum Outcome<R, F> {
    /// A reply with status 200 that was collected, and sealed: what is remembered of it, and the reply itself. One longer than
    /// [`Remembered::LIMIT`] is treated as a stream.
    Reply(Remembered, R),
    /// A reply with status 200 that is not collected, since it is too long or has no length: it goes to one send, and `success` is
    /// remembered.
    Stream(R),
    /// Any other status, or an error. The next send runs the handler again.
    Failed(F),
}

/// How a send is to be answered.
#[derive(Debug)]
pub enum Answer<R, F> {
    /// With what is remembered, status 200. `own` is the reply itself if it is this request's handler that made it: its head may hold
    /// headers worth keeping, its body is the remembered one.
    Reply {
        /// Content type and body.
        remembered: Arc<Remembered>,
        /// The reply as the adapter gave it to the flight.
        own: Option<R>,
    },
    /// With this reply as it comes.
    Stream(R),
    /// With status 200 and `success`, which is not encrypted.
    Success,
    /// With the failure of this request's handler; `None` if it has panicked or was dropped: status 500.
    Failed(Option<F>),
    /// With status 503.
    Unavailable,
    /// With a refusal: the request has the key of another one, and is not the same.
    Conflict,
}

/// What a flight gives to the send that began it.
pub(crate) enum Own<R, F> {
    Reply(Arc<Remembered>, R),
    Stream(R),
    Success,
    Failed(Option<F>),
}

impl<R, F> From<Own<R, F>> for Answer<R, F> {
    fn from(own: Own<R, F>) -> Self {
        match own {
            Own::Reply(remembered, reply) => Self::Reply { remembered, own: Some(reply) },
            Own::Stream(reply) => Self::Stream(reply),
            Own::Success => Self::Success,
            Own::Failed(failed) => Self::Failed(failed),
        }
    }
}
