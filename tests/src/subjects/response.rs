//! What the frameworks share that use the types of the `http` crate.

use std::net::TcpListener;

use echostr::Rejection;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header::CONTENT_ENCODING};

use crate::subjects::handler::Said;

/// A header's value; empty if there is none.
pub(crate) fn value<'h>(headers: &'h HeaderMap, name: &str) -> &'h [u8] {
    headers.get(name).map_or(b"", HeaderValue::as_bytes)
}

/// What the handler said, as a response.
pub(crate) fn response<B: From<String>>(said: Said) -> Response<B> {
    let mut response = Response::new(said.text.into());
    *response.status_mut() = StatusCode::from_u16(said.status).expect("a status");
    if said.coding != "identity" {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(said.coding));
    }
    response
}

/// The user's own answer to a refusal.
pub(crate) fn no_tea(_: &Rejection) -> Response<&'static str> {
    let mut response = Response::new("no tea");
    *response.status_mut() = StatusCode::IM_A_TEAPOT;
    response
}

/// Shows the reason that the middleware left in the response's extensions as a header, for the tests to see.
pub(crate) fn show_reason<B>(mut response: Response<B>) -> Response<B> {
    if let Some(reason) = response.extensions().get::<Rejection>() {
        let reason = HeaderValue::try_from(format!("{reason:?}")).expect("ASCII");
        response.headers_mut().insert("x-reason", reason);
    }
    response
}

pub(crate) fn tokio_listener(listener: TcpListener) -> tokio::net::TcpListener {
    listener.set_nonblocking(true).expect("a socket");
    tokio::net::TcpListener::from_std(listener).expect("a socket")
}
