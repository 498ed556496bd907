//! The future of a response.

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::Response;
use pin_project_lite::pin_project;

use crate::ResponseBodies;

/// A response that has to be waited for, on the body, the inner service and its reply in turn.
pub(crate) type BoxedResponse<O, E> = Pin<Box<dyn Future<Output = Result<Response<O>, E>> + Send>>;

pin_project! {
    /// The response of [`CallbackService`](crate::CallbackService): the inner service's, or an answer that is there already.
    pub struct ResponseFuture<F, P, O, E> {
        #[pin]
        kind: Kind<F, O, E>,
        bodies: PhantomData<fn() -> P>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, O, E> {
        Inner { #[pin] future: F },
        Answer { response: Option<Response<Bytes>> },
        // Never made in plain mode, unless the verifier has to be looked up.
        Boxed { response: BoxedResponse<O, E> },
    }
}

impl<F, P, O, E> ResponseFuture<F, P, O, E> {
    pub(crate) const fn inner(future: F) -> Self {
        Self { kind: Kind::Inner { future }, bodies: PhantomData }
    }

    pub(crate) const fn answer(response: Response<Bytes>) -> Self {
        Self { kind: Kind::Answer { response: Some(response) }, bodies: PhantomData }
    }

    pub(crate) fn boxed(response: BoxedResponse<O, E>) -> Self {
        Self { kind: Kind::Boxed { response }, bodies: PhantomData }
    }
}

impl<F, P, B, E> Future for ResponseFuture<F, P, P::Outer, E>
where
    F: Future<Output = Result<Response<B>, E>>,
    P: ResponseBodies<B>,
{
    type Output = Result<Response<P::Outer>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProjection::Inner { future } => {
                Poll::Ready(ready!(future.poll(cx)).map(|response| response.map(P::reply)))
            }
            KindProjection::Answer { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response.map(P::answer))),
                // Only a caller that polls again after completion comes here; no request can.
                None => Poll::Pending,
            },
            KindProjection::Boxed { response } => response.as_mut().poll(cx),
        }
    }
}
