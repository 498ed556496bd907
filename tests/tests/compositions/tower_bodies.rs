//! echostr-tower over services of any response body, and under layers that make a body of their own by `Default`.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use echostr_tower::{Callback, EchostrLayer, EitherBody};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use hyper::body::Incoming;
use tower::{Service, ServiceBuilder, layer::util::Identity, service_fn, util::BoxCloneSyncService};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};
use warp::Filter as _;

use crate::support::{App, Hits, Mode, app, check, control, serve_by_hyper};

/// hyper's request body, which cannot be made of bytes, as one gives it to the layer.
type Body = EitherBody<Incoming>;

/// A service with nothing of any framework, whose bodies are hyper's `Full`.
fn full(
    hits: &Hits,
) -> impl Service<Request<Body>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static
+ use<> {
    let hits = hits.clone();
    service_fn(move |request: Request<Body>| {
        let hits = hits.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            let said = hits.hit(parts.extensions.get::<Callback>(), &String::from_utf8_lossy(&body));
            Ok(Response::new(Full::from(said)))
        }
    })
}

fn warp_service(
    hits: &Hits,
) -> impl Service<Request<Body>, Response = warp::reply::Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static
+ use<> {
    let hits = hits.clone();
    let seen = warp::ext::optional::<Callback>().and(warp::body::bytes());
    warp::service(seen.map(move |callback: Option<Callback>, body: Bytes| {
        hits.hit(callback.as_ref(), &String::from_utf8_lossy(&body))
    }))
}

/// The compositions, with `$wechat` among them.
macro_rules! compositions {
    ($wechat:expr, $hits:expr) => {{
        let timeout = || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60));
        let compositions: Vec<(&str, App<Body>)> = vec![
            ("hyper's Full", app(ServiceBuilder::new().layer($wechat).service(full($hits)))),
            (
                "Timeout and Cors outside, in one builder",
                app(ServiceBuilder::new()
                    .layer(timeout())
                    .layer(CorsLayer::permissive())
                    .layer($wechat)
                    .service(full($hits))),
            ),
            (
                "BoxBody",
                app(ServiceBuilder::new()
                    .layer(timeout())
                    .layer(CorsLayer::permissive())
                    .layer($wechat)
                    .map_response(|response: Response<Full<Bytes>>| response.map(BoxBody::new))
                    .service(full($hits))),
            ),
            (
                "a boxed service",
                app(ServiceBuilder::new().layer($wechat).service(BoxCloneSyncService::new(full($hits)))),
            ),
            (
                "a compressed service",
                app(ServiceBuilder::new()
                    .layer(TraceLayer::new_for_http())
                    .layer(CatchPanicLayer::new())
                    .layer($wechat)
                    .layer(CompressionLayer::new())
                    .service(full($hits))),
            ),
            (
                "compression outside",
                app(ServiceBuilder::new().layer(CompressionLayer::new()).layer($wechat).service(full($hits))),
            ),
            ("warp::service", app(ServiceBuilder::new().layer($wechat).service(warp_service($hits)))),
            (
                "warp::service, Trace outside, a limit inside",
                app(ServiceBuilder::new()
                    .layer(TraceLayer::new_for_http())
                    .layer($wechat)
                    .concurrency_limit(1)
                    .service(warp_service($hits))),
            ),
        ];
        compositions
    }};
}

#[tokio::test]
async fn any_body_passes() {
    for mode in Mode::ALL {
        let hits = Hits::default();
        let wechat = EchostrLayer::new(mode.verifier());
        for (name, app) in compositions!(wechat.clone(), &hits) {
            let addr = serve_by_hyper(app.clone()).await;
            check(name, "/wx", mode, (app, addr), &hits).await;
        }
    }
}

#[tokio::test]
async fn control_without_the_layer() {
    let hits = Hits::default();
    for (name, app) in compositions!(Identity::new(), &hits) {
        control(name, "/wx", app, &hits).await;
    }
}
