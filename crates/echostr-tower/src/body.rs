//! A body that is the service's or the layer's own.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// A body that is either the service's own or bytes of the middleware: an answer, a decrypted request, an encrypted
    /// reply.
    ///
    /// The length of the second kind is known, so that it is sent with `Content-Length`, not chunked.
    #[derive(Debug)]
    pub struct EitherBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<B> {
        Inner { #[pin] body: B },
        Bytes { bytes: Option<Bytes> },
    }
}

impl<B> EitherBody<B> {
    /// The service's own body.
    pub const fn inner(body: B) -> Self {
        Self { kind: Kind::Inner { body } }
    }
}

impl<B> From<Bytes> for EitherBody<B> {
    fn from(bytes: Bytes) -> Self {
        Self { kind: Kind::Bytes { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()) } }
    }
}

/// What `TimeoutLayer` and `CorsLayer` answer by themselves.
impl<B: Default> Default for EitherBody<B> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B: Body<Data = Bytes>> Body for EitherBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProjection::Inner { body } => body.poll_frame(cx),
            KindProjection::Bytes { bytes } => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Bytes { bytes } => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Bytes { bytes } => SizeHint::with_exact(
                bytes.as_ref().map_or(0, |bytes| bytes.len().try_into().unwrap_or(u64::MAX)),
            ),
        }
    }
}
