//! What a protected route extracts.

use std::{future::ready, pin::pin};

use bytes::{Buf, Bytes};
use echostr::{
    Callback, Language, Rejection,
    adapter::{Answer, Body, log},
    rejection::BodyFault,
};
use echostr_message::{
    Bot, Incoming, Message, Notice,
    adapter::{Asked, Reading, Reason, Unread},
};
use futures_util::{Stream, TryStreamExt as _};
use http::{HeaderMap, Method, header::CONTENT_LENGTH};
use warp::{Filter, filters::BoxedFilter, path::FullPath};

use crate::{answer, target::target};

/// What the filter of [`protect`](crate::protect) extracts: a [`Message`], [`Notice`] or [`Bot`], [`Incoming`] for any of them, or
/// the [`Callback`] alone, which leaves the body to the route.
///
/// A body that is no document, or another than the handler takes, is answered as
/// [`Echostr::unreadable`](crate::Echostr::unreadable) says; the handler does not run. Messages come by `POST`: the filter of
/// anything but the `Callback` turns other methods down, as `warp::post` does.
pub trait Extract: Sized + Send + 'static {
    /// The filter, from the one of the callback.
    #[doc(hidden)]
    fn extract(callback: BoxedFilter<(Callback,)>) -> BoxedFilter<(Self,)>;
}

impl Extract for Callback {
    fn extract(callback: BoxedFilter<(Callback,)>) -> BoxedFilter<(Self,)> {
        callback
    }
}

macro_rules! extract {
    ($($asked:ident)*) => {$(
        impl Extract for $asked {
            fn extract(callback: BoxedFilter<(Callback,)>) -> BoxedFilter<(Self,)> {
                read(callback)
            }
        }
    )*};
}

extract! { Incoming Message Notice Bot }

fn read<T: Asked + Send + 'static>(callback: BoxedFilter<(Callback,)>) -> BoxedFilter<(T,)> {
    // Platforms send no message by another method; axum's and actix-web's routes for `post` turn them down too.
    let request = callback.and(warp::post()).and(content_length()).and(warp::body::stream());
    request
        .and_then(async |callback, length, body| collect(callback, length, body).await.map_err(instead))
        .boxed()
}

async fn collect<T: Asked, C: Buf>(
    callback: Callback,
    length: Option<Bytes>,
    body: impl Stream<Item = Result<C, warp::Error>>,
) -> Result<T, Unread> {
    let mut reading = Reading::of(Some(&callback))?;
    reading.expect_length(length.as_deref())?;
    let mut body = pin!(body);
    let incomplete = Rejection::Body(BodyFault::Incomplete);
    while let Some(mut piece) = body.try_next().await.map_err(|_| reading.refused(incomplete))? {
        reading.push(piece.copy_to_bytes(piece.remaining()))?;
    }
    reading.finish()
}

/// Without a callback there is nothing to extract.
pub(crate) fn unprotected() -> warp::Rejection {
    match Reading::of(None) {
        Err(unread) => instead(unread),
        Ok(_) => warp::reject(),
    }
}

fn instead(unread: Unread) -> warp::Rejection {
    let reason = match unread.reason() {
        Reason::Refused(rejection) => Some(rejection),
        _ => None,
    };
    refuse(unread.answer(), reason)
}

fn refuse(answer: Answer, reason: Option<Rejection>) -> warp::Rejection {
    let mut response = echostr_tower::response(answer);
    if let Some(reason) = reason {
        response.extensions_mut().insert(reason);
    }
    answer::instead(response)
}

/// The body of a request, of at most `limit` bytes, for a route inside [`protect`](crate::protect) that reads it itself.
///
/// It counts what arrives: `warp::body::content_length_limit` answers 411 to a message that comes in chunks, without a length
/// beforehand, and `warp::body::bytes` alone takes bodies of any size. One that is too long is answered with 413.
///
/// ```
/// use echostr_warp::{Callback, Verifier, body, protect};
/// use warp::Filter as _;
///
/// async fn on_message(callback: Callback, body: bytes::Bytes) -> &'static str { "success" }
///
/// let verifier = Verifier::new("a-token-of-your-own")?;
/// let wechat = protect(verifier, |callback| callback.and(body(64 * 1024)).then(on_message));
/// # fn is_filter(_: impl warp::Filter) {}
/// # is_filter(wechat);
/// # Ok::<(), echostr_warp::ConfigError>(())
/// ```
#[must_use]
pub fn body(
    limit: usize,
) -> impl Filter<Extract = (Bytes,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let request = warp::method().and(target()).and(content_length()).and(warp::body::stream());
    request.and_then(
        move |method: Method, target: Option<(FullPath, String)>, length: Option<Bytes>, body| async move {
            take_in(limit, length, body).await.map_err(|rejection| {
                let path = target.as_ref().map_or("", |(path, _)| path.as_str());
                log::refused(rejection, Language::English, method.as_str(), path);
                refuse(Answer::refusal(rejection), Some(rejection))
            })
        },
    )
}

async fn take_in<C: Buf>(
    limit: usize,
    length: Option<Bytes>,
    body: impl Stream<Item = Result<C, warp::Error>>,
) -> Result<Bytes, Rejection> {
    let mut taken = Body::within(limit);
    taken.expect_length(length.as_deref())?;
    let mut body = pin!(body);
    while let Some(mut piece) = body.try_next().await.map_err(|_| Rejection::Body(BodyFault::Incomplete))? {
        taken.push(piece.copy_to_bytes(piece.remaining()))?;
    }
    Ok(taken.into_bytes())
}

/// What the request says of the length of its body.
fn content_length()
-> impl Filter<Extract = (Option<Bytes>,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    warp::header::headers_cloned().and_then(|headers: HeaderMap| {
        let length = headers.get(CONTENT_LENGTH).map(|length| Bytes::copy_from_slice(length.as_bytes()));
        ready(Ok::<_, warp::Rejection>(length))
    })
}
