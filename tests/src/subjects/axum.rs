//! axum.

use std::net::TcpListener;

use axum::{Extension, Router, body::Body, extract::State, middleware::map_response, routing::any};
use bytes::Bytes;
use echostr_tower::{Callback, EchostrLayer};
use http::{HeaderMap, Response};
use tower::Layer as _;

use crate::subjects::{
    handler::Hits,
    response::{response, show_reason, tokio_listener, value},
    subject::{Running, Subject, Wechat},
    tower::layer,
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // `Router::layer`.
    Subject::new("AxumRouter", router),
    // A layer on the method router.
    Subject::new("AxumMethodRouter", method_router),
    // A layer around the finished `Router`.
    Subject::new("AxumWhole", whole),
];

fn router(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| routes().layer(layer).with_state(hits))
}

fn method_router(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| {
        let handler = || any(handler).layer(layer.clone());
        Router::new().route("/wx", handler()).route("/other", handler()).with_state(hits)
    })
}

fn whole(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| {
        let app = layer.layer(routes().with_state(hits));
        // A route of its own only to serve it like the others; the layer stands around the finished router.
        Router::new().fallback_service(app)
    })
}

fn routes() -> Router<Hits> {
    Router::new().route("/wx", any(handler)).route("/other", any(handler))
}

async fn handler(
    State(hits): State<Hits>,
    Extension(callback): Extension<Callback>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    response(hits.handle(Some(&callback), |name| value(&headers, name), &body))
}

async fn open_handler(State(hits): State<Hits>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    response(hits.handle(None, |name| value(&headers, name), &body))
}

/// Serves what `protect` makes of the layer, or the control.
fn serve(
    wechat: Wechat,
    hits: Hits,
    listener: TcpListener,
    protect: impl FnOnce(EchostrLayer, Hits) -> Router,
) -> Running {
    let app = match layer(wechat) {
        None => Router::new().route("/wx", any(open_handler)).with_state(hits),
        Some(layer) => {
            protect(layer, hits).layer(map_response(async |response: Response<Body>| show_reason(response)))
        }
    };
    let listener = tokio_listener(listener);
    Running::Task(tokio::spawn(async move { axum::serve(listener, app).await.expect("axum serves") }))
}
