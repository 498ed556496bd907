//! The filters: `protect`, `callback`, and the two lanes that a request can take.

use std::{convert::Infallible, future::ready, net::SocketAddr};

use echostr::Callback;
use http::{HeaderMap, Method, Request, header::HOST};
use warp::{
    Filter, Reply,
    filters::BoxedFilter,
    host::Authority,
    path::{FullPath, Peek},
    reply::Response,
};

use crate::{
    answer::recover,
    exchange::exchange,
    extract::{Extract, unprotected},
    settings::{Echostr, Head},
    target::target,
};

/// A route that answers the handshake, refuses what is not signed, and runs what `route` makes of it only for a
/// verified callback. Nothing falls through to the routes that follow in an `.or(..)`.
///
/// `route` gets a filter that extracts what the handler takes, a [`Message`](crate::Message) or whatever else is
/// [`Extract`], and builds the protected route on it, as it would build any other. The check stands before the whole route, so
/// that the order of its filters does not matter: a body is not read before the signature holds.
///
/// ```
/// use echostr_warp::{Message, Reply, ReplyError, Verifier, protect};
/// use warp::Filter as _;
///
/// async fn on_message(message: Message) -> Result<Reply, ReplyError> { message.reply("hello") }
///
/// let verifier = Verifier::new("a-token-of-your-own")?;
/// let wechat = warp::path("wx").and(warp::path::end()).and(protect(verifier, |message| message.then(on_message)));
/// # fn is_filter(_: impl warp::Filter) {}
/// # is_filter(wechat);
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
///
/// A handler that reads the body itself takes the [`Callback`], the proof that the request is genuine. A closure has to say the
/// type of its first argument, since nothing else does:
///
/// ```
/// use echostr_warp::{Callback, Verifier, body, protect};
/// use warp::Filter as _;
///
/// let wechat = warp::path("wx").and(protect(Verifier::new("a-token-of-your-own")?, |callback| {
///     callback.and(warp::post()).and(body(64 * 1024)).map(|_: Callback, body| format!("{body:?}"))
/// }));
/// # fn is_filter(_: impl warp::Filter) {}
/// # is_filter(wechat);
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
///
/// # Encrypted mode, and with a ledger
///
/// With a verifier for encrypted mode the route is the same and sees the decrypted body. Then, and with a
/// [`ledger`](Echostr::ledger), it runs as a service of its own in a task of the tokio runtime: of the path it sees only what is not
/// matched before `protect`, of the request's extensions only those of this crate and the sender's address
/// (`warp::ext::optional::<SocketAddr>()`, since `warp::addr::remote` finds nothing there), and a genuine request that it turns down gets
/// warp's answer to that (404, 405, …) instead of falling through to other routes.
pub fn protect<T, F, R>(
    wechat: impl Into<Echostr>,
    route: impl FnOnce(BoxedFilter<(T,)>) -> F,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static
where
    T: Extract,
    F: Filter<Extract = (R,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    let wechat = wechat.into();
    let route = route(T::extract(inside(wechat.clone()))).map(Reply::into_response).recover(recover).unify();
    // Each declines what is for the other. The order is the faster one for plain mode; what is boxed is quickly cloned.
    plain(wechat.clone(), route.clone()).or(layered(wechat, route).boxed()).unify()
}

/// The same route as [`protect`] makes, where `EchostrLayer` of the crate `echostr-tower` stands around `warp::service` and has
/// checked the request.
///
/// It checks nothing itself: where the layer is missing it answers 500, and the handler does not run.
///
/// ```
/// use echostr_warp::{Message, Reply, ReplyError, Verifier, checked};
/// use tower::Layer as _;
/// use warp::Filter as _;
///
/// async fn on_message(message: Message) -> Result<Reply, ReplyError> { message.reply("hello") }
///
/// let wechat = warp::path("wx").and(warp::path::end()).and(checked(|message| message.then(on_message)));
/// let layer = echostr_tower::EchostrLayer::new(Verifier::new("a-token-of-your-own")?);
/// let service = layer.layer(warp::service(wechat));
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
pub fn checked<T, F, R>(
    route: impl FnOnce(BoxedFilter<(T,)>) -> F,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static
where
    T: Extract,
    F: Filter<Extract = (R,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    let callback = warp::ext::optional()
        .and_then(|callback: Option<Callback>| ready(callback.ok_or_else(unprotected)))
        .boxed();
    route(T::extract(callback)).map(Reply::into_response).recover(recover).unify()
}

/// Extracts the [`Callback`] of a verified request; ends every other one, the handshake included, with a rejection
/// that [`recover`] turns into the reply.
///
/// [`protect`] is the same with nothing left to forget. With this one, put it first in the route, and `recover`
/// directly behind the route, before any `.or(..)`. It cannot replace the body, so it refuses every callback to a verifier
/// for encrypted mode.
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
    quick_callback(wechat.clone()).or(thorough(wechat).boxed()).unify()
}

/// What `of` makes of the callback of most genuine requests, for which method, query and path are enough; logs them.
///
/// Quicker than [`thorough`], whose head with all headers is moved from future to future.
fn quick<T: Send + 'static>(
    wechat: Echostr,
    of: fn(Callback) -> T,
) -> impl Filter<Extract = (T,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    // The query first: where there is none, there may be no path, see `target`.
    let head = warp::method().and(warp::query::raw()).and(warp::path::full());
    head.and_then(move |method: Method, query: String, path: FullPath| {
        ready(wechat.quick(&method, path.as_str(), &query).map(of).ok_or_else(warp::reject))
    })
}

/// The callback itself, boxed on its way: it is large, and each future that it went through by itself moved it once more.
fn quick_callback(
    wechat: Echostr,
) -> impl Filter<Extract = (Callback,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    quick(wechat, Box::new).map(|callback: Box<Callback>| *callback)
}

/// The callback, or the rejection that carries the reply.
fn thorough(
    wechat: Echostr,
) -> impl Filter<Extract = (Callback,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    head(wechat.clone()).and_then(move |head: Head| {
        let wechat = wechat.clone();
        async move {
            let verifier = wechat.verifier(&head).await;
            wechat.decide(verifier.as_deref(), &head)
        }
    })
}

/// The filter that the protected route takes its callback from: a second look at the request in plain mode, else what the
/// layer has left.
///
/// There is a second look because warp has no way to hand a value to a filter further down. The one in front of the route is
/// what makes an open branch inside it harmless.
fn inside(wechat: Echostr) -> BoxedFilter<(Callback,)> {
    let wechat = wechat.without_received_log();
    quick_callback(wechat.clone()).or(warp::ext::get().or(thorough(wechat)).unify().boxed()).unify().boxed()
}

/// Verifies, then runs the route. Declines what is for the layer.
fn plain<F>(
    wechat: Echostr,
    route: F,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static
where
    F: Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
{
    let quick = quick(wechat.clone(), drop);
    let ours = head(wechat.clone()).and_then({
        let wechat = wechat.clone();
        move |head: Head| ready(if wechat.is_for_the_layer(&head) { Err(warp::reject()) } else { Ok(()) })
    });
    let thorough = ours.untuple_one().and(thorough(wechat)).map(drop);
    quick.or(thorough.boxed()).unify().untuple_one().and(route).recover(recover).unify()
}

/// Leaves everything to the layer. Declines what is not for it.
fn layered<F>(
    wechat: Echostr,
    route: F,
) -> impl Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static
where
    F: Filter<Extract = (Response,), Error = warp::Rejection> + Clone + Send + Sync + 'static,
{
    let layer = wechat.to_layer();
    let chosen = whole_head().and_then(move |head: Head| {
        ready(if wechat.is_for_the_layer(&head) { Ok(head) } else { Err(warp::reject()) })
    });
    let request = chosen.and(warp::path::peek()).and(warp::addr::remote()).and(warp::body::stream());
    request.then(move |head: Head, rest: Peek, remote, body| {
        let mut parts = head.to_parts();
        if let Some(remote) = remote {
            // The only one of warp's own extensions that can be handed on.
            parts.extensions.insert::<SocketAddr>(remote);
        }
        // The route is to see only that part of the path which nobody has matched yet.
        let below = head.uri(&format!("/{}", rest.as_str()));
        exchange(layer.clone(), route.clone(), Request::from_parts(parts, body), below)
    })
}

/// What there is to know of a request before its body; the headers only if somebody is going to look at them.
fn head(
    wechat: Echostr,
) -> impl Filter<Extract = (Head,), Error = Infallible> + Clone + Send + Sync + 'static {
    let wanted = warp::any()
        .and_then(move || ready(if wechat.wants_headers() { Ok(()) } else { Err(warp::reject()) }))
        .untuple_one();
    let headers = wanted.and(headers()).or(warp::any().map(HeaderMap::new)).unify();
    warp::method().and(target()).and(headers).map(to_head)
}

/// The same with the headers.
fn whole_head() -> impl Filter<Extract = (Head,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::method().and(target()).and(headers()).map(to_head)
}

fn to_head(method: Method, target: Option<(FullPath, String)>, headers: HeaderMap) -> Head {
    Head { method, target, headers }
}

/// The headers, with the host among them: HTTP/2 has it elsewhere.
fn headers() -> impl Filter<Extract = (HeaderMap,), Error = Infallible> + Clone + Send + Sync + 'static {
    let host = warp::host::optional().or(warp::any().map(|| None)).unify();
    host.and(warp::header::headers_cloned()).map(|host: Option<Authority>, mut headers: HeaderMap| {
        if let Some(host) = host.and_then(|host| host.as_str().try_into().ok()) {
            headers.entry(HOST).or_insert(host);
        }
        headers
    })
}
