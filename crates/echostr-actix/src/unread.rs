//! Answers to requests whose body may still be coming, and is of no use any more.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::Payload,
    web::Bytes,
};

/// Lets actix-web close the connection behind `response` if the rest of `payload` has not arrived by then.
///
/// It does so by itself where the length of the body is known. A chunked one it would take in for as long as it comes, but for a
/// request whose payload somebody still holds.
pub(crate) fn answer(response: HttpResponse, payload: Payload) -> HttpResponse {
    if matches!(payload, Payload::None) {
        return response;
    }
    response.map_body(|_, body| BoxBody::new(Holding { body, _payload: payload }))
}

struct Holding {
    body: BoxBody,
    _payload: Payload,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
