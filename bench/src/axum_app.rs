//! The app in axum.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{Query, Request},
    http::{Method, StatusCode},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::any,
};
use echostr_axum::{Echostr, EchostrLayer, MemoryLedger};
use tower::{
    Layer as _,
    util::{MapRequest, MapRequestLayer},
};

use crate::{hand_written::is_genuine, plain};

/// A service that passes every request on as it is.
pub type NoOp = MapRequest<Router, fn(Request) -> Request>;

async fn on_message(_body: String) -> &'static str {
    "success"
}

/// Without any check.
pub fn bare() -> Router {
    Router::new().route("/wx", any(on_message))
}

/// Behind a layer that does nothing, which shows what `Router::layer` itself costs.
pub fn no_op() -> Router {
    bare().layer(MapRequestLayer::new(same))
}

/// Behind echostr. The handler is the same as without it, so that what differs is the check alone.
pub fn echostr() -> Router {
    bare().layer(EchostrLayer::new(plain()))
}

/// With a layer that does nothing around the finished router.
#[must_use]
pub fn no_op_around() -> NoOp {
    MapRequestLayer::new(same as fn(_) -> _).layer(bare())
}

fn same(request: Request) -> Request {
    request
}

/// With echostr around the finished router, where axum does not box the layer.
#[must_use]
pub fn echostr_around() -> Echostr<Router> {
    EchostrLayer::new(plain()).layer(bare())
}

/// The same with the ledger of one server.
pub fn ledger() -> Router {
    bare().layer(EchostrLayer::new(plain()).ledger(MemoryLedger::new()))
}

/// Behind a middleware written by hand.
pub fn hand_written() -> Router {
    bare().layer(from_fn(check))
}

async fn check(request: Request, next: Next) -> Response {
    let Ok(Query(mut parameters)) = Query::<HashMap<String, String>>::try_from_uri(request.uri()) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    if !is_genuine(&parameters) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match parameters.remove("echostr") {
        Some(echostr) if request.method() == Method::GET => echostr.into_response(),
        _ => next.run(request).await,
    }
}
