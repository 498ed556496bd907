//! echostr-axum with each of tower's and tower-http's layers outside and inside, in each place that axum has for layers.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{Extension, Router, error_handling::HandleErrorLayer, extract::State, routing::post};
use echostr_axum::{Callback, EchostrLayer};
use http::StatusCode;
use tower::{
    BoxError, Layer, ServiceBuilder,
    buffer::BufferLayer,
    layer::util::Identity,
    limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer,
    decompression::RequestDecompressionLayer, limit::RequestBodyLimitLayer,
    normalize_path::NormalizePathLayer, timeout::TimeoutLayer, trace::TraceLayer,
};

use crate::support::{App, Hits, Mode, app, check, control, serve};

async fn handler(State(hits): State<Hits>, callback: Option<Extension<Callback>>, body: String) -> String {
    hits.hit(callback.as_ref().map(|Extension(callback)| callback), &body)
}

async fn overloaded(_: BoxError) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

async fn served(app: App) -> (App, SocketAddr) {
    let addr = serve(app.clone()).await;
    (app, addr)
}

/// A composition: where it is, which path leads to the handler, and the app.
type Composition = (&'static str, &'static str, App);

/// Two layers in every place, each of them outside once, in one builder and in two calls.
macro_rules! places {
    ($wechat:expr, $other:expr, $hits:expr) => {{
        let outside = || ServiceBuilder::new().layer($other).layer($wechat);
        let inside = || ServiceBuilder::new().layer($wechat).layer($other);
        let routes = || Router::new().route("/wx", post(handler));
        let on_route = |route| Router::new().route("/wx", route).with_state($hits.clone());
        let nested = |router| Router::new().nest("/api", router).with_state($hits.clone());
        let router = || routes().with_state::<()>($hits.clone());
        let compositions: Vec<Composition> = vec![
            ("route, outside", "/wx", app(on_route(post(handler).layer(outside())))),
            ("route, inside", "/wx", app(on_route(post(handler).layer(inside())))),
            (
                "route, outside, two calls",
                "/wx",
                app(on_route(post(handler).layer::<_, Infallible>($wechat).layer($other))),
            ),
            (
                "route, inside, two calls",
                "/wx",
                app(on_route(post(handler).layer::<_, Infallible>($other).layer($wechat))),
            ),
            ("Router::layer, outside", "/wx", app(router().layer(outside()))),
            ("Router::layer, inside", "/wx", app(router().layer(inside()))),
            ("Router::layer, outside, two calls", "/wx", app(router().layer($wechat).layer($other))),
            ("Router::layer, inside, two calls", "/wx", app(router().layer($other).layer($wechat))),
            ("nest, outside", "/api/wx", app(nested(routes().layer(outside())))),
            ("nest, inside", "/api/wx", app(nested(routes().layer(inside())))),
            ("nest, outside, two calls", "/api/wx", app(nested(routes().layer($wechat)).layer($other))),
            ("nest, inside, two calls", "/api/wx", app(nested(routes().layer($other)).layer($wechat))),
            ("around, outside", "/wx", app(outside().service(router()))),
            ("around, inside", "/wx", app(inside().service(router()))),
            (
                "around, outside, two calls",
                "/wx",
                app(Layer::layer(&$other, Layer::layer(&$wechat, router()))),
            ),
            (
                "around, inside, two calls",
                "/wx",
                app(Layer::layer(&$wechat, Layer::layer(&$other, router()))),
            ),
        ];
        compositions
    }};
}

/// The tests of one layer: the compositions with echostr's, and with a layer that does nothing in its place.
macro_rules! with {
    ($test:ident, $other:expr) => {
        #[tokio::test]
        async fn $test() {
            for mode in Mode::ALL {
                let hits = Hits::default();
                let wechat = EchostrLayer::new(mode.verifier());
                for (place, path, app) in places!(wechat.clone(), $other, hits) {
                    check(place, path, mode, served(app).await, &hits).await;
                }
            }
            let hits = Hits::default();
            for (place, path, app) in places!(Identity::new(), $other, hits) {
                control(place, path, app, &hits).await;
            }
        }
    };
}

with!(nothing, Identity::new());
with!(timeout, TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));
with!(cors, CorsLayer::permissive());
with!(request_body_limit, RequestBodyLimitLayer::new(64 * 1024));
with!(request_decompression, RequestDecompressionLayer::new());
with!(compression, CompressionLayer::new());
with!(trace, TraceLayer::new_for_http());
with!(catch_panic, CatchPanicLayer::new());
with!(concurrency_limit, ConcurrencyLimitLayer::new(1));
with!(global_concurrency_limit, GlobalConcurrencyLimitLayer::new(1));
with!(normalize_path, NormalizePathLayer::trim_trailing_slash());
with!(
    buffer_whose_errors_are_handled,
    ServiceBuilder::new().layer(HandleErrorLayer::new(overloaded)).layer(BufferLayer::new(8))
);
with!(
    tower_timeout_whose_errors_are_handled,
    ServiceBuilder::new().layer(HandleErrorLayer::new(overloaded)).timeout(Duration::from_secs(60))
);

/// Layers whose errors are no answers need one outside that makes answers of them; echostr's may stand between the two.
macro_rules! between {
    ($wechat:expr, $hits:expr) => {{
        let handle = || HandleErrorLayer::new(overloaded);
        let buffer = || BufferLayer::new(8);
        let timeout = Duration::from_secs(60);
        let routes = || Router::new().route("/wx", post(handler));
        let router = || routes().with_state::<()>($hits.clone());
        let compositions: Vec<Composition> = vec![
            (
                "Router::layer",
                "/wx",
                app(router().layer(
                    ServiceBuilder::new().layer(handle()).layer($wechat).layer(buffer()).timeout(timeout),
                )),
            ),
            (
                "route",
                "/wx",
                app(Router::new()
                    .route(
                        "/wx",
                        post(handler)
                            .layer(ServiceBuilder::new().layer(handle()).layer($wechat).layer(buffer())),
                    )
                    .with_state($hits.clone())),
            ),
            (
                "around",
                "/wx",
                app(ServiceBuilder::new()
                    .layer(handle())
                    .timeout(timeout)
                    .layer($wechat)
                    .layer(buffer())
                    .service(router())),
            ),
        ];
        compositions
    }};
}

#[tokio::test]
async fn between_handle_error_and_buffer() {
    for mode in Mode::ALL {
        let hits = Hits::default();
        let wechat = EchostrLayer::new(mode.verifier());
        for (place, path, app) in between!(wechat.clone(), hits) {
            check(place, path, mode, served(app).await, &hits).await;
        }
    }
    let hits = Hits::default();
    for (place, path, app) in between!(Identity::new(), hits) {
        control(place, path, app, &hits).await;
    }
}

/// All of them at once, on both sides.
macro_rules! everything {
    ($wechat:expr, $hits:expr) => {{
        let outer = || {
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http())
                .layer(CatchPanicLayer::new())
                .layer(NormalizePathLayer::trim_trailing_slash())
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)))
                .layer(CorsLayer::permissive())
                .layer(HandleErrorLayer::new(overloaded))
                .layer(BufferLayer::new(8))
                .layer(RequestBodyLimitLayer::new(64 * 1024))
                .layer(RequestDecompressionLayer::new())
                .layer($wechat)
                .layer(CompressionLayer::new())
                .layer(RequestDecompressionLayer::new())
                .layer(RequestBodyLimitLayer::new(64 * 1024))
                .layer(ConcurrencyLimitLayer::new(2))
                .layer(CatchPanicLayer::new())
                .layer(TraceLayer::new_for_http())
        };
        let routes = || Router::new().route("/wx", post(handler)).with_state::<()>($hits.clone());
        let compositions: Vec<Composition> = vec![
            ("around", "/wx", app(outer().service(routes()))),
            ("Router::layer", "/wx", app(routes().layer(outer()))),
        ];
        compositions
    }};
}

#[tokio::test]
async fn all_at_once() {
    for mode in Mode::ALL {
        let hits = Hits::default();
        let wechat = EchostrLayer::new(mode.verifier());
        for (place, path, app) in everything!(wechat.clone(), hits) {
            check(place, path, mode, served(app).await, &hits).await;
        }
    }
    let hits = Hits::default();
    for (place, path, app) in everything!(Identity::new(), hits) {
        control(place, path, app, &hits).await;
    }
}
