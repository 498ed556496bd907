//! The layer of echostr-tower, and a server for any service: what stands below several frameworks.

use std::net::TcpListener;

use bytes::Bytes;
use echostr_tower::{EchostrLayer, EitherBody, Language};
use http::{Request, Response};
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

pub(crate) fn layer(wechat: Wechat) -> Option<EchostrLayer> {
    match wechat {
        Wechat::Verified(verifier) => Some(EchostrLayer::new(verifier)),
        Wechat::OnReject(verifier) => Some(EchostrLayer::new(verifier).on_reject(no_tea)),
        Wechat::PerRequest(verifier) => Some(EchostrLayer::per_request(move |parts| {
            Some(verifier.clone())
                .filter(|_| parts.uri.path() == "/wx" && parts.headers.contains_key("accept"))
        })),
        Wechat::InChinese(verifier) => Some(EchostrLayer::new(verifier).language(Language::Chinese)),
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
