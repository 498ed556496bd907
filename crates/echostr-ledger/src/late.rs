//! What comes after `success` has been answered.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use crate::Delivery;

/// What comes of a delivery after its sender has been told `success`, or after nobody is left to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Late<R> {
    /// The handler's reply, as the handler made it: it can still be sent through the platform's interface for customer-service messages or
    /// the message's own `response_url`.
    Reply(R),
    /// The handler failed, and nobody will send the message again.
    Failed(Failure),
}

impl<R> Late<R> {
    /// The same with another type of reply.
    pub fn map<S>(self, change: impl FnOnce(R) -> S) -> Late<S> {
        match self {
            Self::Reply(reply) => Late::Reply(change(reply)),
            Self::Failed(failure) => Late::Failed(failure),
        }
    }
}

/// How a handler failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// Its answer was an error or a status that is not 200.
    Answer,
    /// It panicked.
    Panic,
    /// It was dropped before its end: the server is stopping.
    Dropped,
    /// It ran for longer than [`Timing::flight`](crate::Timing::flight) and was dropped.
    TooLong,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer => "the handler's answer is an error or has a status that is not 200",
            Self::Panic => "the handler panicked",
            Self::Dropped => "the handler was dropped, as the server is stopping: give drain more time",
            Self::TooLong => "the handler ran for longer than a flight may take",
        })
    }
}

type LateFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The user's function.
pub(crate) type OnLate<R> = Arc<dyn Fn(Delivery, Late<R>) -> LateFuture + Send + Sync>;
