use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::Response;
use pin_project_lite::pin_project;

use crate::{EitherBody, exchange::Exchange};

pin_project! {
    /// The response of [`Echostr`](crate::Echostr): the inner service's, or an answer that is there already.
    pub struct ResponseFuture<F, B, E> {
        #[pin]
        kind: Kind<F, B, E>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, B, E> {
        Inner { #[pin] future: F },
        Answer { response: Option<Response<Bytes>> },
        // Boxed, as it awaits the body, the inner service and its reply in turn; plain mode never does.
        Encrypted { exchange: Exchange<B, E> },
    }
}

impl<F, B, E> ResponseFuture<F, B, E> {
    pub(crate) const fn inner(future: F) -> Self {
        Self { kind: Kind::Inner { future } }
    }

    pub(crate) const fn answer(response: Response<Bytes>) -> Self {
        Self { kind: Kind::Answer { response: Some(response) } }
    }

    pub(crate) fn encrypted(exchange: Exchange<B, E>) -> Self {
        Self { kind: Kind::Encrypted { exchange } }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B, E>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<EitherBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProjection::Inner { future } => {
                Poll::Ready(ready!(future.poll(cx)).map(|response| response.map(EitherBody::inner)))
            }
            KindProjection::Answer { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response.map(EitherBody::from))),
                // Only a caller that polls again after completion comes here; no request can.
                None => Poll::Pending,
            },
            KindProjection::Encrypted { exchange } => exchange.as_mut().poll(cx),
        }
    }
}
