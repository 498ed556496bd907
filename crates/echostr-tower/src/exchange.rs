//! Encrypted mode: read the body, open it, call the inner service with the document, seal its reply.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use echostr::{Answer, BodyFault, Envelope, Opened, Rejection, Sealer};
use http::{
    HeaderMap, HeaderValue, Request, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    request::Parts,
};
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time;
use tower_service::Service;

use crate::{EitherBody, response as answer, service::log_received};

pub(crate) type Exchange<B, E> = Pin<Box<dyn Future<Output = Result<Response<EitherBody<B>>, E>> + Send>>;

/// `service` is ready; `refuse` answers for the reasons that only the body shows.
pub(crate) async fn exchange<S, ReqBody, ResBody>(
    mut service: S,
    request: Request<ReqBody>,
    envelope: Envelope,
    refuse: impl FnOnce(Rejection, &Parts) -> Response<Bytes>,
) -> Result<Response<EitherBody<ResBody>>, S::Error>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ReqBody: Body<Data = Bytes> + From<Bytes>,
    ResBody: Body<Data = Bytes>,
{
    let (mut parts, body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let Opened { callback, document, content_type, sealer } =
        match open(envelope, announced.unwrap_or(0), body).await {
            Ok(opened) => opened,
            Err(rejection) => return Ok(refuse(rejection, &parts).map(EitherBody::from)),
        };
    log_received(&parts.method, &parts.uri, &parts.headers);
    parts.extensions.insert(callback);
    describe(&mut parts.headers, document.len(), content_type);
    let response = service.call(Request::from_parts(parts, document.into())).await?;
    Ok(seal(response, &sealer).await)
}

/// Reads the body within the limits of its size and time, then verifies and decrypts it.
async fn open(
    mut envelope: Envelope,
    announced: u64,
    body: impl Body<Data = Bytes>,
) -> Result<Opened, Rejection> {
    envelope.announce(announced)?;
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

async fn seal<B: Body<Data = Bytes>>(response: Response<B>, sealer: &Sealer) -> Response<EitherBody<B>> {
    if !sealer.seals(response.status().as_u16()) {
        return response.map(EitherBody::inner);
    }
    let (mut parts, body) = response.into_parts();
    if parts.headers.contains_key(CONTENT_ENCODING) {
        tracing::warn!(
            "the handler's reply is compressed, so it cannot be encrypted: leave compression out here"
        );
        return unsealed();
    }
    let Ok(reply) = body.collect().await else {
        tracing::warn!("the handler's reply broke off, so it cannot be encrypted");
        return unsealed();
    };
    let reply = reply.to_bytes();
    match sealer.seal(&reply) {
        Ok(None) => Response::from_parts(parts, reply.into()),
        Ok(Some(sealed)) => {
            describe(&mut parts.headers, sealed.len(), sealer.content_type());
            Response::from_parts(parts, Bytes::from(sealed).into())
        }
        Err(error) => {
            tracing::warn!(%error, "the handler's reply cannot be encrypted");
            unsealed()
        }
    }
}

fn unsealed<B>() -> Response<EitherBody<B>> {
    answer(Answer::unsealed()).map(EitherBody::from)
}

/// Makes the headers fit a body that has been replaced.
fn describe(headers: &mut HeaderMap, length: usize, content_type: &'static str) {
    for stale in Envelope::STALE_HEADERS {
        headers.remove(stale);
    }
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}
