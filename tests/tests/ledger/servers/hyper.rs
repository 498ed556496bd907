//! hyper without axum, and a server for any service.

use std::net::TcpListener;

use bytes::Bytes;
use echostr_tower::{Callback, Delivery, EchostrLayer, EitherBody, Flights};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tower::{BoxError, Service, ServiceBuilder, service_fn};
use tracing::Instrument as _;

use crate::{
    servers::{
        Setup,
        response::{Marked, outside, response},
        running::{Running, run},
        setup::settings,
    },
    world::World,
};

pub(crate) fn service(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let layer = settings!(EchostrLayer, setup, world);
    let flights = layer.flights();
    let handler = service_fn(move |request: Request<EitherBody<Incoming>>| {
        let world = world.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            assert!(parts.extensions.get::<Callback>().is_some(), "the middleware stands before it");
            let seen = format!("port={} name=none", parts.extensions.get::<Marked>().expect("a port").0);
            let said = world.handle(parts.extensions.get::<Delivery>().copied(), &seen, &body).await;
            if said.is_error { Err(BoxError::from("an error")) } else { Ok(response(said)) }
        }
    });
    let service = ServiceBuilder::new().layer(layer).concurrency_limit(setup.at_once).service(handler);
    (flights, serve(service, setup, listener))
}

#[derive(Debug)]
struct AnError(String);

impl std::fmt::Display for AnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AnError {}

/// HTTP/1 and 2. Around the service stands what makes an error a response, adds a header and opens a span.
pub(crate) fn serve<S, B>(service: S, setup: &Setup, listener: TcpListener) -> Running
where
    S: Service<Request<EitherBody<Incoming>>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError> + Send,
    S::Future: Send,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let service = ServiceBuilder::new()
        .map_err(|error: S::Error| AnError(error.into().to_string()))
        .map_future(|future: S::Future| future.instrument(tracing::info_span!("around")))
        .service(service);
    let service = ServiceBuilder::new()
        .map_result(|result: Result<Response<B>, AnError>| {
            let response = match result {
                Ok(response) => response.map(Either::Left),
                Err(error) => {
                    let mut response = Response::new(Either::Right(Full::from(error.0)));
                    *response.status_mut() = http::StatusCode::BAD_GATEWAY;
                    response
                }
            };
            Ok::<_, AnError>(outside(response))
        })
        .service(service);
    run(setup.workers, listener, move |listener| async move {
        loop {
            let (stream, peer) = listener.accept().await.expect("a connection");
            let service = ServiceBuilder::new()
                .map_request(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(Marked(peer.port()));
                    request.map(EitherBody::inner)
                })
                .service(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // Fails where the client goes away first, as tests do.
                let service = TowerToHyperService::new(service);
                drop(server.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    })
}
