//! Without a ledger: read the body, open it, call the inner service with the document, seal its reply.

use std::{future::poll_fn, pin::Pin, rc::Rc};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{self, EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
    rt::time,
};
use echostr::{
    Rejection,
    adapter::{Answer, Envelope, Finished, Intake, Outgoing, Received, Sealer},
    rejection::BodyFault,
};
use futures_core::Stream;

use crate::{answer, log, unread};

/// Answers for the reasons that only the body shows.
pub(crate) trait Refuse: Fn(Rejection, &ServiceRequest) -> HttpResponse {}

impl<F: Fn(Rejection, &ServiceRequest) -> HttpResponse> Refuse for F {}

pub(crate) async fn exchange<S, B>(
    service: Rc<S>,
    mut request: ServiceRequest,
    intake: Intake,
    refuse: impl Refuse,
) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut payload = request.take_payload();
    let received = match receive(intake, &request, &mut payload).await {
        Ok(received) => received,
        Err(rejection) => {
            let response = unread::answer(refuse(rejection, &request), payload);
            return Ok(request.into_response(response).map_into_right_body());
        }
    };
    let sealer = inner_request(&mut request, received);
    let response = service.call(request).await?;
    Ok(match sealer {
        Some(sealer) => seal(response, sealer).await,
        None => response.map_into_left_body(),
    })
}

/// Reads the body within the limits of its size and time, then verifies and decrypts it; logs what is genuine.
pub(crate) async fn receive(
    mut intake: Intake,
    request: &ServiceRequest,
    body: &mut Payload,
) -> Result<Received, Rejection> {
    intake.expect_length(request.headers().get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    let timeout = intake.body_timeout();
    let read = async {
        while let Some(chunk) = poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await {
            intake.push(chunk.map_err(|_| Rejection::Body(BodyFault::Incomplete))?)?;
        }
        Ok(intake)
    };
    let read = time::timeout(timeout, read).await.map_err(|_| Rejection::Body(BodyFault::Timeout))?;
    let received = read?.finish()?;
    log::received(request);
    Ok(received)
}

/// Makes it the request for the handler. What its reply is to be sealed with.
pub(crate) fn inner_request(request: &mut ServiceRequest, received: Received) -> Option<Sealer> {
    let Received { callback, document, signed: _, sealer } = received;
    request.extensions_mut().insert(callback);
    if let Some(sealer) = &sealer {
        describe(request.headers_mut(), document.len(), sealer.content_type());
    }
    request.set_payload(Payload::from(document));
    sealer
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

pub(crate) fn instead<B>(request: HttpRequest, answer: Answer) -> ServiceResponse<EitherBody<B>> {
    ServiceResponse::new(request, answer::response(answer)).map_into_right_body()
}

/// Makes the headers fit a body that has been replaced.
pub(crate) fn describe(headers: &mut HeaderMap, length: usize, content_type: &'static str) {
    for stale in Envelope::STALE_HEADERS {
        headers.remove(stale);
    }
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}
