//! The layer of echostr-tower and of echostr-axum, and a server for any service: what stands below several frameworks.

use std::net::TcpListener;

use bytes::Bytes;
use echostr_tower::{CallbackLayer, EitherBody, Language, MemoryLedger};
use http::{Request, Response, header::HOST};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tower::{Service, ServiceBuilder};

use crate::subjects::{
    response::{no_tea, tokio_listener},
    subject::{Running, Wechat},
};

pub(crate) fn layer<P>(wechat: Wechat) -> Option<CallbackLayer<P>> {
    match wechat {
        Wechat::Verified(verifier) => Some(CallbackLayer::new(verifier)),
        Wechat::Once(verifier) => Some(CallbackLayer::new(verifier).ledger(MemoryLedger::new())),
        Wechat::OnReject(verifier) => Some(CallbackLayer::new(verifier).on_reject(no_tea)),
        Wechat::Unreadable(verifier, unreadable) => Some(CallbackLayer::new(verifier).unreadable(unreadable)),
        Wechat::PerRequest(verifier) => Some(CallbackLayer::per_request(move |parts| {
            Some(verifier.clone())
                .filter(|_| parts.uri.path() == "/wx" && parts.headers.contains_key("accept"))
        })),
        Wechat::LookedUp(accounts) => {
            Some(CallbackLayer::look_up(move |parts| accounts.look_up(parts.uri.path())))
        }
        Wechat::ByHost(accounts) => Some(CallbackLayer::per_request(move |parts| {
            accounts.find(parts.headers.get(HOST)?.to_str().ok()?)
        })),
        Wechat::InChinese(verifier) => Some(CallbackLayer::new(verifier).language(Language::Chinese)),
        Wechat::Off => None,
    }
}

/// HTTP/1 and 2, with nothing between hyper and the service.
pub(crate) fn serve<S, B>(service: S, listener: TcpListener) -> Running
where
    S: Service<Request<EitherBody<Incoming>>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Send,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = tokio_listener(listener);
    let service = ServiceBuilder::new()
        .map_request(|request: Request<Incoming>| request.map(EitherBody::inner))
        .service(service);
    Running::Task(tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // Fails where the client goes away first, as tests do.
                drop(server.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    }))
}
