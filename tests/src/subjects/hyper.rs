//! hyper without axum.

use std::net::TcpListener;

use bytes::Bytes;
use echostr_tower::{Callback, EitherBody};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tower::{ServiceBuilder, service_fn};

use crate::subjects::{
    handler::Hits,
    response::{response, show_reason, value},
    subject::{Running, Subject, Wechat},
    tower::{layer, serve},
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // Under a `ServiceBuilder` with a concurrency limit of one.
    Subject::new("Hyper", limited),
];

fn limited(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let handler = service_fn(move |request: Request<EitherBody<Incoming>>| {
        let hits = hits.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let callback = parts.extensions.get::<Callback>();
            let said = hits.handle(callback, |name| value(&parts.headers, name), &body);
            Ok::<_, hyper::Error>(response::<Full<Bytes>>(said))
        }
    });
    match layer(wechat) {
        None => serve(handler, listener),
        Some(layer) => {
            let service = ServiceBuilder::new()
                .map_response(show_reason)
                .layer(layer)
                .concurrency_limit(1)
                .service(handler);
            serve(service, listener)
        }
    }
}
