//! What a layer makes of the bodies that pass through it: the one thing in which the layers of tower and of axum differ.

use bytes::Bytes;

use crate::EitherBody;

/// Which request body the inner service takes where the layer is given `B`.
pub trait RequestBodies<B> {
    /// The inner service's request body.
    type Inner;

    /// A body that is passed on as it came.
    fn pass(body: B) -> Self::Inner;

    /// The decrypted document in the place of a body.
    fn document(document: Bytes) -> Self::Inner;
}

/// Which response body comes out where the inner service gives `B`.
pub trait ResponseBodies<B> {
    /// The layer's response body.
    type Outer;

    /// The inner service's own body.
    fn reply(body: B) -> Self::Outer;

    /// A body of the layer's: an answer or an encrypted reply.
    fn answer(bytes: Bytes) -> Self::Outer;
}

/// For tower: the request body stays what it is, for which it must be `From<Bytes>`; the response body is an [`EitherBody`]
/// around the service's own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SameBodies;

impl<B: From<Bytes>> RequestBodies<B> for SameBodies {
    type Inner = B;

    fn pass(body: B) -> B {
        body
    }

    fn document(document: Bytes) -> B {
        document.into()
    }
}

impl<B> ResponseBodies<B> for SameBodies {
    type Outer = EitherBody<B>;

    fn reply(body: B) -> EitherBody<B> {
        EitherBody::inner(body)
    }

    fn answer(bytes: Bytes) -> EitherBody<B> {
        bytes.into()
    }
}
