//! `axum::serve` takes the layer around a `Router` as it is, and the other layers do through it what they are for.

use std::{io::Write as _, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    routing::post,
};
use echostr_axum::{Callback, EchostrLayer};
use flate2::{Compression, write::GzEncoder};
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer,
    decompression::RequestDecompressionLayer, limit::RequestBodyLimitLayer,
    normalize_path::NormalizePathLayer, timeout::TimeoutLayer,
};

use crate::support::{App, Hits, Mode, app, check_by, serve, socket};

async fn handler(State(hits): State<Hits>, Extension(callback): Extension<Callback>, body: String) -> String {
    hits.hit(Some(&callback), &body)
}

fn router(hits: &Hits) -> Router {
    Router::new().route("/wx", post(handler)).with_state(hits.clone())
}

/// No glue between the composition and `axum::serve`: that this compiles is half of the test.
#[tokio::test]
async fn axum_serves_the_layer_around_a_router() {
    for mode in Mode::ALL {
        let (hits, wechat) = (Hits::default(), EchostrLayer::new(mode.verifier()));
        let timeout = || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60));
        let alone = serve(wechat.layer(router(&hits))).await;
        check_by(socket(alone).await, "alone", "/wx", mode, &hits).await;
        let outside =
            ServiceBuilder::new().layer(timeout()).layer(CorsLayer::permissive()).layer(wechat.clone());
        let outside = serve(outside.service(router(&hits))).await;
        check_by(socket(outside).await, "under others", "/wx", mode, &hits).await;
        // What these make of a body is no axum body, and need not be.
        let inside = ServiceBuilder::new()
            .layer(wechat)
            .layer(CompressionLayer::new())
            .layer(RequestBodyLimitLayer::new(64 * 1024))
            .layer(RequestDecompressionLayer::new());
        let inside = serve(inside.service(router(&hits))).await;
        check_by(socket(inside).await, "over others", "/wx", mode, &hits).await;
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// A genuine message in plain mode, whose body may be anything: nobody has signed it.
fn genuine(path: &str) -> http::request::Builder {
    Request::post(format!("{path}?{}", Mode::Plain.genuine().0))
}

async fn answer(app: App, request: http::request::Builder, body: impl Into<Body>) -> (u16, String) {
    let response = app.oneshot(request.body(body.into()).expect("a request")).await.expect("infallible");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn decompression_works_on_either_side() {
    let hits = Hits::default();
    let wechat = EchostrLayer::new(Mode::Plain.verifier());
    let decompress = RequestDecompressionLayer::new;
    let outside = app(router(&hits).layer(ServiceBuilder::new().layer(decompress()).layer(wechat.clone())));
    let inside = app(router(&hits).layer(ServiceBuilder::new().layer(wechat.clone()).layer(decompress())));
    for app in [outside, inside] {
        let request = genuine("/wx").header(header::CONTENT_ENCODING, "gzip");
        let (status, body) = answer(app, request, gzip("packed")).await;
        assert_eq!((status, body.as_str()), (200, "1854606751 says packed"));
    }
    // The control: without it the handler gets the bytes, which are no text.
    let (status, _) = answer(app(router(&hits).layer(wechat)), genuine("/wx"), gzip("packed")).await;
    assert_eq!(status, 400);
    assert_eq!(hits.count(), 2);
}

#[tokio::test]
async fn compression_works_on_either_side() {
    let hits = Hits::default();
    let wechat = EchostrLayer::new(Mode::Plain.verifier());
    let compress = CompressionLayer::new;
    let outside = app(router(&hits).layer(ServiceBuilder::new().layer(compress()).layer(wechat.clone())));
    let inside = app(router(&hits).layer(ServiceBuilder::new().layer(wechat.clone()).layer(compress())));
    for (app, compressed) in [(outside, true), (inside, true), (app(router(&hits).layer(wechat)), false)] {
        let request = genuine("/wx").header(header::ACCEPT_ENCODING, "gzip");
        let request = request.body(Body::from("long enough to be worth it".repeat(10))).expect("a request");
        let response = app.oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers().contains_key(header::CONTENT_ENCODING), compressed);
    }
}

#[tokio::test]
async fn limits_hold_on_either_side() {
    let hits = Hits::default();
    let wechat = EchostrLayer::new(Mode::Plain.verifier());
    let limit = || RequestBodyLimitLayer::new(10);
    let outside = app(router(&hits).layer(ServiceBuilder::new().layer(limit()).layer(wechat.clone())));
    let inside = app(router(&hits).layer(ServiceBuilder::new().layer(wechat.clone()).layer(limit())));
    for app in [outside, inside] {
        assert_eq!(answer(app.clone(), genuine("/wx"), "12345678901").await.0, 413);
        assert_eq!(answer(app, genuine("/wx"), "1234567890").await.0, 200);
    }
    assert_eq!(hits.count(), 2);
}

#[tokio::test]
async fn panics_and_patience_end_on_either_side() {
    let wechat = EchostrLayer::new(Mode::Plain.verifier());
    let routes = || {
        let panics = async |_: String| -> String { panic!("as the test wants it") };
        let sleeps = async |_: String| {
            tokio::time::sleep(Duration::from_secs(600)).await;
            "too late"
        };
        Router::new().route("/panics", post(panics)).route("/sleeps", post(sleeps))
    };
    let timeout = || TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(20));
    let catch = CatchPanicLayer::new;
    let outside = ServiceBuilder::new().layer(catch()).layer(timeout()).layer(wechat.clone());
    let inside = ServiceBuilder::new().layer(wechat).layer(catch()).layer(timeout());
    for app in [app(routes().layer(outside)), app(routes().layer(inside))] {
        assert_eq!(answer(app.clone(), genuine("/panics"), "").await.0, 500);
        assert_eq!(answer(app, genuine("/sleeps"), "").await.0, 504);
    }
}

/// Only around the finished router: `Router::layer` comes after the routing.
#[tokio::test]
async fn the_path_is_normalized_around_the_router() {
    let hits = Hits::default();
    let wechat = EchostrLayer::new(Mode::Plain.verifier());
    let trim = NormalizePathLayer::trim_trailing_slash;
    let outside = app(ServiceBuilder::new().layer(trim()).layer(wechat.clone()).service(router(&hits)));
    let inside = app(ServiceBuilder::new().layer(wechat.clone()).layer(trim()).service(router(&hits)));
    for app in [outside, inside] {
        assert_eq!(answer(app.clone(), genuine("/wx/"), "a").await.0, 200);
        let forged = Request::post(format!("/wx/?{}", Mode::Plain.forged().0));
        assert_eq!(answer(app, forged, "a").await.0, 403);
    }
    assert_eq!(hits.count(), 2);
    assert_eq!(answer(app(wechat.layer(router(&hits))), genuine("/wx/"), "a").await.0, 404);
}
