use std::{convert::Infallible, future::ready};

use ::echostr::Callback;
use http::{HeaderMap, Method};
use warp::{Filter, Reply, filters::BoxedFilter, path::FullPath, reply::Response};

use crate::{
    answer::recover,
    echostr::{Echostr, Head},
};

/// A route that answers the handshake, refuses what is not signed, and runs what `route` makes of it only for a
/// verified callback. Nothing falls through to the routes that follow in an `.or(..)`.
///
/// `route` gets a filter that extracts the [`Callback`] and builds the protected route on it, as it would build any
/// other. The check stands before the whole route, so that the order of its filters does not matter: a body is not
/// read before the signature holds.
///
/// ```
/// use echostr_warp::{Callback, Verifier, protect};
/// use warp::Filter as _;
///
/// async fn on_message(callback: Callback, body: bytes::Bytes) -> &'static str { "success" }
///
/// let verifier = Verifier::new("a-token-of-your-own")?;
/// let wechat = warp::path("wx").and(protect(verifier, |callback| {
///     callback.and(warp::post()).and(warp::body::bytes()).then(on_message)
/// }));
/// # fn is_filter(_: impl warp::Filter) {}
/// # is_filter(wechat);
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
pub fn protect<F, R>(
    wechat: impl Into<Echostr>,
    route: impl FnOnce(BoxedFilter<(Callback,)>) -> F,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static
where
    F: Filter<Extract = (R,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    let wechat = wechat.into();
    // The route verifies once more where it takes its callback: warp has no way to hand a value to a filter further
    // down. The check in front is what makes an open branch inside the route harmless, and it costs a
    // fraction of a microsecond.
    let route = route(callback(wechat.clone().without_received_log()).boxed());
    callback(wechat).map(drop).untuple_one().and(route.map(Reply::into_response)).recover(recover).unify()
}

/// Extracts the [`Callback`] of a verified request; ends every other one, the handshake included, with a rejection
/// that [`recover`] turns into the reply.
///
/// [`protect`] is the same with nothing left to forget. With this one, put it first in the route, and `recover`
/// directly behind the route, before any `.or(..)`.
///
/// ```
/// use echostr_warp::{Verifier, callback, recover};
/// use warp::Filter as _;
///
/// let verifier = Verifier::new("a-token-of-your-own")?;
/// let wechat = warp::path("wx")
///     .and(callback(verifier))
///     .and(warp::body::bytes())
///     .map(|callback, body| "success")
///     .recover(recover);
/// # fn is_filter(_: impl warp::Filter) {}
/// # is_filter(wechat);
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
pub fn callback(
    wechat: impl Into<Echostr>,
) -> impl Filter<Extract = (Callback,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let wechat = wechat.into();
    head(wechat.clone()).and_then(move |head: Head| ready(wechat.decide(&head)))
}

/// What there is to know of a request before its body.
fn head(
    wechat: Echostr,
) -> impl Filter<Extract = (Head,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::method().and(warp::path::full()).and(query()).and(headers(wechat)).map(
        |method: Method, path: FullPath, query: String, headers: HeaderMap| Head {
            method,
            path,
            query,
            headers,
        },
    )
}

/// The raw query, also where there is none: `warp::query::raw` rejects then, and the request would fall through.
fn query() -> impl Filter<Extract = (String,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::query::raw().or(warp::any().map(String::new)).unify()
}

/// The headers, copied only if somebody is going to look at them.
fn headers(
    wechat: Echostr,
) -> impl Filter<Extract = (HeaderMap,), Error = Infallible> + Clone + Send + Sync + 'static {
    let wanted = warp::any()
        .and_then(move || ready(if wechat.wants_headers() { Ok(()) } else { Err(warp::reject()) }));
    wanted.untuple_one().and(warp::header::headers_cloned()).or(warp::any().map(HeaderMap::new)).unify()
}
