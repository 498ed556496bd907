//! With a ledger: the handler runs once for all sends of a message, detached from their connections.

use std::future::poll_fn;

use bytes::Bytes;
use echostr::{
    Rejection,
    adapter::{self, Finished, Intake, Sealer},
    rejection::BodyFault,
};
use echostr_ledger::{Active, Answer, Arrival, Arrived, Handled, Outcome, Remembered};
use http::{
    HeaderValue, Request, Response,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use http_body::Body;
use http_body_util::{BodyExt as _, Collected};
use tower_service::Service;

use crate::{
    RequestBodies, ResponseBodies,
    answer::{response, set_length},
    exchange::{Refuse, inner_request, receive},
    handled_reply::HandledReply,
};

/// `service` need not be ready; `refuse` answers for the reasons that only the body shows.
pub(crate) async fn deliver<S, P, ReqBody, ResBody>(
    service: S,
    request: Request<ReqBody>,
    intake: Intake,
    active: Active<HandledReply>,
    refuse: impl Refuse,
) -> Result<Response<P::Outer>, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: Send + 'static,
    S: Service<Request<P::Inner>, Response = Response<ResBody>> + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
    <P as RequestBodies<ReqBody>>::Inner: Send + 'static,
{
    let (parts, body) = request.into_parts();
    let line = (parts.method.clone(), parts.uri.clone(), parts.version);
    let refused = |rejection| Ok(refuse(rejection, &line.0, &line.1, line.2).map(P::answer));
    let received = match receive(intake, &parts, body).await {
        Ok(received) => received,
        Err(rejection) => return refused(rejection),
    };
    let arrival = Arrival::of(&received, parts.method.as_str(), active.since());
    let answer = match active.arrive(arrival).await {
        Arrived::Run(flight, answer) => {
            let (mut request, sealer) = inner_request::<P, _>(parts, received);
            request.extensions_mut().insert(flight.delivery());
            tokio::spawn(flight.run(handle::<_, P, _, _>(service, request, sealer)));
            answer.answer().await
        }
        Arrived::Answer(answer) => answer,
    };
    let answer = match answer {
        Answer::Reply { own: Some(reply), .. } | Answer::Stream(reply) => {
            match reply.into_response::<P, _>().await {
                Some(response) => return Ok(response),
                None => adapter::Answer::unsealed(),
            }
        }
        Answer::Reply { remembered, own: None } => return Ok(repeated(&remembered).map(P::answer)),
        Answer::Failed(Some(failed)) => return failed,
        Answer::Failed(None) => adapter::Answer::unsealed(),
        Answer::Success => adapter::Answer::success(),
        Answer::Unavailable => adapter::Answer::unavailable(),
        Answer::Conflict => return refused(Rejection::Body(BodyFault::OfAnotherMessage)),
    };
    Ok(response(answer).map(P::answer))
}

/// From the wait for the service to its sealed reply. What fails is the answer for the send that began it.
async fn handle<S, P, Inner, ResBody>(
    mut service: S,
    request: Request<Inner>,
    sealer: Option<Sealer>,
) -> Outcome<HandledReply, Result<Response<P::Outer>, S::Error>>
where
    P: ResponseBodies<ResBody>,
    S: Service<Request<Inner>, Response = Response<ResBody>>,
    ResBody: Body<Data = Bytes> + Send + 'static,
{
    let called = async {
        poll_fn(|cx| service.poll_ready(cx)).await?;
        service.call(request).await
    };
    let reply = match called.await {
        Ok(reply) => reply,
        Err(error) => return Outcome::Failed(Err(error)),
    };
    let is_compressed = reply.headers().contains_key(CONTENT_ENCODING);
    let length = reply.body().size_hint().exact();
    let failed = |answer| Outcome::Failed(Ok(response(answer).map(P::answer)));
    match Handled::of(reply.status().as_u16(), is_compressed, length, sealer) {
        Handled::Failed => Outcome::Failed(Ok(reply.map(P::reply))),
        Handled::Instead(answer) => failed(answer),
        Handled::Stream => HandledReply::stream(reply),
        Handled::Collect(collecting) => {
            let (head, body) = reply.into_parts();
            let document = body.collect().await.ok().map(Collected::to_bytes);
            match collecting.finish(document.clone()) {
                Finished::AsIs(body) => HandledReply::whole(head, body),
                Finished::Sealed { body, content_type } => {
                    HandledReply::sealed(head, document.unwrap_or_default(), body, content_type)
                }
                Finished::Instead(answer) => failed(answer),
            }
        }
    }
}

/// What is remembered of the reply that another send has got.
fn repeated(remembered: &Remembered) -> Response<Bytes> {
    let mut response = Response::new(remembered.body().clone());
    let content_type = remembered.content_type().map(|value| HeaderValue::from_maybe_shared(value.clone()));
    if let Some(Ok(content_type)) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    let length = response.body().len();
    set_length(response.headers_mut(), length);
    response
}
