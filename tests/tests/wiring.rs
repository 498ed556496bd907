//! The ways in which a route ends up outside the middleware. A handler that asks for `Callback` must not run in any
//! of them; the shapes that do protect must refuse with 403.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use actix_web::{App, HttpServer, web};
use axum::{
    Extension, Router,
    handler::Handler,
    routing::{any, get, post},
};
use conformance::{Connection, Protocol, Reply, TOKEN};
use echostr_message::Message;
use echostr_tower::{Callback, EchostrLayer, Verifier};
use warp::Filter as _;

/// Counts the runs of a handler.
#[derive(Clone, Default)]
struct Hits(Arc<AtomicUsize>);

impl Hits {
    fn hit(&self) -> &'static str {
        self.0.fetch_add(1, Ordering::SeqCst);
        "success"
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn verifier() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("an address");
    (listener, addr)
}

fn tokio_listener() -> (tokio::net::TcpListener, SocketAddr) {
    let (listener, addr) = listener();
    listener.set_nonblocking(true).expect("a socket");
    (tokio::net::TcpListener::from_std(listener).expect("a socket"), addr)
}

fn signed(path: &str) -> String {
    format!("{path}?{}", verifier().sign(1_540_176_606, "1854606751"))
}

fn forged(path: &str) -> String {
    signed(path).replace("1854606751", "1854606752")
}

async fn ask(addr: SocketAddr, method: &str, path: &str) -> Reply {
    let mut connection = Connection::open(addr, Protocol::Http1).await;
    connection.send(method, path, "").await.expect("a reply")
}

// axum

fn layer() -> EchostrLayer {
    EchostrLayer::new(verifier())
}

async fn guarded(Extension(hits): Extension<Hits>, _: Extension<Callback>) -> &'static str {
    hits.hit()
}

/// Asks for a message instead, which cannot be had without a `Callback` either.
async fn typed(Extension(hits): Extension<Hits>, _: Message) -> &'static str {
    hits.hit()
}

async fn open(Extension(hits): Extension<Hits>) -> &'static str {
    hits.hit()
}

/// Serves `app` with a counter for its handlers, around everything else.
fn axum(app: Router) -> (SocketAddr, Hits) {
    let hits = Hits::default();
    let app = app.layer(Extension(hits.clone()));
    let (listener, addr) = tokio_listener();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (addr, hits)
}

#[tokio::test]
async fn axum_shapes_that_protect() {
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
        let (addr, hits) = axum(app);
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

fn axum_shapes_that_do_not_protect<H, T>(handler: H) -> [(&'static str, Router); 6]
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
async fn axum_shapes_that_do_not_protect_fail_closed() {
    let shapes = axum_shapes_that_do_not_protect(guarded).into_iter();
    for (shape, app) in shapes.chain(axum_shapes_that_do_not_protect(typed)) {
        let (addr, hits) = axum(app);
        // axum's answer to an extension that is missing.
        assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 500, "{shape}");
        // Not even a signed one: nobody has checked it.
        assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 500, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
    }
    // The control: the same shape with a handler that does not ask for `Callback` runs for a forged request.
    let (addr, hits) =
        axum(Router::new().route("/other", post(guarded)).layer(layer()).route("/wx", any(open)));
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}

#[tokio::test]
async fn axum_route_layer_leaves_the_handshake_unanswered() {
    let shapes = [
        ("method router", Router::new().route("/wx", post(guarded).route_layer(layer()))),
        ("with GET", Router::new().route("/wx", get(guarded).post(guarded).route_layer(layer()))),
        ("Router::route_layer", Router::new().route("/wx", post(guarded)).route_layer(layer())),
    ];
    for (shape, app) in shapes {
        let (addr, hits) = axum(app);
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

// actix-web

async fn actix_guarded(hits: web::Data<Hits>, _: web::ReqData<Callback>) -> &'static str {
    hits.hit()
}

async fn actix_typed(hits: web::Data<Hits>, _: Message) -> &'static str {
    hits.hit()
}

async fn actix_open(hits: web::Data<Hits>) -> &'static str {
    hits.hit()
}

type Configure = fn(&mut web::ServiceConfig);

fn actix(configure: Configure) -> (SocketAddr, Hits) {
    let (listener, addr) = listener();
    let hits = Hits::default();
    let data = web::Data::new(hits.clone());
    let (started, wait) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || App::new().app_data(data.clone()).configure(configure);
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener);
            let server = server.expect("a socket").run();
            started.send(()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    wait.recv().expect("actix-web starts");
    (addr, hits)
}

fn wechat() -> echostr_actix::Echostr {
    echostr_actix::Echostr::new(verifier())
}

#[tokio::test]
async fn actix_shapes_that_protect() {
    let shapes: [(&str, &str, Configure); 4] = [
        ("resource", "/wx", |app| {
            app.service(web::resource("/wx").wrap(wechat()).route(web::post().to(actix_guarded)));
        }),
        ("resource, every method", "/wx", |app| {
            app.service(web::resource("/wx").wrap(wechat()).to(actix_guarded));
        }),
        ("scope", "/api/wx", |app| {
            app.service(web::scope("/api").wrap(wechat()).route("/wx", web::post().to(actix_guarded)));
        }),
        ("scope with a default", "/api/wx", |app| {
            app.service(web::scope("/api").wrap(wechat()).default_service(web::to(actix_guarded)));
        }),
    ];
    for (shape, path, configure) in shapes {
        let (addr, hits) = actix(configure);
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

macro_rules! actix_shapes_that_do_not_protect {
    ($handler:ident) => {{
        let shapes: [(&str, Configure); 4] = [
            ("a sibling of the same path", |app| {
                let only_put = web::resource("/wx").guard(actix_web::guard::Put()).wrap(wechat());
                app.service(only_put.to($handler)).service(web::resource("/wx").to($handler));
            }),
            ("beside the scope", |app| {
                app.service(web::scope("/api").wrap(wechat()).route("/wx", web::to($handler)))
                    .route("/wx", web::to($handler));
            }),
            ("the default behind a protected resource", |app| {
                app.service(web::resource("/other").wrap(wechat()).to($handler))
                    .default_service(web::to($handler));
            }),
            ("no middleware", |app| {
                app.route("/wx", web::to($handler));
            }),
        ];
        shapes
    }};
}

#[tokio::test]
async fn actix_shapes_that_do_not_protect_fail_closed() {
    let shapes = actix_shapes_that_do_not_protect!(actix_guarded).into_iter();
    for (shape, configure) in shapes.chain(actix_shapes_that_do_not_protect!(actix_typed)) {
        let (addr, hits) = actix(configure);
        // actix-web's answer to request data that is missing.
        assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 500, "{shape}");
        assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 500, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
    }
    // The control: the same shape with a handler that does not ask for `Callback` runs for a forged request.
    let (addr, hits) = actix(|app| {
        let only_put = web::resource("/wx").guard(actix_web::guard::Put()).wrap(wechat());
        app.service(only_put.to(actix_guarded)).service(web::resource("/wx").to(actix_open));
    });
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}

// warp

fn warp<F>(route: F) -> SocketAddr
where
    F: warp::Filter<Error = warp::Rejection> + Clone + Send + Sync + 'static,
    F::Extract: warp::Reply,
{
    let (listener, addr) = tokio_listener();
    tokio::spawn(warp::serve(route).incoming(listener).run());
    addr
}

/// A route that anybody may call.
fn warp_open(
    hits: &Hits,
) -> impl warp::Filter<Extract = (&'static str,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let hits = hits.clone();
    warp::any().and_then(move || std::future::ready(Ok::<_, warp::Rejection>(hits.hit())))
}

#[tokio::test]
async fn warp_protect_lets_nothing_through_to_other_routes() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let wechat = warp::path("wx").and(echostr_warp::protect(verifier(), move |callback| {
        callback.and(warp::post()).map(move |_: Callback| counted.hit())
    }));
    let addr = warp(wechat.or(warp::path("wx").and(warp_open(&others))).or(warp_open(&others)));
    for method in ["POST", "GET", "PUT"] {
        assert_eq!(ask(addr, method, &forged("/wx")).await.status, 403, "{method}");
        assert_eq!(ask(addr, method, "/wx").await.status, 403, "{method} without a query");
    }
    let echo = ask(addr, "GET", &format!("{}&echostr=4711", signed("/wx"))).await;
    assert_eq!((echo.status.as_u16(), echo.body.as_str()), (200, "4711"));
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 0));
    // The controls: another path reaches the catch-all, and so does what the protected route itself passes on.
    assert_eq!(ask(addr, "POST", "/elsewhere").await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 1));
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 2));
}

#[tokio::test]
async fn warp_protect_stands_before_open_branches_inside_it() {
    let (hits, others) = (Hits::default(), Hits::default());
    let (counted, open) = (hits.clone(), warp_open(&others));
    let wechat = echostr_warp::protect(verifier(), move |callback| {
        callback.and(warp::post()).map(move |_: Callback| counted.hit()).or(open)
    });
    let addr = warp(wechat);
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 403);
    assert_eq!(ask(addr, "PUT", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    // The control: a signed request does reach the open branch.
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (0, 1));
}

#[tokio::test]
async fn warp_callback_needs_recover_before_or() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let route = echostr_warp::callback(verifier()).map(move |_| counted.hit());

    let recovered = warp(route.clone().recover(echostr_warp::recover).or(warp_open(&others)));
    assert_eq!(ask(recovered, "POST", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(recovered, "POST", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 0));

    // Without it the handler behind `callback` still does not run, but the next route does.
    let fallen = warp(route.clone().or(warp_open(&others)));
    assert_eq!(ask(fallen, "POST", &forged("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 1));

    // And without a next route warp answers 500 with a text that gives nothing of the request away.
    let unrecovered = warp(route);
    let reply = ask(unrecovered, "GET", &format!("{}&echostr=4711", signed("/wx"))).await;
    assert_eq!(reply.status, 500);
    assert!(!reply.body.contains("4711"), "{}", reply.body);
    assert_eq!(hits.count(), 1);
}

/// `checked` is for routes behind the layer of `echostr-tower`; without it nobody has checked anything.
#[tokio::test]
async fn warp_checked_without_the_layer_fails_closed() {
    let hits = Hits::default();
    let (counted, typed) = (hits.clone(), hits.clone());
    let guarded = echostr_warp::checked(|callback| callback.map(move |_: Callback| counted.hit()));
    let typed = echostr_warp::checked(|message| message.map(move |_: Message| typed.hit()));
    for addr in [warp(guarded), warp(typed)] {
        for path in [forged("/wx"), signed("/wx"), "/wx".to_owned()] {
            assert_eq!(ask(addr, "POST", &path).await.status, 500, "{path}");
            assert_eq!(hits.count(), 0, "{path}");
        }
    }
    // The control: the same route without `checked` runs for a forged request.
    let addr = warp(warp_open(&hits));
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}

/// What `protect` cannot read does not reach the routes that follow it.
#[tokio::test]
async fn warp_protect_answers_what_it_cannot_read() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let wechat = echostr_warp::protect(verifier(), |message| message.map(move |_: Message| counted.hit()));
    let addr = warp(wechat.or(warp_open(&others)));
    let reply = ask(addr, "POST", &signed("/wx")).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "success"));
    assert_eq!((hits.count(), others.count()), (0, 0));
    // Another method is no message: a genuine request that the route turns down.
    assert_eq!(ask(addr, "PUT", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (0, 1));
}
