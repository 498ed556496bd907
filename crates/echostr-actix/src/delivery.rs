//! With a ledger: the handler runs once for all sends of a message, detached from their connections.

use std::{cell::Cell, rc::Rc};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{self, BodySize, EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue},
    },
    rt,
    test::TestRequest,
};
use echostr::{
    Rejection,
    adapter::{self, Finished, Intake, Sealer},
    rejection::BodyFault,
};
use echostr_ledger::{Active, Answer, Arrival, Arrived, Handled, Outcome, Remembered};

use crate::{
    answer,
    exchange::{Refuse, inner_request, instead, receive},
    handled_reply::HandledReply,
    unread,
};

/// The handler's request, once it has been handled: behind the reply the middleware outside finds what it, or the handler, has left
/// in it.
type Handed = Rc<Cell<Option<HttpRequest>>>;

/// What the handler's failure is for the send that began it.
type Failed<B> = Result<ServiceResponse<EitherBody<B>>, Error>;

/// `refuse` answers for the reasons that only the body shows.
pub(crate) async fn deliver<S, B>(
    service: Rc<S>,
    mut request: ServiceRequest,
    intake: Intake,
    active: Active<HandledReply>,
    refuse: impl Refuse,
) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let mut payload = request.take_payload();
    let received = match receive(intake, &request, &mut payload).await {
        Ok(received) => received,
        Err(rejection) => {
            let response = unread::answer(refuse(rejection, &request), payload);
            return Ok(request.into_response(response).map_into_right_body());
        }
    };
    let arrival = Arrival::of(&received, request.method().as_str(), active.since());
    let (request, answer) = match active.arrive(arrival).await {
        Arrived::Run(flight, answer) => {
            let (anew, handled) = (anew(&request), Handed::default());
            let sealer = inner_request(&mut request, received);
            request.extensions_mut().insert(flight.delivery());
            rt::spawn(flight.run(handle(service, request, sealer, Rc::clone(&handled))));
            let answer = answer.answer().await;
            (handled.take().unwrap_or(anew), answer)
        }
        Arrived::Answer(Answer::Conflict) => {
            let response = refuse(Rejection::Body(BodyFault::OfAnotherMessage), &request);
            return Ok(request.into_response(response).map_into_right_body());
        }
        Arrived::Answer(answer) => (request.into_parts().0, answer),
    };
    let response = match answer {
        Answer::Reply { own: Some(reply), .. } | Answer::Stream(reply) => reply.into_response(),
        Answer::Reply { remembered, own: None } => repeated(&remembered),
        Answer::Failed(Some(Ok(response))) => return Ok(response),
        // Not `Err`: an error would skip the middleware outside this one.
        Answer::Failed(Some(Err(error))) => HttpResponse::from_error(error),
        Answer::Failed(None) => answer::response(adapter::Answer::unsealed()),
        Answer::Success => answer::response(adapter::Answer::success()),
        Answer::Unavailable => answer::response(adapter::Answer::unavailable()),
        Answer::Conflict => {
            answer::response(adapter::Answer::refusal(Rejection::Body(BodyFault::OfAnotherMessage)))
        }
    };
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// A request for the middleware outside this one to see behind an answer for which the handler is not ready.
///
/// The handler has the one that came in, and no other hand may hold on to that: a `Scope` changes it on its way to the handler, and
/// panics if it is shared. actix-web makes requests nowhere else but for tests.
fn anew(request: &ServiceRequest) -> HttpRequest {
    let mut anew = TestRequest::default().to_srv_request();
    let (from, to) = (request.head(), anew.head_mut());
    to.method.clone_from(&from.method);
    to.uri.clone_from(&from.uri);
    to.version = from.version;
    to.headers.clone_from(&from.headers);
    to.peer_addr = from.peer_addr;
    anew.into_parts().0
}

/// From the call of the service to its sealed reply.
async fn handle<S, B>(
    service: Rc<S>,
    request: ServiceRequest,
    sealer: Option<Sealer>,
    handed: Handed,
) -> Outcome<HandledReply, Failed<B>>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let reply = match service.call(request).await {
        Ok(reply) => reply,
        Err(error) => return Outcome::Failed(Err(error)),
    };
    let is_compressed = reply.headers().contains_key(CONTENT_ENCODING);
    let length = match reply.response().body().size() {
        BodySize::None => Some(0),
        BodySize::Sized(length) => Some(length),
        BodySize::Stream => None,
    };
    match Handled::of(reply.status().as_u16(), is_compressed, length, sealer) {
        Handled::Failed => Outcome::Failed(Ok(reply.map_into_left_body())),
        Handled::Instead(answer) => Outcome::Failed(Ok(instead(reply.into_parts().0, answer))),
        Handled::Stream => {
            let (request, reply) = reply.into_parts();
            handed.set(Some(request));
            HandledReply::stream(reply)
        }
        Handled::Collect(collecting) => {
            let (request, reply) = reply.into_parts();
            let (head, body) = reply.into_parts();
            let document = body::to_bytes(body).await.ok();
            let headers = head.headers().clone();
            let outcome = match collecting.finish(document.clone()) {
                Finished::AsIs(body) => HandledReply::whole(headers, body),
                Finished::Sealed { body, content_type } => {
                    HandledReply::sealed(headers, document.unwrap_or_default(), body, content_type)
                }
                Finished::Instead(answer) => return Outcome::Failed(Ok(instead(request, answer))),
            };
            handed.set(Some(request));
            outcome
        }
    }
}

/// What is remembered of the reply that another send has got.
fn repeated(remembered: &Remembered) -> HttpResponse {
    let mut response =
        HttpResponse::with_body(StatusCode::OK, remembered.body().clone()).map_into_boxed_body();
    let content_type = remembered.content_type().map(|value| HeaderValue::from_maybe_shared(value.clone()));
    if let Some(Ok(content_type)) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}
