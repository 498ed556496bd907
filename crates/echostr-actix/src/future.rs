use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{Error, body::EitherBody, dev::ServiceResponse};
use pin_project_lite::pin_project;

pin_project! {
    /// The response of [`EchostrMiddleware`](crate::EchostrMiddleware): the inner service's, or an answer that is
    /// there already.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        kind: Kind<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<F> {
        Inner { #[pin] future: F },
        Answer { response: Option<ServiceResponse>, yields: bool },
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) const fn inner(future: F) -> Self {
        Self { kind: Kind::Inner { future } }
    }

    /// `yields` makes it ready at the second poll. actix-web closes the connection where the response of a request is
    /// there before its body; in between it takes in the body that has arrived with the head, as hyper does.
    pub(crate) const fn answer(response: ServiceResponse, yields: bool) -> Self {
        Self { kind: Kind::Answer { response: Some(response), yields } }
    }
}

impl<F, B> Future for ResponseFuture<F>
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
        }
    }
}
