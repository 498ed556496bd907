//! axum, with typed handlers behind the layer of `echostr-axum`.

use std::net::TcpListener;

use axum::{
    Router,
    extract::State,
    middleware::map_response,
    response::Response,
    routing::{MethodRouter, post},
};
use echostr_axum::{Bot, EchostrLayer, Incoming, Message, Notice, Reply, ReplyError};
use tower::Layer as _;

use crate::subjects::{
    handler::Hits,
    response::{show_reason, tokio_listener},
    subject::{Running, Subject, Wechat},
    tower::layer as layer_of,
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // A layer on each route, as the README shows it.
    Subject::new("TypedAxumRoute", route),
    // `Router::layer`.
    Subject::new("TypedAxumRouter", router),
    // A layer around the finished `Router`.
    Subject::new("TypedAxumWhole", whole),
];

fn route(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| routes(|route| route.layer(layer.clone())).with_state(hits))
}

fn router(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| routes(|route| route).layer(layer).with_state(hits))
}

fn whole(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |layer, hits| {
        Router::new().fallback_service(layer.layer(routes(|route| route).with_state(hits)))
    })
}

fn routes(protect: impl Fn(MethodRouter<Hits>) -> MethodRouter<Hits>) -> Router<Hits> {
    Router::new()
        .route("/message", protect(post(on_message)))
        .route("/notice", protect(post(on_notice)))
        .route("/bot", protect(post(on_bot)))
        .route("/incoming", protect(post(on_incoming)))
}

async fn on_message(State(hits): State<Hits>, message: Message) -> Result<Reply, ReplyError> {
    hits.on_message(&message)
}

async fn on_notice(State(hits): State<Hits>, notice: Notice) -> Reply {
    hits.on_notice(&notice)
}

async fn on_bot(State(hits): State<Hits>, bot: Bot) -> Result<Reply, ReplyError> {
    hits.on_bot(&bot)
}

async fn on_incoming(State(hits): State<Hits>, incoming: Incoming) -> Result<Reply, ReplyError> {
    hits.on_incoming(&incoming)
}

/// One account for all paths: those of these routes are their own.
fn layer(wechat: Wechat) -> Option<EchostrLayer> {
    match wechat {
        Wechat::PerRequest(verifier) => Some(EchostrLayer::per_request(move |_| Some(verifier.clone()))),
        other => layer_of(other),
    }
}

fn serve(
    wechat: Wechat,
    hits: Hits,
    listener: TcpListener,
    protect: impl FnOnce(EchostrLayer, Hits) -> Router,
) -> Running {
    let app = match layer(wechat) {
        None => routes(|route| route).with_state(hits),
        Some(layer) => protect(layer, hits),
    };
    let app = app.layer(map_response(async |response: Response| show_reason(response)));
    let listener = tokio_listener(listener);
    Running::Task(tokio::spawn(async move { axum::serve(listener, app).await.expect("axum serves") }))
}
