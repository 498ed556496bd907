//! The layer and its settings.

use std::{fmt, future::Future, marker::PhantomData, sync::Arc};

use bytes::Bytes;
use echostr::{Language, Rejection, Unreadable, Verifier, adapter::Settings};
use http::{Response, request::Parts};
use tower_layer::Layer;

use crate::{CallbackService, SameBodies};

/// Puts a [`CallbackService`] in front of a service: answers the handshake, refuses what is not signed, hands on the rest
/// with a [`Callback`](crate::Callback) in the request's extensions.
///
/// `P` says what becomes of bodies; an app names the layer of its framework, [`EchostrLayer`](crate::EchostrLayer) here or in
/// `echostr-axum`.
#[must_use = "a layer protects only the routes it is given to"]
pub struct CallbackLayer<P = SameBodies> {
    /// Shared, because axum makes the service anew for each request.
    settings: Arc<Settings<Parts, Response<Bytes>>>,
    bodies: PhantomData<fn() -> P>,
}

impl<P> CallbackLayer<P> {
    /// `verifier` decides about every request.
    pub fn new(verifier: Verifier) -> Self {
        Settings::new(verifier).into()
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
        Settings::per_request(find).into()
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
        Settings::look_up(find).into()
    }

    /// Logs the reasons of refusals in `language`, English by default. The caller learns nothing of them in any language.
    pub fn language(self, language: Language) -> Self {
        Arc::unwrap_or_clone(self.settings).language(language).into()
    }

    /// Answers refusals with what `answer` makes of them, instead of the constant 403. The reason is put into the
    /// response's extensions in any case.
    ///
    /// Tell the caller nothing that depends on the reason: it would help a forger.
    pub fn on_reject<T: Into<Bytes>>(
        self,
        answer: impl Fn(&Rejection) -> Response<T> + Send + Sync + 'static,
    ) -> Self {
        let settings = Arc::unwrap_or_clone(self.settings);
        settings.on_reject(move |rejection| answer(rejection).map(Into::into)).into()
    }

    /// How to answer a genuine callback whose body a handler cannot read that asks for a message: see [`Unreadable`].
    pub fn unreadable(self, unreadable: Unreadable) -> Self {
        Arc::unwrap_or_clone(self.settings).unreadable(unreadable).into()
    }
}

/// For adapters of frameworks that stand on tower, which share their settings with the layer.
impl<P> From<Settings<Parts, Response<Bytes>>> for CallbackLayer<P> {
    fn from(settings: Settings<Parts, Response<Bytes>>) -> Self {
        Self { settings: Arc::new(settings), bodies: PhantomData }
    }
}

impl<S, P> Layer<S> for CallbackLayer<P> {
    type Service = CallbackService<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        CallbackService::new(inner, Arc::clone(&self.settings))
    }
}

impl<P> Clone for CallbackLayer<P> {
    fn clone(&self) -> Self {
        Self { settings: Arc::clone(&self.settings), bodies: PhantomData }
    }
}

impl<P> fmt::Debug for CallbackLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EchostrLayer").field("settings", &self.settings).finish()
    }
}
