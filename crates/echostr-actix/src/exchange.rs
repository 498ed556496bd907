//! Encrypted mode: read the body, open it, call the inner service with the document, seal its reply.

use std::{pin::Pin, rc::Rc};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{self, EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
    rt::time,
};
use echostr::{
    Rejection,
    adapter::{Answer, Envelope, Finished, Opened, Outgoing, Sealer},
    rejection::BodyFault,
};
use futures_core::Stream;

use crate::{answer, log, unread};

/// `refuse` answers for the reasons that only the body shows.
pub(crate) async fn exchange<S, B>(
    service: Rc<S>,
    mut request: ServiceRequest,
    envelope: Envelope,
    refuse: impl FnOnce(Rejection, &ServiceRequest) -> HttpResponse,
) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut payload = request.take_payload();
    let Opened { callback, document, content_type, sealer } =
        match open(envelope, request.headers(), &mut payload).await {
            Ok(opened) => opened,
            Err(rejection) => {
                let response = unread::answer(refuse(rejection, &request), payload);
                return Ok(request.into_response(response).map_into_right_body());
            }
        };
    log::received(&request);
    request.extensions_mut().insert(callback);
    describe(request.headers_mut(), document.len(), content_type);
    request.set_payload(Payload::from(document));
    let response = service.call(request).await?;
    Ok(seal(response, sealer).await)
}

/// Reads the body within the limits of its size and time, then verifies and decrypts it.
async fn open(mut envelope: Envelope, headers: &HeaderMap, body: &mut Payload) -> Result<Opened, Rejection> {
    envelope.expect_length(headers.get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    let timeout = envelope.body_timeout();
    let read = async {
        while let Some(chunk) = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await {
            envelope.push(chunk.map_err(|_| Rejection::Body(BodyFault::Incomplete))?)?;
        }
        Ok(envelope)
    };
    time::timeout(timeout, read).await.map_err(|_| Rejection::Body(BodyFault::Timeout))??.open()
}

async fn seal<B: MessageBody>(
    response: ServiceResponse<B>,
    sealer: Sealer,
) -> ServiceResponse<EitherBody<B>> {
    let is_compressed = response.headers().contains_key(CONTENT_ENCODING);
    let collect = match sealer.reply(response.status().as_u16(), is_compressed) {
        Outgoing::AsIs => return response.map_into_left_body(),
        Outgoing::Instead(answer) => return instead(response.into_parts().0, answer),
        Outgoing::Collect(collect) => collect,
    };
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let body = match collect.finish(body::to_bytes(body).await.ok()) {
        Finished::AsIs(body) => body,
        Finished::Sealed { body, content_type } => {
            describe(head.headers_mut(), body.len(), content_type);
            body
        }
        Finished::Instead(answer) => return instead(request, answer),
    };
    ServiceResponse::new(request, head.set_body(body)).map_into_boxed_body().map_into_right_body()
}

fn instead<B>(request: HttpRequest, answer: Answer) -> ServiceResponse<EitherBody<B>> {
    ServiceResponse::new(request, answer::response(answer)).map_into_right_body()
}

/// Makes the headers fit a body that has been replaced.
fn describe(headers: &mut HeaderMap, length: usize, content_type: &'static str) {
    for stale in Envelope::STALE_HEADERS {
        headers.remove(stale);
    }
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}
