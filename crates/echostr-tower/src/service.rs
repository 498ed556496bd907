use std::{
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use echostr::{
    Rejection, Verifier,
    adapter::{Answer, Decision, Settings, Verifiers},
    rejection::WiringFault,
};
use http::{HeaderValue, Method, Request, Response, Uri, Version, header::CONNECTION, request::Parts};
use http_body::Body;
use tower_service::Service;

use crate::{EitherBody, ResponseFuture, exchange::exchange, log, response};

/// The middleware that [`EchostrLayer`](crate::EchostrLayer) makes.
///
/// The inner service is called only for a verified callback. In plain mode that happens at once, and nothing of the body
/// is read; in encrypted mode the body is read and replaced first, for which its type must be `From<Bytes>`.
#[derive(Clone, Debug)]
pub struct Echostr<S> {
    pub(crate) inner: S,
    pub(crate) settings: Arc<Settings<Parts, Response<Bytes>>>,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Echostr<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + From<Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<EitherBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        match &self.settings.verifiers {
            Verifiers::One(verifier) => decide(&mut self.inner, &self.settings, Some(verifier), request),
            Verifiers::PerRequest(find) => {
                // Taken apart only here, where the user's function needs to see the head: a request is large to move.
                let (parts, body) = request.into_parts();
                let verifier = find(&parts);
                let request = Request::from_parts(parts, body);
                decide(&mut self.inner, &self.settings, verifier.as_ref(), request)
            }
        }
    }
}

#[inline]
fn decide<S, ReqBody, ResBody>(
    inner: &mut S,
    settings: &Arc<Settings<Parts, Response<Bytes>>>,
    verifier: Option<&Verifier>,
    mut request: Request<ReqBody>,
) -> ResponseFuture<S::Future, ResBody, S::Error>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    ReqBody: Body<Data = Bytes> + From<Bytes> + Send + 'static,
    ResBody: Body<Data = Bytes> + Send + 'static,
{
    let (method, query) = (request.method().as_str(), request.uri().query().unwrap_or_default());
    let verified = match verifier {
        Some(verifier) => verifier.verify(method, query),
        None => Err(Rejection::Wiring(WiringFault::UnknownAccount)),
    };
    match verified {
        Ok(Decision::Handshake(echo)) => {
            let answer = response(Answer::handshake(echo));
            log::received(request.method(), request.uri(), request.headers());
            ResponseFuture::answer(answer)
        }
        Ok(Decision::Callback(callback)) => {
            log::received(request.method(), request.uri(), request.headers());
            request.extensions_mut().insert(callback);
            ResponseFuture::inner(inner.call(request))
        }
        Ok(Decision::Envelope(envelope)) => {
            // The service that was polled ready is the one to call; a clone of it has to be polled first.
            let clone = inner.clone();
            let ready = mem::replace(inner, clone);
            let settings = Arc::clone(settings);
            let refuse = move |rejection, head: &Parts| {
                refuse(&settings, rejection, &head.method, &head.uri, head.version)
            };
            ResponseFuture::encrypted(Box::pin(exchange(ready, request, envelope, refuse)))
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
