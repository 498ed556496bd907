//! A body that is read first: the route runs as a service behind the layer of `echostr-tower`, since a filter cannot replace the body
//! for the filters that follow, nor run the route.

use std::panic;

use bytes::Buf;
use echostr::adapter::Answer;
use echostr_tower::{EchostrLayer, EitherBody};
use futures_util::{Stream, TryStreamExt as _};
use http::{Request, Uri};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt as _, StreamBody};
use tokio::task::JoinSet;
use tower::{ServiceBuilder, ServiceExt as _};
use tracing::Instrument as _;
use warp::{Filter, Reply as _, reply::Response};

/// Runs `route` behind `layer`, for a request which the route is to see under the URI `below`.
pub(crate) async fn exchange<F, C>(
    layer: EchostrLayer,
    route: F,
    request: Request<impl Stream<Item = Result<C, warp::Error>> + Send + Sync + 'static>,
    below: Uri,
) -> Response
where
    F: Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
    C: Buf,
{
    let request = request.map(|body| {
        let chunks = body.map_ok(|mut chunk| Frame::data(chunk.copy_to_bytes(chunk.remaining())));
        EitherBody::inner(StreamBody::new(chunks))
    });
    let service = ServiceBuilder::new()
        .layer(layer)
        .map_request(move |mut request: Request<_>| {
            request.uri_mut().clone_from(&below);
            request
        })
        .service(warp::service(route));
    // A task of its own, because warp does not let one service run within another. It ends with this future, so a
    // client that hangs up ends the handler as in plain mode; with a ledger the layer has detached it. The span goes along, as
    // it would without a task.
    let mut task = JoinSet::new();
    task.spawn(service.oneshot(request).in_current_span());
    let response = match task.join_next().await {
        Some(Ok(Ok(response))) => response,
        Some(Err(error)) => match error.try_into_panic() {
            Ok(panicked) => panic::resume_unwind(panicked),
            Err(_cancelled) => return unsealed(),
        },
        _ => return unsealed(),
    };
    let (parts, body) = response.into_parts();
    if body.size_hint().exact().is_none() {
        // Passed on as it comes, however long it is.
        let stream = warp::reply::stream(body.into_data_stream()).into_response();
        return http::Response::from_parts(parts, stream.into_body());
    }
    // Whole in memory already, but for replies that are passed on as they are.
    match body.collect().await {
        Ok(body) => http::Response::from_parts(parts, body.to_bytes()).into_response(),
        Err(_) => unsealed(),
    }
}

fn unsealed() -> Response {
    echostr_tower::response(Answer::unsealed()).into_response()
}
