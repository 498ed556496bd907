//! A step of a ledger: there at once, or later.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// What a [`Ledger`](crate::Ledger) answers: at once if it lives in memory, later if it is asked over a network.
///
/// Two kinds, so that one layer takes every store, and a store in memory allocates nothing for a future.
pub enum Step<T> {
    /// Done. Taken out when it is polled.
    Ready(Option<T>),
    /// Under way.
    Later(Pin<Box<dyn Future<Output = T> + Send>>),
}

impl<T> Step<T> {
    /// Done.
    pub const fn ready(value: T) -> Self {
        Self::Ready(Some(value))
    }

    /// Under way.
    pub fn later(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self::Later(Box::pin(future))
    }
}

/// Nothing in it is pinned but what is boxed.
impl<T> Unpin for Step<T> {}

impl<T> Future for Step<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match &mut *self {
            // Empty only for a caller that polls again after completion; an `await` does not.
            Self::Ready(value) => value.take().map_or(Poll::Pending, Poll::Ready),
            Self::Later(future) => future.as_mut().poll(cx),
        }
    }
}
