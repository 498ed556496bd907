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
    adapter::{Answer, Decision, Intake, Settings, Verifiers},
};
use echostr_ledger::Active;
use http::{HeaderValue, Method, Request, Response, Uri, Version, header::CONNECTION, request::Parts};
use http_body::Body;
use tower_service::Service;

use crate::{
    HandledReply, RequestBodies, ResponseBodies, ResponseFuture, SameBodies,
    answer::{response, set_length},
    config::Config,
    delivery::deliver,
    exchange::exchange,
    log,
};

/// The middleware that [`CallbackLayer`](crate::CallbackLayer) makes.
///
/// The inner service is called only for a verified callback. In plain mode that happens at once, and nothing of the body
/// is read; in encrypted mode the body is read and replaced first. With a ledger the body is read in every mode, and the inner service is
/// called in a task of its own, once for all sends of a message.
#[derive(Debug)]
pub struct CallbackService<S, P = SameBodies> {
    inner: S,
    config: Arc<Config>,
    bodies: PhantomData<fn() -> P>,
}

impl<S, P> CallbackService<S, P> {
    pub(crate) const fn new(inner: S, config: Arc<Config>) -> Self {
        Self { inner, config, bodies: PhantomData }
    }
}

impl<S: Clone, P> Clone for CallbackService<S, P> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.config))
    }
}

impl<S, P, ReqBody, ResBody> Service<Request<ReqBody>> for CallbackService<S, P>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: Send + 'static,
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
        // A limit inside is for handlers, and not for the sends that wait for one: with a ledger the flight waits for its place.
        if self.config.deliveries.is_on() {
            return Poll::Ready(Ok(()));
        }
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let active = self.config.deliveries.active();
        match &self.config.settings.verifiers {
            Verifiers::One(verifier) => {
                decide::<_, P, _, _>(&mut self.inner, &self.config, Some(verifier), active, request)
            }
            Verifiers::PerRequest(find) => {
                // Taken apart only here, where the user's function needs to see the head: a request is large to move.
                let (parts, body) = request.into_parts();
                let verifier = find(&parts);
                let request = Request::from_parts(parts, body);
                decide::<_, P, _, _>(&mut self.inner, &self.config, verifier.as_ref(), active, request)
            }
            Verifiers::LookedUp(find) => {
                let (parts, body) = request.into_parts();
                let verifier = find(&parts);
                let request = Request::from_parts(parts, body);
                let (mut ready, config) = (take_ready(&mut self.inner), Arc::clone(&self.config));
                ResponseFuture::boxed(Box::pin(async move {
                    let verifier = verifier.await;
                    decide::<_, P, _, _>(&mut ready, &config, verifier.as_ref(), active, request).await
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
    config: &Arc<Config>,
    verifier: Option<&Verifier>,
    active: Option<Active<HandledReply>>,
    mut request: Request<ReqBody>,
) -> ResponseFuture<S::Future, P, P::Outer, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: Send + 'static,
    S: Service<Request<P::Inner>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
    <P as RequestBodies<ReqBody>>::Inner: Send + 'static,
{
    let (method, query) = (request.method().as_str(), request.uri().query().unwrap_or_default());
    match config.settings.decide(verifier, method, query) {
        Ok(Decision::Handshake(echo)) => {
            let answer = response(Answer::handshake(echo));
            log::received(request.method(), request.uri(), request.headers());
            ResponseFuture::answer(answer)
        }
        Ok(Decision::Callback(callback)) if active.is_none() => {
            log::received(request.method(), request.uri(), request.headers());
            request.extensions_mut().insert(callback);
            ResponseFuture::inner(inner.call(request.map(P::pass)))
        }
        Ok(Decision::Callback(callback)) => {
            with_body::<_, P, _, _>(inner, config, callback.into(), active, request)
        }
        Ok(Decision::Envelope(envelope)) => {
            with_body::<_, P, _, _>(inner, config, envelope.into(), active, request)
        }
        Err(rejection) => ResponseFuture::answer(refuse(
            &config.settings,
            rejection,
            request.method(),
            request.uri(),
            request.version(),
        )),
    }
}

/// For what has to be read before the inner service is called.
fn with_body<S, P, ReqBody, ResBody>(
    inner: &mut S,
    config: &Arc<Config>,
    intake: Intake,
    active: Option<Active<HandledReply>>,
    request: Request<ReqBody>,
) -> ResponseFuture<S::Future, P, P::Outer, S::Error>
where
    P: RequestBodies<ReqBody> + ResponseBodies<ResBody> + 'static,
    P::Outer: Send + 'static,
    S: Service<Request<P::Inner>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
    <P as RequestBodies<ReqBody>>::Inner: Send + 'static,
{
    let (ready, config) = (take_ready(inner), Arc::clone(config));
    let refuse = move |rejection, method: &_, uri: &_, version| {
        refuse(&config.settings, rejection, method, uri, version)
    };
    match active {
        Some(active) => {
            ResponseFuture::boxed(Box::pin(deliver::<_, P, _, _>(ready, request, intake, active, refuse)))
        }
        None => ResponseFuture::boxed(Box::pin(exchange::<_, P, _, _>(ready, request, intake, refuse))),
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
