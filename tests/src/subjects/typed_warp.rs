//! warp, with typed handlers.

use std::{
    future::{Ready, ready},
    net::TcpListener,
};

use echostr_tower::SameBodies;
use echostr_warp::{Bot, Extract, Incoming, Message, Notice, Reply, ReplyError};
use tower::ServiceBuilder;
use warp::{Filter, filters::BoxedFilter, reply::Response};

use crate::subjects::{
    handler::Hits,
    response::{show_reason, tokio_listener},
    subject::{Running, Subject, Wechat},
    tower::{layer, serve as serve_service},
    warp::settings,
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // `protect`, as the README shows it.
    Subject::new("TypedWarpProtect", protect),
    // `checked`, in the layer around `warp::service`.
    Subject::new("TypedWarpService", service),
];

fn protect(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let Some(wechat) = settings(wechat) else { return service(Wechat::Off, hits, listener) };
    let route =
        path("message", echostr_warp::protect(wechat.clone(), |message| message.then(on_message(&hits))))
            .or(path("notice", echostr_warp::protect(wechat.clone(), |notice| notice.then(on_notice(&hits)))))
            .unify()
            .or(path("bot", echostr_warp::protect(wechat.clone(), |bot| bot.then(on_bot(&hits)))))
            .unify()
            .or(path("incoming", echostr_warp::protect(wechat, |incoming| incoming.then(on_incoming(&hits)))))
            .unify();
    let server = warp::serve(route.map(show_reason)).incoming(tokio_listener(listener));
    Running::Task(tokio::spawn(server.run()))
}

#[expect(clippy::needless_pass_by_value, reason = "one signature for every subject")]
fn service(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let route = path("message", echostr_warp::checked(|message| message.then(on_message(&hits))))
        .or(path("notice", echostr_warp::checked(|notice| notice.then(on_notice(&hits)))))
        .unify()
        .or(path("bot", echostr_warp::checked(|bot| bot.then(on_bot(&hits)))))
        .unify()
        .or(path("incoming", echostr_warp::checked(|incoming| incoming.then(on_incoming(&hits)))))
        .unify();
    let service = warp::service(route);
    match layer::<SameBodies>(wechat) {
        None => serve_service(service, listener),
        Some(layer) => serve_service(
            ServiceBuilder::new().map_response(show_reason).layer(layer).service(service),
            listener,
        ),
    }
}

fn path<F>(name: &'static str, route: F) -> BoxedFilter<(Response,)>
where
    F: Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
{
    warp::path(name).and(warp::path::end()).and(route).boxed()
}

/// What a handler returns.
type Said = Ready<Result<Reply, ReplyError>>;

/// A function of one argument that warp takes for a handler.
trait Handler<T: Extract>: Fn(T) -> Said + Clone + Send + Sync + 'static {}

impl<T: Extract, F: Fn(T) -> Said + Clone + Send + Sync + 'static> Handler<T> for F {}

fn on_message(hits: &Hits) -> impl Handler<Message> + use<> {
    let hits = hits.clone();
    move |message: Message| ready(hits.on_message(&message))
}

fn on_notice(hits: &Hits) -> impl Handler<Notice> + use<> {
    let hits = hits.clone();
    move |notice: Notice| ready(Ok(hits.on_notice(&notice)))
}

fn on_bot(hits: &Hits) -> impl Handler<Bot> + use<> {
    let hits = hits.clone();
    move |bot: Bot| ready(hits.on_bot(&bot))
}

fn on_incoming(hits: &Hits) -> impl Handler<Incoming> + use<> {
    let hits = hits.clone();
    move |incoming: Incoming| ready(hits.on_incoming(&incoming))
}
