//! The app in actix-web.

use std::collections::HashMap;

use actix_web::{
    Error, HttpResponse, Resource,
    body::{BoxBody, MessageBody},
    dev::{Service as _, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Next, from_fn},
    web::{self, Query, ServiceConfig},
};
use echostr_actix::{Echostr, MemoryLedger};

use crate::{hand_written::is_genuine, plain};

async fn on_message(_body: String) -> &'static str {
    "success"
}

fn resource() -> Resource {
    web::resource("/wx").to(on_message)
}

/// Without any check.
pub fn bare(config: &mut ServiceConfig) {
    config.service(resource());
}

/// Behind a middleware that does nothing.
pub fn no_op(config: &mut ServiceConfig) {
    config.service(resource().wrap_fn(|request, service| service.call(request)));
}

/// Behind echostr. The handler is the same as without it, so that what differs is the check alone.
pub fn echostr(config: &mut ServiceConfig) {
    config.service(resource().wrap(Echostr::new(plain())));
}

/// The same with the ledger of one server.
pub fn ledger(config: &mut ServiceConfig) {
    config.service(resource().wrap(Echostr::new(plain()).ledger(MemoryLedger::new())));
}

/// Behind a middleware written by hand.
pub fn hand_written(config: &mut ServiceConfig) {
    config.service(resource().wrap(from_fn(check)));
}

async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let genuine = match Query::<HashMap<String, String>>::from_query(request.query_string()) {
        Ok(Query(parameters)) if is_genuine(&parameters) => Some(parameters),
        _ => None,
    };
    let Some(mut parameters) = genuine else {
        return Ok(request.into_response(HttpResponse::Forbidden().finish()));
    };
    match parameters.remove("echostr") {
        Some(echostr) if request.method() == Method::GET => {
            Ok(request.into_response(HttpResponse::Ok().body(echostr)))
        }
        _ => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}
