//! actix-web.

use std::{net::TcpListener, sync::mpsc, thread};

use actix_web::{
    App, Error, HttpMessage as _, HttpRequest, HttpResponse, HttpServer,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    error::ErrorBadGateway,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::{DefaultHeaders, Logger},
    web,
};
use bytes::Bytes;
use echostr_actix::{Callback, Delivery, Echostr, Flights, Rejection};
use tracing::Instrument as _;

use crate::{
    servers::{Setup, response::Marked, running::Running, setup::settings},
    world::{Said, SaidBody, World},
};

/// What the handler leaves in its request, as one does that changes a session.
struct Changed;

/// A header by which the handler asks the middleware around it for an error.
const ERROR: &str = "x-error";

pub(crate) fn app(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    serve(setup, world, listener, |echostr, world| {
        move || {
            App::new()
                .app_data(web::Data::new(world.clone()))
                .route("/wx", web::to(handler))
                .route("/wx/{name}", web::to(handler))
                .wrap_fn(fail)
                .wrap(echostr.clone())
                .wrap_fn(outside)
                .wrap(DefaultHeaders::new().add(("x-default", "yes")))
                .wrap(Logger::default())
        }
    })
}

pub(crate) fn scope(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    serve(setup, world, listener, |echostr, world| {
        move || {
            let scope = web::scope("/wx")
                .route("", web::to(handler))
                .route("/{name}", web::to(handler))
                .wrap_fn(fail)
                .wrap(echostr.clone());
            App::new()
                .app_data(web::Data::new(world.clone()))
                .service(scope)
                .wrap_fn(outside)
                .wrap(DefaultHeaders::new().add(("x-default", "yes")))
                .wrap(Logger::default())
        }
    })
}

pub(crate) fn resource(setup: &Setup, world: World, listener: TcpListener) -> (Flights, Running) {
    serve(setup, world, listener, |echostr, world| {
        move || {
            let resource = |path| {
                web::resource(path).route(web::route().to(handler)).wrap_fn(fail).wrap(echostr.clone())
            };
            App::new()
                .app_data(web::Data::new(world.clone()))
                .service(resource("/wx"))
                .service(resource("/wx/{name}"))
                .wrap_fn(outside)
                .wrap(DefaultHeaders::new().add(("x-default", "yes")))
                .wrap(Logger::default())
        }
    })
}

async fn handler(
    world: web::Data<World>,
    _callback: web::ReqData<Callback>,
    delivery: Option<web::ReqData<Delivery>>,
    marked: web::ReqData<Marked>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    assert_eq!(request.peer_addr().expect("an address").port(), marked.0);
    let name = request.match_info().get("name").unwrap_or("none");
    let seen = format!("port={} name={name}", marked.0);
    request.extensions_mut().insert(Changed);
    response(world.handle(delivery.map(web::ReqData::into_inner), &seen, &body).await)
}

fn response(said: Said) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(said.status).expect("a status"));
    for header in said.headers {
        response.insert_header(header);
    }
    if said.is_error {
        response.insert_header((ERROR, "yes"));
    }
    match said.body {
        SaidBody::Whole(text) => response.body(text),
        SaidBody::Slow(slow) => response.body(BoxBody::new(slow)),
    }
}

/// A middleware inside that fails where the handler asks for it.
fn fail<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let response = service.call(request);
    async {
        let response = response.await?;
        if response.headers().contains_key(ERROR) { Err(ErrorBadGateway("an error")) } else { Ok(response) }
    }
}

/// A middleware outside, which looks at the request on both ways.
fn outside<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let port = request.peer_addr().expect("an address").port();
    request.extensions_mut().insert(Marked(port));
    let response = service.call(request);
    let span = tracing::info_span!("around");
    async move {
        let mut response = response.instrument(span).await?;
        let shown = {
            let request = response.request();
            let agent = request.headers().get("user-agent").map_or(b"".as_slice(), HeaderValue::as_bytes);
            let agent = String::from_utf8_lossy(agent).into_owned();
            let thread = format!("{:?}", thread::current().id());
            let path = request.path().to_owned();
            let is_changed = request.extensions().contains::<Changed>();
            [
                ("x-path", path),
                ("x-agent", agent),
                ("x-outside", "yes".to_owned()),
                ("x-sent-on", thread),
                ("x-changed", is_changed.to_string()),
            ]
        };
        let reason = response.response().extensions().get::<Rejection>().map(|reason| format!("{reason:?}"));
        for (name, value) in shown.into_iter().chain(reason.map(|reason| ("x-reason", reason))) {
            let value = HeaderValue::try_from(value).expect("ASCII");
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(response)
    }
}

fn serve<F, T, B>(
    setup: &Setup,
    world: World,
    listener: TcpListener,
    protect: impl FnOnce(Echostr, World) -> F + Send + 'static,
) -> (Flights, Running)
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let echostr = settings!(Echostr, setup, world);
    let (flights, workers) = (echostr.flights(), setup.workers);
    let (handle, started) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(protect(echostr, world)).workers(workers).disable_signals();
            let server = server.listen_auto_h2c(listener).expect("a socket").run();
            handle.send(server.handle()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    (flights, Running::Actix(started.recv().expect("actix-web starts")))
}
