//! axum.

use std::net::{SocketAddr, TcpListener};

use axum::{
    Extension, Router, ServiceExt as _,
    body::{Body, Bytes},
    extract::{ConnectInfo, Path, Request, State},
    routing::any,
};
use echostr_axum::{Callback, Delivery, EchostrLayer, Flights};
use http::Response;
use std::convert::Infallible;
use tower::{Service, ServiceBuilder};
use tracing::Instrument as _;

use crate::{
    servers::{
        Setup,
        response::{outside, response},
        running::{Running, run},
        setup::settings,
    },
    world::World,
};

pub(crate) fn route(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let layer = settings!(EchostrLayer, setup, world);
    let flights = layer.flights();
    let route = || any(handler).layer(layer.clone());
    let app = Router::new().route("/wx", route()).route("/wx/{name}", route()).with_state(world);
    (flights, serve(app, setup, listener))
}

pub(crate) fn router(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let layer = settings!(EchostrLayer, setup, world);
    let flights = layer.flights();
    let app = routes().layer(layer).with_state(world);
    (flights, serve(app, setup, listener))
}

pub(crate) fn whole(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    let layer = settings!(EchostrLayer, setup, world);
    let flights = layer.flights();
    let app = ServiceBuilder::new().layer(layer).service(routes().with_state(world));
    (flights, serve(app, setup, listener))
}

fn routes() -> Router<World> {
    Router::new().route("/wx", any(handler)).route("/wx/{name}", any(handler))
}

async fn handler(
    State(world): State<World>,
    Extension(_): Extension<Callback>,
    delivery: Option<Extension<Delivery>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    name: Option<Path<String>>,
    body: Bytes,
) -> Response<Body> {
    let seen =
        format!("port={} name={}", peer.port(), name.map_or_else(|| "none".to_owned(), |Path(name)| name));
    let said = world.handle(delivery.map(|Extension(delivery)| delivery), &seen, &body).await;
    response(said).map(Body::new)
}

fn serve<S>(app: S, setup: &Setup, listener: TcpListener) -> Running
where
    S: Service<Request, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let app = ServiceBuilder::new()
        .map_response(outside)
        .map_future(|future: S::Future| future.instrument(tracing::info_span!("around")))
        .service(app);
    run(setup.workers, listener, move |listener| async move {
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).await.expect("axum serves");
    })
}
