//! The middleware: one match on what the core decides.

use std::rc::Rc;

use actix_web::{
    Error, HttpMessage as _, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse, forward_ready},
    http::ConnectionType,
};
use echostr::{
    Rejection, Verifier,
    adapter::{Answer, Decision, Intake, Settings, Verifiers},
};
use echostr_ledger::Active;

use crate::{
    ResponseFuture, answer, config::Config, delivery::deliver, exchange::exchange,
    handled_reply::HandledReply, log, unread,
};

/// The service that [`Echostr`](crate::Echostr) makes in each worker.
#[derive(Debug)]
pub struct EchostrMiddleware<S> {
    /// Shared with what is under way behind a body that is read; what reads none does not count it up.
    pub(crate) service: Rc<S>,
    pub(crate) config: Config,
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
        let active = self.config.deliveries.active();
        match &self.config.settings.verifiers {
            Verifiers::One(verifier) => decide(&self.service, &self.config, Some(verifier), active, request),
            Verifiers::PerRequest(find) => {
                decide(&self.service, &self.config, find(&request).as_ref(), active, request)
            }
            Verifiers::LookedUp(find) => {
                let (service, config) = (Rc::clone(&self.service), self.config.clone());
                let verifier = find(&request);
                ResponseFuture::boxed(Box::pin(async move {
                    let verifier = verifier.await;
                    decide(&service, &config, verifier.as_ref(), active, request).await
                }))
            }
        }
    }
}

fn decide<S, B>(
    service: &Rc<S>,
    config: &Config,
    verifier: Option<&Verifier>,
    active: Option<Active<HandledReply>>,
    request: ServiceRequest,
) -> ResponseFuture<S::Future, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    match config.settings.decide(verifier, request.method().as_str(), request.query_string()) {
        Ok(Decision::Handshake(echo)) => {
            let response = answer::response(Answer::handshake(echo));
            log::received(&request);
            answer_instead(request, response)
        }
        Ok(Decision::Callback(callback)) if active.is_none() => {
            log::received(&request);
            request.extensions_mut().insert(callback);
            ResponseFuture::inner(service.call(request))
        }
        Ok(Decision::Callback(callback)) => with_body(service, config, callback.into(), active, request),
        Ok(Decision::Envelope(envelope)) => with_body(service, config, envelope.into(), active, request),
        // Never `Err`: an error would skip the middleware outside this one.
        Err(rejection) => {
            let response = refuse(&config.settings, rejection, &request);
            answer_instead(request, response)
        }
    }
}

/// For what has to be read before the inner service is called.
fn with_body<S, B>(
    service: &Rc<S>,
    config: &Config,
    intake: Intake,
    active: Option<Active<HandledReply>>,
    request: ServiceRequest,
) -> ResponseFuture<S::Future, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let (service, settings) = (Rc::clone(service), config.settings.clone());
    let refuse = move |rejection, request: &ServiceRequest| refuse(&settings, rejection, request);
    match active {
        Some(active) => ResponseFuture::boxed(Box::pin(deliver(service, request, intake, active, refuse))),
        None => ResponseFuture::boxed(Box::pin(exchange(service, request, intake, refuse))),
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

fn answer_instead<F, B>(mut request: ServiceRequest, response: HttpResponse) -> ResponseFuture<F, B> {
    let payload = request.take_payload();
    let has_body = !matches!(payload, Payload::None);
    let response = unread::answer(response, payload);
    ResponseFuture::answer(request.into_response(response), has_body)
}
