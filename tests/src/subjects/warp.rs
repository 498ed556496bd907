//! warp: its filters, and its service in the layer for tower.

use std::{
    future::{Ready, ready},
    net::TcpListener,
};

use bytes::Bytes;
use echostr_tower::SameBodies;
use echostr_warp::{Callback, Echostr, Language, MemoryLedger};
use http::{HeaderMap, Response, header::HOST};
use tower::ServiceBuilder;
use warp::Filter as _;

use crate::subjects::{
    handler::Hits,
    response::{no_tea, response, show_reason, tokio_listener, value},
    subject::{Running, Subject, Wechat},
    tower::{layer, serve as serve_service},
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // The layer around `warp::service`.
    Subject::new("WarpService", service),
    // `protect`.
    Subject::new("WarpProtect", protect),
    // `callback` and `recover`.
    Subject::new("WarpCallback", callback).keeps_body(),
];

fn service(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let bare = matches!(wechat, Wechat::Off);
    let seen = warp::ext::optional::<Callback>().and(warp::header::headers_cloned()).and(warp::body::bytes());
    let handler = seen.and_then(move |callback: Option<Callback>, headers: HeaderMap, body: Bytes| {
        let hits = hits.clone();
        async move {
            if callback.is_none() && !bare {
                return Err(warp::reject());
            }
            Ok(said(&hits, callback.as_ref(), &headers, &body))
        }
    });
    let service = warp::service(handler);
    match layer::<SameBodies>(wechat) {
        None => serve_service(service, listener),
        Some(layer) => serve_service(
            ServiceBuilder::new().map_response(show_reason).layer(layer).service(service),
            listener,
        ),
    }
}

fn protect(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let Some(wechat) = settings(wechat) else { return control(hits, listener) };
    let handler = handler(hits);
    let route = echostr_warp::protect(wechat, |callback| {
        callback.and(warp::header::headers_cloned()).and(warp::body::bytes()).then(handler)
    });
    let server = warp::serve(route.map(show_reason)).incoming(tokio_listener(listener));
    Running::Task(tokio::spawn(server.run()))
}

fn callback(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let Some(wechat) = settings(wechat) else { return control(hits, listener) };
    let route = echostr_warp::callback(wechat)
        .and(warp::header::headers_cloned())
        .and(warp::body::bytes())
        .then(handler(hits))
        .map(warp::Reply::into_response)
        .recover(echostr_warp::recover)
        .unify()
        .map(show_reason);
    Running::Task(tokio::spawn(warp::serve(route).incoming(tokio_listener(listener)).run()))
}

fn control(hits: Hits, listener: TcpListener) -> Running {
    let open = warp::header::headers_cloned()
        .and(warp::body::bytes())
        .map(move |headers: HeaderMap, body: Bytes| said(&hits, None, &headers, &body));
    Running::Task(tokio::spawn(warp::serve(open).incoming(tokio_listener(listener)).run()))
}

pub(crate) fn settings(wechat: Wechat) -> Option<Echostr> {
    match wechat {
        Wechat::Verified(verifier) => Some(Echostr::new(verifier)),
        Wechat::Once(verifier) => Some(Echostr::new(verifier).ledger(MemoryLedger::new())),
        Wechat::OnReject(verifier) => Some(Echostr::new(verifier).on_reject(no_tea)),
        Wechat::Unreadable(verifier, unreadable) => Some(Echostr::new(verifier).unreadable(unreadable)),
        Wechat::PerRequest(verifier) => Some(Echostr::per_request(move |parts| {
            Some(verifier.clone())
                .filter(|_| parts.uri.path() == "/wx" && parts.headers.contains_key("accept"))
        })),
        Wechat::LookedUp(accounts) => Some(Echostr::look_up(move |parts| accounts.look_up(parts.uri.path()))),
        Wechat::ByHost(accounts) => {
            Some(Echostr::per_request(move |parts| accounts.find(parts.headers.get(HOST)?.to_str().ok()?)))
        }
        Wechat::InChinese(verifier) => Some(Echostr::new(verifier).language(Language::Chinese)),
        Wechat::Off => None,
    }
}

fn handler(
    hits: Hits,
) -> impl Fn(Callback, HeaderMap, Bytes) -> Ready<Response<String>> + Clone + Send + Sync + 'static {
    move |callback, headers, body| ready(said(&hits, Some(&callback), &headers, &body))
}

fn said(hits: &Hits, callback: Option<&Callback>, headers: &HeaderMap, body: &[u8]) -> Response<String> {
    response(hits.handle(callback, |name| value(headers, name), body))
}
