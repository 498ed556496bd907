//! axum.

use std::{convert::Infallible, net::TcpListener};

use axum::{
    Extension, Router, ServiceExt as _,
    body::Body,
    extract::{Request, State},
    middleware::map_response,
    routing::any,
};
use bytes::Bytes;
use echostr_axum::{AxumBodies, Callback, EchostrLayer};
use http::{HeaderMap, Response};
use tower::{Service, ServiceBuilder};

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
    // A layer around the finished `Router`, which is what is served.
    Subject::new("AxumWhole", whole),
];

fn router(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    within_a_router(wechat, hits, listener, |layer| routes().layer(layer))
}

fn method_router(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    within_a_router(wechat, hits, listener, |layer| {
        let handler = || any(handler).layer(layer.clone());
        Router::new().route("/wx", handler()).route("/other", handler())
    })
}

fn whole(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    match layer::<AxumBodies>(wechat) {
        None => serve(unprotected(hits), listener),
        Some(layer) => {
            let router = routes().with_state(hits);
            serve(ServiceBuilder::new().map_response(show_reason).layer(layer).service(router), listener)
        }
    }
}

fn routes() -> Router<Hits> {
    Router::new().route("/wx", any(handler)).route("/other", any(handler))
}

/// The control.
fn unprotected(hits: Hits) -> Router {
    Router::new().route("/wx", any(open_handler)).with_state(hits)
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
fn within_a_router(
    wechat: Wechat,
    hits: Hits,
    listener: TcpListener,
    protect: impl FnOnce(EchostrLayer) -> Router<Hits>,
) -> Running {
    let app = match layer(wechat) {
        None => unprotected(hits),
        Some(layer) => protect(layer)
            .with_state(hits)
            .layer(map_response(async |response: Response<Body>| show_reason(response))),
    };
    serve(app, listener)
}

fn serve<S>(app: S, listener: TcpListener) -> Running
where
    S: Service<Request, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let (app, listener) = (app.into_make_service(), tokio_listener(listener));
    Running::Task(tokio::spawn(async move { axum::serve(listener, app).await.expect("axum serves") }))
}
