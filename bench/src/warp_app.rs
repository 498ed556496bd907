//! The app in warp.

use std::collections::HashMap;

use echostr_warp::{Callback, Echostr, MemoryLedger, protect};
use warp::{
    Filter, Rejection, Reply,
    http::{Method, StatusCode},
    reject::Reject,
    reply::Response,
};

use crate::{hand_written::is_genuine, plain};

async fn on_message(_body: bytes::Bytes) -> &'static str {
    "success"
}

fn message() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    warp::body::bytes().then(on_message).map(Reply::into_response)
}

/// Without any check.
#[must_use]
pub fn bare() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    warp::path("wx").and(message())
}

/// Behind echostr. The handler is the same as without it, so that what differs is the check alone.
#[must_use]
pub fn echostr() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    protected(Echostr::new(plain()))
}

/// The same with the ledger of one server.
#[must_use]
pub fn ledger() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    protected(Echostr::new(plain()).ledger(MemoryLedger::new()))
}

fn protected(
    echostr: Echostr,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    warp::path("wx")
        .and(protect(echostr, |callback| callback.map(drop::<Callback>).untuple_one().and(message())))
}

/// Behind a filter written by hand.
#[must_use]
pub fn hand_written() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync {
    let checked = warp::method()
        .and(warp::query())
        .and_then(check)
        .and(message())
        .map(|echostr: Option<String>, message: Response| echostr.map_or(message, Reply::into_response));
    warp::path("wx").and(checked).recover(refuse).unify()
}

#[derive(Debug)]
struct Forged;

impl Reject for Forged {}

async fn check(method: Method, mut parameters: HashMap<String, String>) -> Result<Option<String>, Rejection> {
    if !is_genuine(&parameters) {
        return Err(warp::reject::custom(Forged));
    }
    Ok(parameters.remove("echostr").filter(|_| method == Method::GET))
}

async fn refuse(rejection: Rejection) -> Result<Response, Rejection> {
    match rejection.find::<Forged>() {
        Some(Forged) => Ok(StatusCode::FORBIDDEN.into_response()),
        None => Err(rejection),
    }
}
