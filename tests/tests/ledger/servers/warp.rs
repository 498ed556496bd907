//! warp: `protect`, and the layer of echostr-tower around `warp::service`.

use std::net::TcpListener;

use bytes::Bytes;
use echostr_tower::{EchostrLayer, EitherBody, Flights};
use echostr_warp::{Callback, Delivery, Echostr};
use http::Request;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tower::ServiceBuilder;
use warp::{Filter, Reply as _, filters::BoxedFilter, path::Tail, reply::Response};

use crate::{
    servers::{
        Setup,
        hyper::serve,
        response::{Marked, response},
        running::Running,
        setup::settings,
    },
    world::{SaidBody, World},
};

pub(crate) fn protect(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let wechat = settings!(Echostr, setup, world);
    let flights = wechat.flights();
    let route = warp::path("wx").and(echostr_warp::protect(wechat, |callback| route(callback, world)));
    (flights, serve(into_service(route), setup, listener))
}

pub(crate) fn service(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let layer = settings!(EchostrLayer, setup, world);
    let flights = layer.flights();
    let route = warp::path("wx").and(echostr_warp::checked(|callback| route(callback, world)));
    let service = ServiceBuilder::new().layer(layer).service(into_service(route));
    (flights, serve(service, setup, listener))
}

fn into_service<F>(
    route: F,
) -> impl tower::Service<
    Request<EitherBody<Incoming>>,
    Response = Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone
+ Send
+ 'static
where
    F: Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
{
    warp::service(route)
}

#[derive(Debug)]
struct AnError;

impl warp::reject::Reject for AnError {}

fn route(
    callback: BoxedFilter<(Callback,)>,
    world: World,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    callback
        .and(warp::path::tail())
        .and(warp::ext::optional::<Delivery>())
        .and(warp::ext::optional::<Marked>())
        .and(warp::body::bytes())
        .and_then(move |_: Callback, tail: Tail, delivery, marked: Option<Marked>, body: Bytes| {
            let world = world.clone();
            async move {
                let name = if tail.as_str().is_empty() { "none" } else { tail.as_str() };
                let seen = format!("port={} name={name}", marked.map_or(0, |Marked(port)| port));
                let said = world.handle(delivery, &seen, &body).await;
                if said.is_error {
                    return Err(warp::reject::custom(AnError));
                }
                let is_whole = matches!(said.body, SaidBody::Whole(_));
                let (parts, body) = response(said).into_parts();
                let body = if is_whole {
                    let body = body.collect().await.expect("whole").to_bytes().to_vec();
                    body.into_response().into_body()
                } else {
                    warp::reply::stream(body.into_data_stream()).into_response().into_body()
                };
                Ok(Response::from_parts(parts, body))
            }
        })
}
