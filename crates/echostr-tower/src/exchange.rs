//! Without a ledger: read the body, open it, call the inner service with the document, seal its reply.

use bytes::Bytes;
use echostr::{
    Rejection,
    adapter::{Envelope, Finished, Intake, Outgoing, Received, Sealer},
    rejection::BodyFault,
};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, Uri, Version,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    request::Parts,
};
use http_body::Body;
use http_body_util::{BodyExt as _, Collected};
use tokio::time;
use tower_service::Service;

use crate::{RequestBodies, ResponseBodies, answer, log};

/// Answers for the reasons that only the body shows.
pub(crate) trait Refuse: Fn(Rejection, &Method, &Uri, Version) -> Response<Bytes> {}

impl<F: Fn(Rejection, &Method, &Uri, Version) -> Response<Bytes>> Refuse for F {}

/// `service` is ready.
pub(crate) async fn exchange<S, P, ReqBody, ResBody>(
    mut service: S,
    request: Request<ReqBody>,
    intake: Intake,
    refuse: impl Refuse,
) -> Result<Response<P::Outer>, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody>,
    S: Service<Request<P::Inner>, Response = Response<ResBody>>,
    ReqBody: Body<Data = Bytes>,
    ResBody: Body<Data = Bytes>,
{
    let (parts, body) = request.into_parts();
    let received = match receive(intake, &parts, body).await {
        Ok(received) => received,
        Err(rejection) => {
            return Ok(refuse(rejection, &parts.method, &parts.uri, parts.version).map(P::answer));
        }
    };
    let (request, sealer) = inner_request::<P, _>(parts, received);
    let response = service.call(request).await?;
    Ok(match sealer {
        Some(sealer) => seal::<P, _>(response, sealer).await,
        None => response.map(P::reply),
    })
}

/// Reads the body within the limits of its size and time, then verifies and decrypts it; logs what is genuine.
pub(crate) async fn receive(
    mut intake: Intake,
    head: &Parts,
    body: impl Body<Data = Bytes>,
) -> Result<Received, Rejection> {
    intake.expect_length(head.headers.get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    let timeout = intake.body_timeout();
    let mut body = std::pin::pin!(body);
    let read = async {
        while let Some(frame) = body.frame().await {
            if let Ok(chunk) = frame.map_err(|_| Rejection::Body(BodyFault::Incomplete))?.into_data() {
                intake.push(chunk)?;
            }
        }
        Ok(intake)
    };
    let read = time::timeout(timeout, read).await.map_err(|_| Rejection::Body(BodyFault::Timeout))?;
    let received = read?.finish()?;
    log::received(&head.method, &head.uri, &head.headers);
    Ok(received)
}

/// The request for the handler, and what its reply is to be sealed with.
pub(crate) fn inner_request<P: RequestBodies<B>, B>(
    mut parts: Parts,
    received: Received,
) -> (Request<P::Inner>, Option<Sealer>) {
    let Received { callback, document, signed: _, sealer } = received;
    parts.extensions.insert(callback);
    if let Some(sealer) = &sealer {
        describe(&mut parts.headers, document.len(), sealer.content_type());
    }
    (Request::from_parts(parts, P::document(document)), sealer)
}

async fn seal<P: ResponseBodies<B>, B: Body<Data = Bytes>>(
    response: Response<B>,
    sealer: Sealer,
) -> Response<P::Outer> {
    let is_compressed = response.headers().contains_key(CONTENT_ENCODING);
    let collect = match sealer.reply(response.status().as_u16(), is_compressed) {
        Outgoing::AsIs => return response.map(P::reply),
        Outgoing::Instead(answer) => return answer::response(answer).map(P::answer),
        Outgoing::Collect(collect) => collect,
    };
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await.ok().map(Collected::to_bytes);
    match collect.finish(body) {
        Finished::AsIs(body) => Response::from_parts(parts, P::answer(body)),
        Finished::Sealed { body, content_type } => {
            describe(&mut parts.headers, body.len(), content_type);
            Response::from_parts(parts, P::answer(body))
        }
        Finished::Instead(answer) => answer::response(answer).map(P::answer),
    }
}

/// Makes the headers fit a body that has been replaced.
pub(crate) fn describe(headers: &mut HeaderMap, length: usize, content_type: &'static str) {
    for stale in Envelope::STALE_HEADERS {
        headers.remove(stale);
    }
    answer::set_length(headers, length);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}
