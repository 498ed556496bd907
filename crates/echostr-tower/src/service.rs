//! The middleware: one match on what the core decides.

use std::{
    marker::PhantomData,
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use echostr::{
    Rejection, Verifier,
    adapter::{Answer, Decision, Settings, Verifiers},
};
use http::{HeaderValue, Method, Request, Response, Uri, Version, header::CONNECTION, request::Parts};
use http_body::Body;
use tower_service::Service;

use crate::{
    RequestBodies, ResponseBodies, ResponseFuture, SameBodies,
    answer::{response, set_length},
    exchange::exchange,
    log,
};

/// The middleware that [`CallbackLayer`](crate::CallbackLayer) makes.
///
/// The inner service is called only for a verified callback. In plain mode that happens at once, and nothing of the body
/// is read; in encrypted mode the body is read and replaced first.
#[derive(Debug)]
pub struct CallbackService<S, P = SameBodies> {
    inner: S,
    settings: Arc<Settings<Parts, Response<Bytes>>>,
    bodies: PhantomData<fn() -> P>,
}

impl<S, P> CallbackService<S, P> {
    pub(crate) const fn new(inner: S, settings: Arc<Settings<Parts, Response<Bytes>>>) -> Self {
        Self { inner, settings, bodies: PhantomData }
    }
}

impl<S: Clone, P> Clone for CallbackService<S, P> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.settings))
    }
}

impl<S, P, ReqBody, ResBody> Service<Request<ReqBody>> for CallbackService<S, P>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: 'static,
    S: Service<Request<P::Inner>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
    <P as RequestBodies<ReqBody>>::Inner: Send + 'static,
{
    type Response = Response<P::Outer>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, P, P::Outer, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        match &self.settings.verifiers {
            Verifiers::One(verifier) => {
                decide::<_, P, _, _>(&mut self.inner, &self.settings, Some(verifier), request)
            }
            Verifiers::PerRequest(find) => {
                // Taken apart only here, where the user's function needs to see the head: a request is large to move.
                let (parts, body) = request.into_parts();
                let verifier = find(&parts);
                let request = Request::from_parts(parts, body);
                decide::<_, P, _, _>(&mut self.inner, &self.settings, verifier.as_ref(), request)
            }
            Verifiers::LookedUp(find) => {
                let (parts, body) = request.into_parts();
                let verifier = find(&parts);
                let request = Request::from_parts(parts, body);
                let (mut ready, settings) = (take_ready(&mut self.inner), Arc::clone(&self.settings));
                ResponseFuture::boxed(Box::pin(async move {
                    let verifier = verifier.await;
                    decide::<_, P, _, _>(&mut ready, &settings, verifier.as_ref(), request).await
                }))
            }
        }
    }
}

/// The service that was polled ready is the one to call; a clone of it has to be polled first.
fn take_ready<S: Clone>(inner: &mut S) -> S {
    let clone = inner.clone();
    mem::replace(inner, clone)
}

#[inline]
fn decide<S, P, ReqBody, ResBody>(
    inner: &mut S,
    settings: &Arc<Settings<Parts, Response<Bytes>>>,
    verifier: Option<&Verifier>,
    mut request: Request<ReqBody>,
) -> ResponseFuture<S::Future, P, P::Outer, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: 'static,
    S: Service<Request<P::Inner>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
{
    let (method, query) = (request.method().as_str(), request.uri().query().unwrap_or_default());
    match settings.decide(verifier, method, query) {
        Ok(Decision::Handshake(echo)) => {
            let answer = response(Answer::handshake(echo));
            log::received(request.method(), request.uri(), request.headers());
            ResponseFuture::answer(answer)
        }
        Ok(Decision::Callback(callback)) => {
            log::received(request.method(), request.uri(), request.headers());
            request.extensions_mut().insert(callback);
            ResponseFuture::inner(inner.call(request.map(P::pass)))
        }
        Ok(Decision::Envelope(envelope)) => {
            let (ready, settings) = (take_ready(inner), Arc::clone(settings));
            let refuse = move |rejection, head: &Parts| {
                refuse(&settings, rejection, &head.method, &head.uri, head.version)
            };
            ResponseFuture::boxed(Box::pin(exchange::<_, P, _, _>(ready, request, envelope, refuse)))
        }
        Err(rejection) => ResponseFuture::answer(refuse(
            settings,
            rejection,
            request.method(),
            request.uri(),
            request.version(),
        )),
    }
}

fn refuse(
    settings: &Settings<Parts, Response<Bytes>>,
    rejection: Rejection,
    method: &Method,
    uri: &Uri,
    version: Version,
) -> Response<Bytes> {
    let mut refusal = settings.reject(rejection, method.as_str(), uri.path(), response);
    refusal.extensions_mut().insert(rejection);
    let length = refusal.body().len();
    set_length(refusal.headers_mut(), length);
    if *method == Method::HEAD {
        // hyper drops the body of an answer to HEAD by itself in HTTP/1 only.
        refusal.body_mut().clear();
    }
    // HTTP/2 ends the stream by itself, and has no such header.
    if rejection.closes_connection() && version < Version::HTTP_2 {
        refusal.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    refusal
}
