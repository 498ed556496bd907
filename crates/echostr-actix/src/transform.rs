//! The middleware's settings, and how actix-web makes one for each worker.

use std::{
    future::{Future, Ready, ready},
    rc::Rc,
};

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};
use echostr::{Language, Rejection, Unreadable, Verifier, adapter::Settings};
use echostr_ledger::{Deliveries, delivery_setters};

use crate::{EchostrMiddleware, config::Config, handled_reply::HandledReply};

/// The middleware for `App`, `Scope` and `Resource`: answers the handshake, refuses what is not signed, hands on
/// the rest with a [`Callback`](crate::Callback) for `web::ReqData`.
///
/// Make it outside the closure of `HttpServer::new` and clone it inside: the clones share the secrets.
///
/// See the [crate documentation](crate) for where it belongs.
#[derive(Clone, Debug)]
#[must_use = "a middleware protects only what it is wrapped around"]
pub struct Echostr {
    config: Config,
}

impl Echostr {
    /// `verifier` decides about every request.
    pub fn new(verifier: Verifier) -> Self {
        Self::with(Settings::new(verifier))
    }

    /// `find` names the verifier of each request, from its path, host or whatever tells the accounts apart; `None`
    /// refuses the request. For many accounts on one server.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use echostr_actix::{Echostr, Verifier};
    ///
    /// let accounts = HashMap::from([
    ///     ("shop", Verifier::new("a-token-of-the-shop")?),
    ///     ("news", Verifier::new("a-token-of-the-news")?),
    /// ]);
    /// // For web::resource("/wx/{account}")
    /// let wechat =
    ///     Echostr::per_request(move |request| accounts.get(request.match_info().get("account")?).cloned());
    /// # Ok::<(), echostr_actix::ConfigError>(())
    /// ```
    pub fn per_request(find: impl Fn(&ServiceRequest) -> Option<Verifier> + Send + Sync + 'static) -> Self {
        Self::with(Settings::per_request(find))
    }

    /// The same where the verifier has to be waited for, as an account in a database has.
    ///
    /// `find` sees the head of every request, of forged ones too, before anything of it is checked: let it remember what it has
    /// found, and what it has not.
    ///
    /// ```
    /// use echostr_actix::{Echostr, Verifier};
    ///
    /// # #[derive(Clone)]
    /// # struct Accounts;
    /// # impl Accounts { async fn token(&self, path: &str) -> Option<String> { None } }
    /// fn middleware(accounts: Accounts) -> Echostr {
    ///     Echostr::look_up(move |request| {
    ///         let (accounts, path) = (accounts.clone(), request.path().to_owned());
    ///         async move { Some(Verifier::new(accounts.token(&path).await?).ok()?.named(path)) }
    ///     })
    /// }
    /// ```
    pub fn look_up<F>(find: impl Fn(&ServiceRequest) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<Verifier>> + Send + 'static,
    {
        Self::with(Settings::look_up(find))
    }

    /// Logs the reasons of refusals in `language`, English by default. The caller learns nothing of them in any language.
    pub fn language(self, language: Language) -> Self {
        self.with_settings(|settings| settings.language(language))
    }

    /// Answers refusals with what `answer` makes of them, instead of the constant 403. The reason is put into the
    /// response's extensions in any case.
    ///
    /// Tell the caller nothing that depends on the reason: it would help a forger.
    pub fn on_reject(self, answer: impl Fn(&Rejection) -> HttpResponse + Send + Sync + 'static) -> Self {
        self.with_settings(|settings| settings.on_reject(answer))
    }

    /// How to answer a genuine callback whose body a handler cannot read that asks for a message: see [`Unreadable`].
    pub fn unreadable(self, unreadable: Unreadable) -> Self {
        self.with_settings(|settings| settings.unreadable(unreadable))
    }

    delivery_setters!();

    fn with(settings: Settings<ServiceRequest, HttpResponse>) -> Self {
        Self { config: Config { settings, deliveries: Deliveries::default() } }
    }

    fn with_settings(
        mut self,
        change: impl FnOnce(Settings<ServiceRequest, HttpResponse>) -> Settings<ServiceRequest, HttpResponse>,
    ) -> Self {
        self.config.settings = change(self.config.settings);
        self
    }

    fn with_deliveries(
        mut self,
        change: impl FnOnce(Deliveries<HandledReply>) -> Deliveries<HandledReply>,
    ) -> Self {
        self.config.deliveries = change(self.config.deliveries);
        self
    }

    const fn deliveries(&self) -> &Deliveries<HandledReply> {
        &self.config.deliveries
    }
}

impl<S, B> Transform<S, ServiceRequest> for Echostr
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = EchostrMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EchostrMiddleware { service: Rc::new(service), config: self.config.clone() }))
    }
}
