//! How an answer gets out of a filter: a filter can only reject, so the answer travels inside a rejection until
//! [`recover`] takes it out.

use std::fmt;

use bytes::Bytes;
use http::Response;
use warp::reply::Reply as _;

/// The rejection by which [`callback`](crate::callback) ends a request that the handler must not see: a handshake
/// or a refusal. [`recover`] turns it into the reply.
///
/// Without `recover` warp answers 500 and shows the `Debug` text, which therefore says nothing of the request.
pub struct Unrecovered(Response<Bytes>);

impl fmt::Debug for Unrecovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("echostr_warp::callback without echostr_warp::recover")
    }
}

impl warp::reject::Reject for Unrecovered {}

/// Replies for [`callback`](crate::callback): the handshake's echo or the refusal. Hands every other rejection on.
///
/// Put it directly behind the route, **before any `.or(..)`**: a rejection that is not yet a reply falls through to
/// the routes that follow.
///
/// # Errors
///
/// The rejection itself, if it is not one of [`callback`](crate::callback)'s.
pub async fn recover(rejection: warp::Rejection) -> Result<warp::reply::Response, warp::Rejection> {
    match rejection.find::<Unrecovered>() {
        Some(Unrecovered(response)) => Ok(response.clone().into_response()),
        None => Err(rejection),
    }
}

/// The rejection by which `response` is answered instead of the route's.
pub(crate) fn instead(response: Response<Bytes>) -> warp::Rejection {
    warp::reject::custom(Unrecovered(response))
}
