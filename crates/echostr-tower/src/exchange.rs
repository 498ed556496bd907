//! Encrypted mode: read the body, open it, call the inner service with the document, seal its reply.

use bytes::Bytes;
use echostr::{
    Rejection,
    adapter::{Envelope, Finished, Opened, Outgoing, Sealer},
    rejection::BodyFault,
};
use http::{
    HeaderMap, HeaderValue, Request, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    request::Parts,
};
use http_body::Body;
use http_body_util::{BodyExt as _, Collected};
use tokio::time;
use tower_service::Service;

use crate::{RequestBodies, ResponseBodies, answer, log};

/// `service` is ready; `refuse` answers for the reasons that only the body shows.
pub(crate) async fn exchange<S, P, ReqBody, ResBody>(
    mut service: S,
    request: Request<ReqBody>,
    envelope: Envelope,
    refuse: impl FnOnce(Rejection, &Parts) -> Response<Bytes>,
) -> Result<Response<P::Outer>, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody>,
    S: Service<Request<P::Inner>, Response = Response<ResBody>>,
    ReqBody: Body<Data = Bytes>,
    ResBody: Body<Data = Bytes>,
{
    let (mut parts, body) = request.into_parts();
    let Opened { callback, document, content_type, sealer } = match open(envelope, &parts, body).await {
        Ok(opened) => opened,
        Err(rejection) => return Ok(refuse(rejection, &parts).map(P::answer)),
    };
    log::received(&parts.method, &parts.uri, &parts.headers);
    parts.extensions.insert(callback);
    describe(&mut parts.headers, document.len(), content_type);
    let response = service.call(Request::from_parts(parts, P::document(document))).await?;
    Ok(seal::<P, _>(response, sealer).await)
}

/// Reads the body within the limits of its size and time, then verifies and decrypts it.
async fn open(
    mut envelope: Envelope,
    head: &Parts,
    body: impl Body<Data = Bytes>,
) -> Result<Opened, Rejection> {
    envelope.expect_length(head.headers.get(CONTENT_LENGTH).map(HeaderValue::as_bytes))?;
    let timeout = envelope.body_timeout();
    let mut body = std::pin::pin!(body);
    let read = async {
        while let Some(frame) = body.frame().await {
            if let Ok(chunk) = frame.map_err(|_| Rejection::Body(BodyFault::Incomplete))?.into_data() {
                envelope.push(chunk)?;
            }
        }
        Ok(envelope)
    };
    time::timeout(timeout, read).await.map_err(|_| Rejection::Body(BodyFault::Timeout))??.open()
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
fn describe(headers: &mut HeaderMap, length: usize, content_type: &'static str) {
    for stale in Envelope::STALE_HEADERS {
        headers.remove(stale);
    }
    answer::set_length(headers, length);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}
