//! Every way to wire an adapter into its framework, as a server on a port of its own.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use actix_web::{
    App, HttpMessage as _, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse},
    web,
};
use axum::{Extension, Router, extract::State, response::IntoResponse, routing::any};
use bytes::Bytes;
use echostr_tower::{Callback, EchostrLayer, EitherBody, Rejection, Verifier};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header::CONTENT_ENCODING};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::task::JoinHandle;
use tower::{Layer as _, Service, ServiceBuilder, service_fn};
use warp::Filter as _;

/// A way to wire an adapter into its framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// axum, `Router::layer`.
    AxumRouter,
    /// axum, a layer on the method router.
    AxumMethodRouter,
    /// axum, a layer around the finished `Router`.
    AxumWhole,
    /// hyper without axum, under a `ServiceBuilder` with a concurrency limit of one.
    Hyper,
    /// The layer around `warp::service`.
    WarpService,
    /// actix-web, `App::wrap`.
    ActixApp,
    /// actix-web, `Scope::wrap`.
    ActixScope,
    /// actix-web, `Resource::wrap`.
    ActixResource,
    /// warp, `protect`.
    WarpProtect,
    /// warp, `callback` and `recover`.
    WarpCallback,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::AxumRouter,
        Self::AxumMethodRouter,
        Self::AxumWhole,
        Self::Hyper,
        Self::WarpService,
        Self::ActixApp,
        Self::ActixScope,
        Self::ActixResource,
        Self::WarpProtect,
        Self::WarpCallback,
    ];
}

/// What stands before the handler.
#[derive(Clone)]
pub enum Wechat {
    /// The middleware, with this verifier.
    Verified(Verifier),
    /// The middleware, with this verifier and an answer of the user's own to refusals: 418, `no tea`.
    OnReject(Verifier),
    /// The middleware, with this verifier for `/wx` and none for any other path.
    PerRequest(Verifier),
    /// Nothing: the control, which shows that the handler can be reached.
    Off,
}

/// A running server; ends when dropped.
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    hits: Hits,
    running: Running,
}

enum Running {
    Task(JoinHandle<()>),
    Actix(ServerHandle),
}

#[derive(Clone, Default)]
struct Hits(Arc<AtomicUsize>);

/// What the handler answers.
struct Said {
    status: u16,
    /// `Content-Encoding`, as if a compression layer stood around the handler.
    coding: &'static str,
    text: String,
}

impl Hits {
    /// Counts a run of the handler and answers with what it saw, or as the body tells it to.
    fn handle<'h>(
        &self,
        callback: Option<&Callback>,
        header: impl Fn(&'static str) -> &'h [u8],
        body: &[u8],
    ) -> Said {
        self.0.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(body);
        let said = |status, text: &str| Said { status, coding: "identity", text: text.to_owned() };
        if body.contains("answer success") {
            said(200, "success")
        } else if body.contains("answer nothing") {
            said(200, "")
        } else if body.contains("answer 500") {
            said(500, "broken")
        } else if body.contains("answer 201") {
            said(201, "created")
        } else if body.contains("answer gzip") {
            Said { coding: "gzip", ..said(200, "not text") }
        } else {
            let nonce = callback.map_or("", Callback::nonce);
            let id = callback.and_then(Callback::receive_id).unwrap_or("none");
            let shown = |name| String::from_utf8_lossy(header(name));
            let [kind, length] = ["content-type", "content-length"].map(shown);
            let coding = ["content-encoding", "transfer-encoding", "te", "expect"].map(shown).concat();
            said(
                200,
                &format!("nonce={nonce} id={id} type={kind} length={length} coding={coding} body={body}"),
            )
        }
    }
}

/// A header's value; empty if there is none.
fn value<'h>(headers: &'h HeaderMap, name: &str) -> &'h [u8] {
    headers.get(name).map_or(b"", HeaderValue::as_bytes)
}

impl Server {
    /// Starts the server on a free port of the loopback interface.
    ///
    /// # Panics
    ///
    /// If it cannot.
    #[must_use]
    pub fn start(subject: Subject, wechat: Wechat) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let hits = Hits::default();
        let running = match subject {
            Subject::AxumRouter | Subject::AxumMethodRouter | Subject::AxumWhole => {
                axum(subject, wechat, hits.clone(), listener)
            }
            Subject::Hyper => hyper(wechat, hits.clone(), listener),
            Subject::WarpService => warp_service(wechat, hits.clone(), listener),
            Subject::ActixApp | Subject::ActixScope | Subject::ActixResource => {
                actix(subject, wechat, &hits, listener)
            }
            Subject::WarpProtect | Subject::WarpCallback => warp(subject, wechat, hits.clone(), listener),
        };
        Self { addr, hits, running }
    }

    /// How often the handler has run.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.hits.0.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match &self.running {
            Running::Task(task) => task.abort(),
            // The message is sent at once; the future only waits for the end.
            Running::Actix(handle) => drop(handle.stop(false)),
        }
    }
}

fn tokio_listener(listener: TcpListener) -> tokio::net::TcpListener {
    listener.set_nonblocking(true).expect("a socket");
    tokio::net::TcpListener::from_std(listener).expect("a socket")
}

/// Shows the reason that the middleware left in the response's extensions as a header, for the tests to see.
fn show_reason<B>(mut response: Response<B>) -> Response<B> {
    if let Some(reason) = response.extensions().get::<Rejection>() {
        let reason = HeaderValue::try_from(format!("{reason:?}")).expect("ASCII");
        response.headers_mut().insert("x-reason", reason);
    }
    response
}

fn no_tea(_: &Rejection) -> Response<&'static str> {
    let mut response = Response::new("no tea");
    *response.status_mut() = StatusCode::IM_A_TEAPOT;
    response
}

fn layer(wechat: Wechat) -> Option<EchostrLayer> {
    match wechat {
        Wechat::Verified(verifier) => Some(EchostrLayer::new(verifier)),
        Wechat::OnReject(verifier) => Some(EchostrLayer::new(verifier).on_reject(no_tea)),
        Wechat::PerRequest(verifier) => Some(EchostrLayer::per_request(move |parts| {
            Some(verifier.clone())
                .filter(|_| parts.uri.path() == "/wx" && parts.headers.contains_key("accept"))
        })),
        Wechat::Off => None,
    }
}

// axum

async fn axum_handler(
    State(hits): State<Hits>,
    Extension(callback): Extension<Callback>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    axum_said(hits.handle(Some(&callback), |name| value(&headers, name), &body))
}

async fn axum_open_handler(State(hits): State<Hits>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    axum_said(hits.handle(None, |name| value(&headers, name), &body))
}

fn axum_said(said: Said) -> impl IntoResponse + use<> {
    let status = StatusCode::from_u16(said.status).expect("a status");
    (status, coding(said.coding), said.text)
}

/// The header, unless it says nothing.
fn coding(coding: &'static str) -> HeaderMap {
    let value = Some(HeaderValue::from_static(coding)).filter(|_| coding != "identity");
    value.map(|value| (CONTENT_ENCODING, value)).into_iter().collect()
}

fn axum(subject: Subject, wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let reason =
        axum::middleware::map_response(async |response: Response<axum::body::Body>| show_reason(response));
    let routes = || Router::new().route("/wx", any(axum_handler)).route("/other", any(axum_handler));
    let app = match (layer(wechat), subject) {
        (None, _) => Router::new().route("/wx", any(axum_open_handler)).with_state(hits),
        (Some(layer), Subject::AxumMethodRouter) => {
            let handler = || any(axum_handler).layer(layer.clone());
            Router::new().route("/wx", handler()).route("/other", handler()).layer(reason).with_state(hits)
        }
        (Some(layer), Subject::AxumWhole) => {
            let app = layer.layer(routes().with_state(hits));
            // A route of its own only to serve it like the others; the layer stands around the finished router.
            Router::new().fallback_service(app).layer(reason)
        }
        (Some(layer), _) => routes().layer(layer).layer(reason).with_state(hits),
    };
    let listener = tokio_listener(listener);
    Running::Task(tokio::spawn(async move { axum::serve(listener, app).await.expect("axum serves") }))
}

// hyper without axum

fn hyper(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let handler = service_fn(move |request: Request<EitherBody<Incoming>>| {
        let hits = hits.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let callback = parts.extensions.get::<Callback>();
            let said = hits.handle(callback, |name| value(&parts.headers, name), &body);
            let mut response = Response::new(Full::new(Bytes::from(said.text)));
            *response.status_mut() = StatusCode::from_u16(said.status).expect("a status");
            response.headers_mut().extend(coding(said.coding));
            Ok::<_, hyper::Error>(response)
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

fn warp_service(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let bare = matches!(wechat, Wechat::Off);
    let seen = warp::ext::optional::<Callback>().and(warp::header::headers_cloned()).and(warp::body::bytes());
    let handler = seen.and_then(move |callback: Option<Callback>, headers: HeaderMap, body: Bytes| {
        let hits = hits.clone();
        async move {
            if callback.is_none() && !bare {
                return Err(warp::reject());
            }
            Ok(warp_said(hits.handle(callback.as_ref(), |name| value(&headers, name), &body)))
        }
    });
    let service = warp::service(handler);
    match layer(wechat) {
        None => serve(service, listener),
        Some(layer) => {
            serve(ServiceBuilder::new().map_response(show_reason).layer(layer).service(service), listener)
        }
    }
}

fn serve<S, B>(service: S, listener: TcpListener) -> Running
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

// actix-web

async fn actix_handler(
    hits: web::Data<Hits>,
    callback: web::ReqData<Callback>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    actix_said(hits.handle(Some(&callback), |name| actix_value(&request, name), &body))
}

async fn actix_open_handler(hits: web::Data<Hits>, request: HttpRequest, body: Bytes) -> HttpResponse {
    assert!(request.extensions().get::<Callback>().is_none(), "nothing stands before the control");
    actix_said(hits.handle(None, |name| actix_value(&request, name), &body))
}

fn actix_value<'r>(request: &'r HttpRequest, name: &str) -> &'r [u8] {
    request.headers().get(name).map_or(b"", actix_web::http::header::HeaderValue::as_bytes)
}

fn actix_said(said: Said) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(said.status).expect("a status");
    let mut response = HttpResponse::build(status);
    if said.coding != "identity" {
        response.insert_header(("content-encoding", said.coding));
    }
    response.body(said.text)
}

fn actix_show_reason<B>(response: &mut ServiceResponse<B>) {
    let reason = response.response().extensions().get::<Rejection>().map(|reason| format!("{reason:?}"));
    if let Some(reason) = reason {
        let reason = actix_web::http::header::HeaderValue::try_from(reason).expect("ASCII");
        response.headers_mut().insert(actix_web::http::header::HeaderName::from_static("x-reason"), reason);
    }
}

fn actix_layer(wechat: Wechat) -> Option<echostr_actix::Echostr> {
    match wechat {
        Wechat::Verified(verifier) => Some(echostr_actix::Echostr::new(verifier)),
        Wechat::OnReject(verifier) => Some(
            echostr_actix::Echostr::new(verifier).on_reject(|_| HttpResponse::ImATeapot().body("no tea")),
        ),
        Wechat::PerRequest(verifier) => Some(echostr_actix::Echostr::per_request(move |request| {
            Some(verifier.clone())
                .filter(|_| request.path() == "/wx" && request.headers().contains_key("accept"))
        })),
        Wechat::Off => None,
    }
}

fn actix(subject: Subject, wechat: Wechat, hits: &Hits, listener: TcpListener) -> Running {
    let hits = web::Data::new(hits.clone());
    let (handle, started) = mpsc::channel();
    let layer = actix_layer(wechat);
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = match layer {
                None => actix_listen(listener, move || {
                    App::new().app_data(hits.clone()).route("/wx", web::to(actix_open_handler))
                }),
                Some(layer) => match subject {
                    Subject::ActixApp => actix_listen(listener, move || {
                        App::new()
                            .app_data(hits.clone())
                            .wrap(layer.clone())
                            .route("/wx", web::to(actix_handler))
                            .route("/other", web::to(actix_handler))
                            .wrap_fn(actix_reason)
                    }),
                    Subject::ActixScope => actix_listen(listener, move || {
                        let scope = web::scope("")
                            .wrap(layer.clone())
                            .route("/wx", web::to(actix_handler))
                            .route("/other", web::to(actix_handler));
                        App::new().app_data(hits.clone()).service(scope).wrap_fn(actix_reason)
                    }),
                    _ => actix_listen(listener, move || {
                        let resource = |path| {
                            web::resource(path).wrap(layer.clone()).route(web::route().to(actix_handler))
                        };
                        App::new()
                            .app_data(hits.clone())
                            .service(resource("/wx"))
                            .service(resource("/other"))
                            .wrap_fn(actix_reason)
                    }),
                },
            };
            handle.send(server.handle()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    Running::Actix(started.recv().expect("actix-web starts"))
}

fn actix_reason<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, actix_web::Error>> + use<S, B>
where
    S: actix_web::dev::Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    let response = service.call(request);
    async {
        let mut response = response.await?;
        actix_show_reason(&mut response);
        Ok(response)
    }
}

fn actix_listen<F, T, B>(listener: TcpListener, app: F) -> actix_web::dev::Server
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    HttpServer::new(app).workers(1).disable_signals().listen_auto_h2c(listener).expect("a socket").run()
}

// warp

fn warp(subject: Subject, wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    let listener = tokio_listener(listener);
    let wechat = match wechat {
        Wechat::Verified(verifier) => echostr_warp::Echostr::new(verifier),
        Wechat::OnReject(verifier) => echostr_warp::Echostr::new(verifier).on_reject(no_tea),
        Wechat::PerRequest(verifier) => echostr_warp::Echostr::per_request(move |parts| {
            Some(verifier.clone())
                .filter(|_| parts.uri.path() == "/wx" && parts.headers.contains_key("accept"))
        }),
        Wechat::Off => {
            let open = warp::header::headers_cloned().and(warp::body::bytes()).map(
                move |headers: HeaderMap, body: Bytes| {
                    warp_said(hits.handle(None, |name| value(&headers, name), &body))
                },
            );
            return Running::Task(tokio::spawn(warp::serve(open).incoming(listener).run()));
        }
    };
    let handler = move |callback: Callback, headers: HeaderMap, body: Bytes| {
        let hits = hits.clone();
        async move { warp_said(hits.handle(Some(&callback), |name| value(&headers, name), &body)) }
    };
    if subject == Subject::WarpProtect {
        let route = echostr_warp::protect(wechat, |callback| {
            callback.and(warp::header::headers_cloned()).and(warp::body::bytes()).then(handler)
        });
        Running::Task(tokio::spawn(warp::serve(route.map(show_reason)).incoming(listener).run()))
    } else {
        let route = echostr_warp::callback(wechat)
            .and(warp::header::headers_cloned())
            .and(warp::body::bytes())
            .then(handler)
            .map(warp::Reply::into_response)
            .recover(echostr_warp::recover)
            .unify()
            .map(show_reason);
        Running::Task(tokio::spawn(warp::serve(route).incoming(listener).run()))
    }
}

fn warp_said(said: Said) -> impl warp::Reply {
    let mut response = Response::new(said.text);
    *response.status_mut() = StatusCode::from_u16(said.status).expect("a status");
    response.headers_mut().extend(coding(said.coding));
    response
}
