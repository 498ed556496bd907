//! The handler's reply between its flight and the send that gets it, which may be on another worker.

use std::fmt;

use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderMap},
    },
    web::Bytes,
};
use echostr_ledger::{LateReply, Outcome, Remembered};

use crate::{exchange::describe, pump::Pumped};

/// A handler's reply with status 200: as the handler made it, and as it is sent. All of it can change the thread.
pub(crate) struct HandledReply {
    headers: HeaderMap,
    body: Kind,
}

enum Kind {
    Whole(Bytes),
    Sealed { document: Bytes, sealed: Bytes, content_type: &'static str },
    Stream(Pumped),
}

impl HandledReply {
    pub(crate) fn whole<F>(headers: HeaderMap, body: Bytes) -> Outcome<Self, F> {
        let remembered = Remembered::new(content_type(&headers), body.clone());
        Outcome::Reply(remembered, Self { headers, body: Kind::Whole(body) })
    }

    pub(crate) fn sealed<F>(
        headers: HeaderMap,
        document: Bytes,
        sealed: Bytes,
        content_type: &'static str,
    ) -> Outcome<Self, F> {
        let remembered = Remembered::new(Some(Bytes::from_static(content_type.as_bytes())), sealed.clone());
        Outcome::Reply(remembered, Self { headers, body: Kind::Sealed { document, sealed, content_type } })
    }

    pub(crate) fn stream<B: MessageBody + 'static, F>(response: HttpResponse<B>) -> Outcome<Self, F> {
        let (head, body) = response.into_parts();
        Outcome::Stream(Self { headers: head.headers().clone(), body: Kind::Stream(Pumped::new(body)) })
    }

    /// The response to a send.
    pub(crate) fn into_response(self) -> HttpResponse {
        let Self { mut headers, body } = self;
        let body = match body {
            Kind::Whole(body) => BoxBody::new(body),
            Kind::Sealed { sealed, content_type, .. } => {
                describe(&mut headers, sealed.len(), content_type);
                BoxBody::new(sealed)
            }
            Kind::Stream(stream) => BoxBody::new(stream),
        };
        let mut response = HttpResponse::with_body(StatusCode::OK, body);
        *response.headers_mut() = headers;
        response
    }
}

fn content_type(headers: &HeaderMap) -> Option<Bytes> {
    headers.get(CONTENT_TYPE).map(|value| Bytes::copy_from_slice(value.as_bytes()))
}

impl From<HandledReply> for LateReply {
    fn from(HandledReply { headers, body }: HandledReply) -> Self {
        let content_type = content_type(&headers);
        match body {
            Kind::Whole(document) | Kind::Sealed { document, .. } => Self::whole(content_type, document),
            Kind::Stream(stream) => Self::stream(content_type, |limit| stream.collect(limit)),
        }
    }
}

/// Without the body, which is a message.
impl fmt::Debug for HandledReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandledReply").field("headers", &self.headers).finish_non_exhaustive()
    }
}
