//! actix-web: extractors and replies.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse, Responder, ResponseError,
    body::BoxBody,
    dev::Payload,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue},
    },
};
use echostr::{Callback, Rejection, adapter::Answer, rejection::BodyFault};
use futures_core::Stream as _;

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
        /// From a request that the middleware has passed; anywhere else it is a 500 and the handler does not run.
        impl FromRequest for $asked {
            type Error = Unread;
            type Future = Pin<Box<dyn Future<Output = Result<Self, Unread>>>>;

            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                Box::pin(read(begin(request), payload.take()))
            }
        }
    )*};
}

extractors! { Incoming Message Notice Bot }

fn begin(request: &HttpRequest) -> Result<Reading, Unread> {
    let mut reading = Reading::of(request.extensions().get::<Callback>())?;
    reading.expect_length(request.headers().get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    Ok(reading)
}

async fn read<T: Asked>(reading: Result<Reading, Unread>, mut payload: Payload) -> Result<T, Unread> {
    let mut reading = reading?;
    while let Some(piece) = poll_fn(|cx| Pin::new(&mut payload).poll_next(cx)).await {
        reading.push(piece.map_err(|_| reading.refused(Rejection::Body(BodyFault::Incomplete)))?)?;
    }
    reading.finish()
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        response(&self)
    }
}

fn response(reply: &Reply) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(reply.body()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type()));
    response
}

/// 200 and `success`; the error is logged.
impl ResponseError for ReplyError {
    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }

    fn error_response(&self) -> HttpResponse {
        response(&Reply::or_log(Err(*self)))
    }
}

impl ResponseError for Unread {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.answer().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let body = BoxBody::new(self.answer().into_body());
        let mut response = HttpResponse::with_body(self.status_code(), body);
        for (name, value) in Answer::HEADERS {
            let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
            response.headers_mut().insert(name, value);
        }
        if let Reason::Refused(rejection) = self.reason() {
            response.extensions_mut().insert(rejection);
        }
        response
    }
}
