use std::{
    borrow::Cow,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use echostr::{Answer, Rejection, Settings, Verified, Verifier, Verifiers, log};
use http::{Method, Request, Response, request::Parts};
use tower_service::Service;

use crate::{ResponseBody, ResponseFuture, answer};

/// The middleware that [`EchostrLayer`](crate::EchostrLayer) makes.
///
/// Asks nothing of the request's body type and reads nothing of it. The inner service is called only for a
/// verified callback, and then at once: it is the one that was polled ready.
#[derive(Clone, Debug)]
pub struct Echostr<S> {
    pub(crate) inner: S,
    pub(crate) settings: Arc<Settings<Parts, Response<Bytes>>>,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Echostr<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (verifier, mut request) = verifier_of(&self.settings.verifiers, request);
        match verify(verifier, &request) {
            Ok(Verified::Handshake(echo)) => {
                ResponseFuture::answer(answer::response(Answer::handshake(echo)))
            }
            Ok(Verified::Callback(callback)) => {
                request.extensions_mut().insert(callback);
                ResponseFuture::inner(self.inner.call(request))
            }
            Err(rejection) => {
                log::refused(rejection, request.method().as_str(), request.uri().path());
                let mut response =
                    self.settings.reject(rejection, |rejection| answer::response(Answer::refusal(rejection)));
                response.extensions_mut().insert(rejection);
                if request.method() == Method::HEAD {
                    // hyper drops the body of an answer to HEAD by itself in HTTP/1 only.
                    response.body_mut().clear();
                }
                ResponseFuture::answer(response)
            }
        }
    }
}

/// Takes the request apart only where the user's function needs to see its head.
fn verifier_of<'s, B>(
    verifiers: &'s Verifiers<Parts>,
    request: Request<B>,
) -> (Option<Cow<'s, Verifier>>, Request<B>) {
    match verifiers {
        Verifiers::One(verifier) => (Some(Cow::Borrowed(verifier)), request),
        Verifiers::PerRequest(find) => {
            let (parts, body) = request.into_parts();
            (find(&parts).map(Cow::Owned), Request::from_parts(parts, body))
        }
    }
}

fn verify<'r, B>(
    verifier: Option<Cow<'_, Verifier>>,
    request: &'r Request<B>,
) -> Result<Verified<'r>, Rejection> {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let query = request.uri().query().unwrap_or_default();
    let verified = verifier.ok_or(Rejection::UnknownAccount)?.verify(method, query)?;
    log::received(method, path, query, || {
        request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    });
    Ok(verified)
}
