//! The layer and its settings.

use std::{fmt, future::Future, marker::PhantomData, sync::Arc};

use bytes::Bytes;
use echostr::{Language, Rejection, Unreadable, Verifier, adapter::Settings};
use echostr_ledger::{Deliveries, delivery_setters};
use http::{Response, request::Parts};
use tower_layer::Layer;

use crate::{CallbackService, HandledReply, SameBodies, config::Config};

/// Puts a [`CallbackService`] in front of a service: answers the handshake, refuses what is not signed, hands on the rest
/// with a [`Callback`](crate::Callback) in the request's extensions.
///
/// `P` says what becomes of bodies; an app names the layer of its framework, [`EchostrLayer`](crate::EchostrLayer) here or in
/// `echostr-axum`.
#[must_use = "a layer protects only the routes it is given to"]
pub struct CallbackLayer<P = SameBodies> {
    /// Shared, because axum makes the service anew for each request.
    config: Arc<Config>,
    bodies: PhantomData<fn() -> P>,
}

impl<P> CallbackLayer<P> {
    /// `verifier` decides about every request.
    pub fn new(verifier: Verifier) -> Self {
        Self::with(Settings::new(verifier))
    }

    /// `find` names the verifier of each request, from its path, host or whatever tells the accounts apart; `None`
    /// refuses the request. For many accounts on one server.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use echostr_tower::{EchostrLayer, Verifier};
    ///
    /// let accounts = HashMap::from([
    ///     ("/wx/shop", Verifier::new("a-token-of-the-shop")?),
    ///     ("/wx/news", Verifier::new("a-token-of-the-news")?),
    /// ]);
    /// let wechat = EchostrLayer::per_request(move |parts| accounts.get(parts.uri.path()).cloned());
    /// # Ok::<(), echostr_tower::ConfigError>(())
    /// ```
    pub fn per_request(find: impl Fn(&Parts) -> Option<Verifier> + Send + Sync + 'static) -> Self {
        Self::with(Settings::per_request(find))
    }

    /// The same where the verifier has to be waited for, as an account in a database has.
    ///
    /// `find` sees the head of every request, of forged ones too, before anything of it is checked: let it remember what it has
    /// found, and what it has not.
    ///
    /// ```
    /// use echostr_tower::{EchostrLayer, Verifier};
    ///
    /// # #[derive(Clone)]
    /// # struct Accounts;
    /// # impl Accounts { async fn token(&self, path: &str) -> Option<String> { None } }
    /// fn layer(accounts: Accounts) -> EchostrLayer {
    ///     EchostrLayer::look_up(move |parts| {
    ///         let (accounts, path) = (accounts.clone(), parts.uri.path().to_owned());
    ///         async move { Some(Verifier::new(accounts.token(&path).await?).ok()?.named(path)) }
    ///     })
    /// }
    /// ```
    pub fn look_up<F>(find: impl Fn(&Parts) -> F + Send + Sync + 'static) -> Self
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
    pub fn on_reject<T: Into<Bytes>>(
        self,
        answer: impl Fn(&Rejection) -> Response<T> + Send + Sync + 'static,
    ) -> Self {
        self.with_settings(|settings| settings.on_reject(move |rejection| answer(rejection).map(Into::into)))
    }

    /// How to answer a genuine callback whose body a handler cannot read that asks for a message: see [`Unreadable`].
    pub fn unreadable(self, unreadable: Unreadable) -> Self {
        self.with_settings(|settings| settings.unreadable(unreadable))
    }

    delivery_setters!();

    /// For adapters of frameworks that stand on tower, which have the layer's settings.
    #[must_use]
    pub fn settings(&self) -> &Settings<Parts, Response<Bytes>> {
        &self.config.settings
    }

    /// For the same: whether and how each delivery is handled once.
    #[must_use]
    pub fn deliveries(&self) -> &Deliveries<HandledReply> {
        &self.config.deliveries
    }

    /// For the same.
    pub fn with_deliveries(
        self,
        change: impl FnOnce(Deliveries<HandledReply>) -> Deliveries<HandledReply>,
    ) -> Self {
        self.change(|config| Config { deliveries: change(config.deliveries), ..config })
    }

    fn with(settings: Settings<Parts, Response<Bytes>>) -> Self {
        Self { config: Arc::new(Config { settings, deliveries: Deliveries::default() }), bodies: PhantomData }
    }

    fn with_settings(
        self,
        change: impl FnOnce(Settings<Parts, Response<Bytes>>) -> Settings<Parts, Response<Bytes>>,
    ) -> Self {
        self.change(|config| Config { settings: change(config.settings), ..config })
    }

    fn change(self, change: impl FnOnce(Config) -> Config) -> Self {
        Self { config: Arc::new(change(Arc::unwrap_or_clone(self.config))), bodies: PhantomData }
    }
}

impl<S, P> Layer<S> for CallbackLayer<P> {
    type Service = CallbackService<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        CallbackService::new(inner, Arc::clone(&self.config))
    }
}

impl<P> Clone for CallbackLayer<P> {
    fn clone(&self) -> Self {
        Self { config: Arc::clone(&self.config), bodies: PhantomData }
    }
}

impl<P> fmt::Debug for CallbackLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EchostrLayer")
            .field("settings", &self.config.settings)
            .field("deliveries", &self.config.deliveries)
            .finish()
    }
}
