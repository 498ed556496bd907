//! axum: where a layer reaches, and where it does not.

use std::net::SocketAddr;

use axum::{
    Extension, Router,
    handler::Handler,
    routing::{any, get, post},
};
use echostr_axum::{Callback, EchostrLayer, Message};

use crate::support::{Hits, ask, forged, signed, tokio_listener, verifier};

pub(crate) fn layer() -> EchostrLayer {
    EchostrLayer::new(verifier())
}

pub(crate) async fn guarded(Extension(hits): Extension<Hits>, _: Extension<Callback>) -> &'static str {
    hits.hit()
}

/// Asks for a message instead, which cannot be had without a `Callback` either.
async fn typed(Extension(hits): Extension<Hits>, _: Message) -> &'static str {
    hits.hit()
}

pub(crate) async fn open(Extension(hits): Extension<Hits>) -> &'static str {
    hits.hit()
}

/// Serves `app` with a counter for its handlers, around everything else.
pub(crate) fn serve(app: Router) -> (SocketAddr, Hits) {
    let hits = Hits::default();
    let app = app.layer(Extension(hits.clone()));
    let (listener, addr) = tokio_listener();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (addr, hits)
}

#[tokio::test]
async fn shapes_that_protect() {
    let protected = || Router::new().route("/wx", post(guarded)).layer(layer());
    let shapes = [
        ("Router::layer", "/wx", protected()),
        ("method router", "/wx", Router::new().route("/wx", post(guarded).layer(layer()))),
        ("merged into an app", "/wx", Router::new().route("/", get(open)).merge(protected())),
        ("nested in an app", "/api/wx", Router::new().route("/", get(open)).nest("/api", protected())),
        ("fallback before the layer", "/wx", Router::new().fallback(guarded).layer(layer())),
        (
            "two methods before the layer",
            "/wx",
            Router::new().route("/wx", get(guarded).post(guarded).layer(layer())),
        ),
    ];
    for (shape, path, app) in shapes {
        let (addr, hits) = serve(app);
        for method in ["POST", "GET", "PUT"] {
            assert_eq!(ask(addr, method, &forged(path)).await.status, 403, "{shape}, {method}");
        }
        assert_eq!(hits.count(), 0, "{shape}");
        let echo = ask(addr, "GET", &format!("{}&echostr=4711", signed(path))).await;
        assert_eq!((echo.status.as_u16(), echo.body.as_str()), (200, "4711"), "{shape}");
        assert_eq!(ask(addr, "POST", &signed(path)).await.status, 200, "{shape}");
        assert_eq!(hits.count(), 1, "{shape}: the signed message");
    }
}

fn shapes_that_do_not_protect<H, T>(handler: H) -> [(&'static str, Router); 6]
where
    H: Handler<T, ()> + Copy,
    T: 'static,
{
    let open_route = || Router::new().route("/wx", any(handler));
    let other = || Router::new().route("/other", post(guarded)).layer(layer());
    [
        ("route added after the layer", other().route("/wx", any(handler))),
        ("merged beside a protected router", other().merge(open_route())),
        ("protected router nested in an open one", open_route().nest("/api", other())),
        ("fallback added after the layer", other().fallback(handler)),
        ("layer on one method only", Router::new().route("/wx", get(handler).layer(layer()).post(handler))),
        ("no layer", open_route()),
    ]
}

#[tokio::test]
async fn shapes_that_do_not_protect_fail_closed() {
    let shapes = shapes_that_do_not_protect(guarded).into_iter();
    for (shape, app) in shapes.chain(shapes_that_do_not_protect(typed)) {
        let (addr, hits) = serve(app);
        // axum's answer to an extension that is missing.
        assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 500, "{shape}");
        // Not even a signed one: nobody has checked it.
        assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 500, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
    }
    // The control: the same shape with a handler that does not ask for `Callback` runs for a forged request.
    let other = Router::new().route("/other", post(guarded)).layer(layer());
    let (addr, hits) = serve(other.route("/wx", any(open)));
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}

#[tokio::test]
async fn route_layer_leaves_the_handshake_unanswered() {
    let shapes = [
        ("method router", Router::new().route("/wx", post(guarded).route_layer(layer()))),
        ("with GET", Router::new().route("/wx", get(guarded).post(guarded).route_layer(layer()))),
        ("Router::route_layer", Router::new().route("/wx", post(guarded)).route_layer(layer())),
    ];
    for (shape, app) in shapes {
        let (addr, hits) = serve(app);
        assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 403, "{shape}");
        let handshake = ask(addr, "GET", &format!("{}&echostr=4711", signed("/wx"))).await;
        // `MethodRouter::route_layer` needs a GET route; without one axum answers 405 by itself.
        let expected = if shape == "method router" { 405 } else { 200 };
        assert_eq!(handshake.status, expected, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
        assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 200, "{shape}");
        assert_eq!(hits.count(), 1, "{shape}");
    }
}
