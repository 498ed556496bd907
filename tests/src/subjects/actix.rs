//! actix-web.

use std::{net::TcpListener, sync::mpsc, thread};

use actix_web::{
    App, HttpMessage as _, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HOST, HeaderName, HeaderValue},
    },
    web,
};
use bytes::Bytes;
use echostr_actix::{Callback, Echostr, Language, MemoryLedger, Rejection};

use crate::subjects::{
    handler::{Hits, Said},
    subject::{Running, Subject, Wechat},
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // `App::wrap`.
    Subject::new("ActixApp", app),
    // `Scope::wrap`.
    Subject::new("ActixScope", scope),
    // `Resource::wrap`.
    Subject::new("ActixResource", resource),
];

fn app(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |echostr, hits| {
        move || {
            App::new()
                .app_data(hits.clone())
                .wrap(echostr.clone())
                .route("/wx", web::to(handler))
                .route("/other", web::to(handler))
                .wrap_fn(show_reason)
        }
    })
}

fn scope(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |echostr, hits| {
        move || {
            let scope = web::scope("")
                .wrap(echostr.clone())
                .route("/wx", web::to(handler))
                .route("/other", web::to(handler));
            App::new().app_data(hits.clone()).service(scope).wrap_fn(show_reason)
        }
    })
}

fn resource(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |echostr, hits| {
        move || {
            let resource = |path| web::resource(path).wrap(echostr.clone()).route(web::route().to(handler));
            App::new()
                .app_data(hits.clone())
                .service(resource("/wx"))
                .service(resource("/other"))
                .wrap_fn(show_reason)
        }
    })
}

async fn handler(
    hits: web::Data<Hits>,
    callback: web::ReqData<Callback>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    response(hits.handle(Some(&callback), |name| value(&request, name), &body))
}

async fn open_handler(hits: web::Data<Hits>, request: HttpRequest, body: Bytes) -> HttpResponse {
    assert!(request.extensions().get::<Callback>().is_none(), "nothing stands before the control");
    response(hits.handle(None, |name| value(&request, name), &body))
}

fn value<'r>(request: &'r HttpRequest, name: &str) -> &'r [u8] {
    request.headers().get(name).map_or(b"", HeaderValue::as_bytes)
}

fn response(said: Said) -> HttpResponse {
    let status = StatusCode::from_u16(said.status).expect("a status");
    let mut response = HttpResponse::build(status);
    if said.coding != "identity" {
        response.insert_header(("content-encoding", said.coding));
    }
    response.body(said.text)
}

pub(crate) fn settings(wechat: Wechat) -> Option<Echostr> {
    match wechat {
        Wechat::Verified(verifier) => Some(Echostr::new(verifier)),
        Wechat::Once(verifier) => Some(Echostr::new(verifier).ledger(MemoryLedger::new())),
        Wechat::OnReject(verifier) => {
            Some(Echostr::new(verifier).on_reject(|_| HttpResponse::ImATeapot().body("no tea")))
        }
        Wechat::Unreadable(verifier, unreadable) => Some(Echostr::new(verifier).unreadable(unreadable)),
        Wechat::PerRequest(verifier) => Some(Echostr::per_request(move |request| {
            Some(verifier.clone())
                .filter(|_| request.path() == "/wx" && request.headers().contains_key("accept"))
        })),
        Wechat::LookedUp(accounts) => Some(Echostr::look_up(move |request| accounts.look_up(request.path()))),
        Wechat::ByHost(accounts) => Some(Echostr::per_request(move |request| {
            accounts.find(request.headers().get(HOST)?.to_str().ok()?)
        })),
        Wechat::InChinese(verifier) => Some(Echostr::new(verifier).language(Language::Chinese)),
        Wechat::Off => None,
    }
}

/// Shows the reason that the middleware left in the response's extensions as a header, for the tests to see.
pub(crate) fn show_reason<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, actix_web::Error>> + use<S, B>
where
    S: actix_web::dev::Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    let response = service.call(request);
    async {
        let mut response = response.await?;
        let reason = response.response().extensions().get::<Rejection>().map(|reason| format!("{reason:?}"));
        if let Some(reason) = reason {
            let reason = HeaderValue::try_from(reason).expect("ASCII");
            response.headers_mut().insert(HeaderName::from_static("x-reason"), reason);
        }
        Ok(response)
    }
}

/// Serves the app that `protect` makes with the middleware, or the control, in a thread of its own.
fn serve<F, T, B>(
    wechat: Wechat,
    hits: Hits,
    listener: TcpListener,
    protect: impl FnOnce(Echostr, web::Data<Hits>) -> F + Send + 'static,
) -> Running
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
    let hits = web::Data::new(hits);
    let (handle, started) = mpsc::channel();
    let echostr = settings(wechat);
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = match echostr {
                None => listen(listener, move || {
                    App::new().app_data(hits.clone()).route("/wx", web::to(open_handler))
                }),
                Some(echostr) => listen(listener, protect(echostr, hits)),
            };
            handle.send(server.handle()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    Running::Actix(started.recv().expect("actix-web starts"))
}

pub(crate) fn listen<F, T, B>(listener: TcpListener, app: F) -> actix_web::dev::Server
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
