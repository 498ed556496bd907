use std::rc::Rc;

use actix_web::{
    Error, HttpMessage as _, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse, forward_ready},
    http::ConnectionType,
};
use echostr::{
    Rejection,
    adapter::{Answer, Decision, Settings, Verifiers},
    rejection::WiringFault,
};

use crate::{ResponseFuture, answer, exchange::exchange, log};

/// The service that [`Echostr`](crate::Echostr) makes in each worker.
#[derive(Debug)]
pub struct EchostrMiddleware<S> {
    /// Shared with the exchanges under way in encrypted mode; plain mode does not count it up.
    pub(crate) service: Rc<S>,
    pub(crate) settings: Settings<ServiceRequest, HttpResponse>,
}

impl<S, B> Service<ServiceRequest> for EchostrMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S::Future, B>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (method, query) = (request.method().as_str(), request.query_string());
        let verified = match &self.settings.verifiers {
            Verifiers::One(verifier) => verifier.verify(method, query),
            Verifiers::PerRequest(find) => match find(&request) {
                Some(verifier) => verifier.verify(method, query),
                None => Err(Rejection::Wiring(WiringFault::UnknownAccount)),
            },
        };
        match verified {
            Ok(Decision::Handshake(echo)) => {
                let response = answer::response(Answer::handshake(echo));
                log::received(&request);
                answer_instead(request, response)
            }
            Ok(Decision::Callback(callback)) => {
                log::received(&request);
                request.extensions_mut().insert(callback);
                ResponseFuture::inner(self.service.call(request))
            }
            Ok(Decision::Envelope(envelope)) => {
                let (service, settings) = (Rc::clone(&self.service), self.settings.clone());
                let refuse = move |rejection, request: &ServiceRequest| refuse(&settings, rejection, request);
                ResponseFuture::encrypted(Box::pin(exchange(service, request, envelope, refuse)))
            }
            // Never `Err`: an error would skip the middleware outside this one.
            Err(rejection) => {
                let response = refuse(&self.settings, rejection, &request);
                answer_instead(request, response)
            }
        }
    }
}

fn refuse(
    settings: &Settings<ServiceRequest, HttpResponse>,
    rejection: Rejection,
    request: &ServiceRequest,
) -> HttpResponse {
    let mut response =
        settings.reject(rejection, request.method().as_str(), request.path(), answer::response);
    response.extensions_mut().insert(rejection);
    if rejection.closes_connection() {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

fn answer_instead<F, B>(request: ServiceRequest, response: HttpResponse) -> ResponseFuture<F, B> {
    let has_body = !matches!(request.parts().1, Payload::None);
    ResponseFuture::answer(request.into_response(response), has_body)
}
