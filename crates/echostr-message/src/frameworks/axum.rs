//! axum: extractors and replies.

use std::{future::poll_fn, pin::pin};

use axum_core::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use echostr::{Callback, Rejection, adapter::Answer, rejection::BodyFault};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body::Body as _;

use crate::{
    bot::Bot,
    extract::{Asked, Reading, Reason, Unread},
    incoming::Incoming,
    message::Message,
    notice::Notice,
    reply::{Reply, ReplyError},
};

macro_rules! extractors {
    ($($asked:ident)*) => {$(
        /// From a request that the layer has passed; anywhere else it is a 500 and the handler does not run.
        impl<S: Sync> FromRequest<S> for $asked {
            type Rejection = Unread;

            async fn from_request(request: Request, _state: &S) -> Result<Self, Unread> {
                read(request).await
            }
        }
    )*};
}

extractors! { Incoming Message Notice Bot }

async fn read<T: Asked>(request: Request) -> Result<T, Unread> {
    let (head, body) = request.into_parts();
    let mut reading = Reading::of(head.extensions.get::<Callback>())?;
    reading.expect_length(head.headers.get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    let mut body = pin!(body);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| reading.refused(Rejection::Body(BodyFault::Incomplete)))?;
        // What is no data are trailers.
        if let Ok(piece) = frame.into_data() {
            reading.push(piece)?;
        }
    }
    reading.finish()
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let content_type = HeaderValue::from_static(self.content_type());
        ([(CONTENT_TYPE, content_type)], self.body()).into_response()
    }
}

/// 200 and `success`; the error is logged.
impl IntoResponse for ReplyError {
    fn into_response(self) -> Response {
        Reply::or_log(Err(self)).into_response()
    }
}

impl IntoResponse for Unread {
    fn into_response(self) -> Response {
        let answer = self.answer();
        let mut response = StatusCode::from_u16(answer.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        for (name, value) in Answer::HEADERS {
            let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
            response.headers_mut().insert(name, value);
        }
        if let Reason::Refused(rejection) = self.reason() {
            response.extensions_mut().insert(rejection);
        }
        *response.body_mut() = answer.into_body().into();
        response
    }
}
