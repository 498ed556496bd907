use actix_web::{
    Error, HttpMessage as _, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse, forward_ready},
};
use echostr::{Answer, Rejection, Settings, Verified, Verifiers, log};

use crate::{ResponseFuture, answer};

/// The service that [`Echostr`](crate::Echostr) makes in each worker.
#[derive(Debug)]
pub struct EchostrMiddleware<S> {
    pub(crate) service: S,
    pub(crate) settings: Settings<ServiceRequest, HttpResponse>,
}

impl<S, B> Service<ServiceRequest> for EchostrMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S::Future>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match verify(&self.settings.verifiers, &request) {
            Ok(Verified::Handshake(echo)) => {
                let response = answer::response(Answer::handshake(echo));
                answer_instead(request, response)
            }
            Ok(Verified::Callback(callback)) => {
                request.extensions_mut().insert(callback);
                ResponseFuture::inner(self.service.call(request))
            }
            // Never `Err`: an error would skip the middleware outside this one.
            Err(rejection) => {
                log::refused(rejection, request.method().as_str(), request.path());
                let mut response =
                    self.settings.reject(rejection, |rejection| answer::response(Answer::refusal(rejection)));
                response.extensions_mut().insert(rejection);
                answer_instead(request, response)
            }
        }
    }
}

fn verify<'r>(
    verifiers: &Verifiers<ServiceRequest>,
    request: &'r ServiceRequest,
) -> Result<Verified<'r>, Rejection> {
    let (method, query) = (request.method().as_str(), request.query_string());
    let verified = match verifiers {
        Verifiers::One(verifier) => verifier.verify(method, query),
        Verifiers::PerRequest(find) => find(request).ok_or(Rejection::UnknownAccount)?.verify(method, query),
    }?;
    log::received(method, request.path(), query, || {
        request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    });
    Ok(verified)
}

fn answer_instead<F>(request: ServiceRequest, response: HttpResponse) -> ResponseFuture<F> {
    let has_body = !matches!(request.parts().1, Payload::None);
    ResponseFuture::answer(request.into_response(response), has_body)
}
