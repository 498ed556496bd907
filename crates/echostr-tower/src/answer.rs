//! The core's answers as responses of `http`.

use std::borrow::Cow;

use bytes::Bytes;
use echostr::adapter::Answer;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_LENGTH};

/// The core's [`Answer`] as an `http` response: for adapters of frameworks that stand on `http` 1.
#[must_use]
pub fn response(answer: Answer) -> Response<Bytes> {
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = Response::new(match answer.into_body() {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => text.into(),
    });
    *response.status_mut() = status;
    for (name, value) in Answer::HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let length = response.body().len();
    set_length(response.headers_mut(), length);
    response
}

/// Not left to the server: some send a body without it chunked, and WeChat refuses a chunked handshake.
pub(crate) fn set_length(headers: &mut HeaderMap, length: usize) {
    headers.insert(CONTENT_LENGTH, length.into());
}
