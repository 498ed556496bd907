//! The future of a response.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{Error, body::EitherBody, dev::ServiceResponse};
use pin_project_lite::pin_project;

/// A response that has to be waited for, on the body, the inner service and its reply in turn.
pub(crate) type BoxedResponse<B> =
    Pin<Box<dyn Future<Output = Result<ServiceResponse<EitherBody<B>>, Error>>>>;

pin_project! {
    /// The response of [`EchostrMiddleware`](crate::EchostrMiddleware): the inner service's, or an answer that is
    /// there already.
    pub struct ResponseFuture<F, B> {
        #[pin]
        kind: Kind<F, B>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, B> {
        Inner { #[pin] future: F },
        Answer { response: Option<ServiceResponse>, yields: bool },
        // Never made in plain mode, unless the verifier has to be looked up.
        Boxed { response: BoxedResponse<B> },
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) const fn inner(future: F) -> Self {
        Self { kind: Kind::Inner { future } }
    }

    /// `yields` makes it ready at the second poll. actix-web closes the connection where the response of a request is
    /// there before its body; in between it takes in the body that has arrived with the head, as hyper does.
    pub(crate) const fn answer(response: ServiceResponse, yields: bool) -> Self {
        Self { kind: Kind::Answer { response: Some(response), yields } }
    }

    pub(crate) fn boxed(response: BoxedResponse<B>) -> Self {
        Self { kind: Kind::Boxed { response } }
    }
}

impl<F, B> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProjection::Inner { future } => {
                Poll::Ready(ready!(future.poll(cx)).map(ServiceResponse::map_into_left_body))
            }
            KindProjection::Answer { response, yields } => {
                if mem::take(yields) {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                match response.take() {
                    Some(response) => Poll::Ready(Ok(response.map_into_right_body())),
                    // Only a caller that polls again after completion comes here; no request can.
                    None => Poll::Pending,
                }
            }
            KindProjection::Boxed { response } => response.as_mut().poll(cx),
        }
    }
}
