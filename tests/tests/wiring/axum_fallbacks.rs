//! axum's fallbacks: some of them stand outside a layer that seems to stand before everything.

use crate::{
    axum::{guarded, layer, open, serve},
    support::{ask, forged, signed},
};
use axum::{
    Router,
    routing::{MethodRouter, post},
};

/// Where axum lets requests past a layer, with `$handler` in their way: the shape, what gets past, and the app.
macro_rules! gaps {
    ($handler:expr) => {
        [
            (
                "fallback of the route after the layer",
                ("PUT", "/wx"),
                Router::new().route("/wx", post(guarded).layer(layer()).fallback($handler)),
            ),
            (
                "fallback of the route before route_layer",
                ("PUT", "/wx"),
                Router::new().route("/wx", post(guarded).fallback($handler).route_layer(layer())),
            ),
            (
                "fallback before Router::route_layer",
                ("POST", "/elsewhere"),
                Router::new().route("/wx", post(guarded)).fallback($handler).route_layer(layer()),
            ),
            (
                "method_not_allowed_fallback after the layer",
                ("PUT", "/wx"),
                Router::new()
                    .route("/wx", post(guarded))
                    .layer(layer())
                    .method_not_allowed_fallback($handler),
            ),
            (
                "fallback of the router around a nest that has none",
                ("POST", "/api/elsewhere"),
                Router::new()
                    .nest("/api", Router::new().route("/wx", post(guarded)).layer(layer()))
                    .fallback($handler),
            ),
        ]
    };
}

#[tokio::test]
async fn fallbacks_that_the_layer_does_not_reach_fail_closed() {
    for (shape, (method, path), app) in gaps!(guarded) {
        let (addr, hits) = serve(app);
        for path in [forged(path), signed(path)] {
            // axum's answer to an extension that is missing.
            assert_eq!(ask(addr, method, &path).await.status, 500, "{shape}");
        }
        assert_eq!(hits.count(), 0, "{shape}");
        // What the layer does reach is protected all the same.
        let reached = if path.starts_with("/api") { "/api/wx" } else { "/wx" };
        assert_eq!(ask(addr, "POST", &forged(reached)).await.status, 403, "{shape}");
        assert_eq!(ask(addr, "POST", &signed(reached)).await.status, 200, "{shape}");
        assert_eq!(hits.count(), 1, "{shape}");
    }
    // The controls: handlers there that do not ask for `Callback` run for anybody.
    for (shape, (method, path), app) in gaps!(open) {
        let (addr, hits) = serve(app);
        assert_eq!(ask(addr, method, &forged(path)).await.status, 200, "{shape}");
        assert_eq!(ask(addr, method, path).await.status, 200, "{shape}, without a query");
        assert_eq!(hits.count(), 2, "{shape}");
    }
}

#[tokio::test]
async fn fallbacks_before_the_layer_are_protected() {
    let route: fn() -> MethodRouter = || post(open);
    let nested = Router::new().route("/wx", route()).fallback(open).layer(layer());
    let shapes = [
        (
            "fallback of the route",
            ("PUT", "/wx"),
            Router::new().route("/wx", route().fallback(open).layer(layer())),
        ),
        (
            "fallback",
            ("POST", "/elsewhere"),
            Router::new().route("/wx", route()).fallback(open).layer(layer()),
        ),
        (
            "method_not_allowed_fallback",
            ("PUT", "/wx"),
            Router::new().route("/wx", route()).method_not_allowed_fallback(open).layer(layer()),
        ),
        (
            "a nest with a fallback of its own",
            ("POST", "/api/elsewhere"),
            Router::new().nest("/api", nested).fallback(open),
        ),
    ];
    for (shape, (method, path), app) in shapes {
        let (addr, hits) = serve(app);
        assert_eq!(ask(addr, method, &forged(path)).await.status, 403, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
        assert_eq!(ask(addr, method, &signed(path)).await.status, 200, "{shape}");
        assert_eq!(hits.count(), 1, "{shape}");
    }
}
