//! What the frameworks share that use the types of the `http` crate.

use bytes::Bytes;
use echostr::Rejection;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use std::convert::Infallible;

use crate::world::{Said, SaidBody};

/// An extension that stands in the request before the middleware does.
#[derive(Clone)]
pub(crate) struct Marked(pub(crate) u16);

pub(crate) fn response(said: Said) -> Response<BoxBody<Bytes, Infallible>> {
    let mut response = Response::new(match said.body {
        SaidBody::Whole(text) => Full::from(text).boxed(),
        SaidBody::Slow(slow) => slow.boxed(),
    });
    *response.status_mut() = StatusCode::from_u16(said.status).expect("a status");
    for (name, value) in said.headers {
        response.headers_mut().insert(name, HeaderValue::try_from(value).expect("ASCII"));
    }
    response
}

/// What a middleware outside does: a header of its own, and the reason that the middleware left, for the tests to see.
pub(crate) fn outside<B>(mut response: Response<B>) -> Response<B> {
    if let Some(reason) = response.extensions().get::<Rejection>() {
        let reason = HeaderValue::try_from(format!("{reason:?}")).expect("ASCII");
        response.headers_mut().insert("x-reason", reason);
    }
    response.headers_mut().insert("x-outside", HeaderValue::from_static("yes"));
    response
}
