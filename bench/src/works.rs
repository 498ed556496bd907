//! The apps as plain function calls: one signed request goes in, the response comes out, no socket.

use std::{convert::Infallible, fmt::Debug, hint::black_box};

use actix_web::{
    App,
    body::MessageBody,
    dev::{Service as ActixService, ServiceResponse},
    http::Method,
    rt::System,
    test::init_service,
    web::ServiceConfig,
};
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Request, Response};
use http_body_util::Empty;
use tower::Service;
use warp::{Filter, Rejection, Reply};

use crate::{actix_app, axum_app, warp_app};

/// Something to be measured, and its name.
pub type Work = (&'static str, Box<dyn FnMut()>);

/// The bare app first.
#[must_use]
pub fn axum() -> [Work; 2] {
    [("bare", axum_service(axum_app::bare())), ("echostr around the `Router`", axum_service(axum_app::echostr_around()))]
}

/// A layer that does nothing first.
#[must_use]
pub fn axum_layer() -> [Work; 3] {
    [
        ("no-op `Router::layer`", axum_service(axum_app::no_op())),
        ("echostr through `Router::layer`", axum_service(axum_app::echostr())),
        ("by hand, `from_fn`", axum_service(axum_app::hand_written())),
    ]
}

/// The bare app first.
pub fn actix() -> [Work; 4] {
    [
        ("bare", actix_service(actix_app::bare)),
        ("no-op `wrap_fn`", actix_service(actix_app::no_op)),
        ("echostr", actix_service(actix_app::echostr)),
        ("by hand, `from_fn`", actix_service(actix_app::hand_written)),
    ]
}

/// The bare app first. A filter that does nothing is the bare app in warp.
#[must_use]
pub fn warp() -> [Work; 3] {
    [
        ("bare", warp_service(warp_app::bare())),
        ("echostr", warp_service(warp_app::echostr())),
        ("by hand, a filter", warp_service(warp_app::hand_written())),
    ]
}

fn target() -> String {
    format!("/wx?{}", crate::signed())
}

fn axum_service<S, B>(service: S) -> Box<dyn FnMut()>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + 'static,
{
    tower(service, Body::empty)
}

fn warp_service<F>(app: F) -> Box<dyn FnMut()>
where
    F: Filter<Error = Rejection, Extract: Reply> + Clone + Send + Sync + 'static,
{
    tower(warp::service(app), Empty::<Bytes>::new)
}

fn tower<S, B, R>(mut service: S, body: fn() -> R) -> Box<dyn FnMut()>
where
    S: Service<Request<R>, Response = Response<B>, Error = Infallible> + 'static,
    R: 'static,
{
    let request = Request::post(target()).body(()).expect("a request");
    Box::new(move || {
        let response = service.call(black_box(&request).clone().map(|()| body()));
        assert_answered(response.now_or_never().map(|response| response.map(|response| response.status())));
    })
}

fn actix_service(app: fn(&mut ServiceConfig)) -> Box<dyn FnMut()> {
    Box::new(actix_requests(System::new().block_on(init_service(App::new().configure(app)))))
}

fn actix_requests<B: MessageBody>(
    service: impl ActixService<actix_http::Request, Response = ServiceResponse<B>, Error: Debug>,
) -> impl FnMut() {
    let uri: actix_web::http::Uri = target().parse().expect("a URI");
    move || {
        let mut request = actix_http::Request::new();
        request.head_mut().method = Method::POST;
        request.head_mut().uri = black_box(&uri).clone();
        let response = service.call(request).now_or_never();
        assert_answered(response.map(|response| response.map(|response| response.status().as_u16())));
    }
}

/// A request that is refused, or waited for, would be measured in the place of one that is answered.
fn assert_answered<E: Debug>(status: Option<Result<impl PartialEq<u16> + Debug, E>>) {
    let status = status.expect("nothing to wait for").expect("a response");
    assert!(status == 200, "{status:?}");
}
