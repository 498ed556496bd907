use std::sync::Arc;

use bytes::Bytes;
use echostr::{Rejection, Verifier, adapter::Settings};
use http::{Response, request::Parts};
use tower_layer::Layer;

use crate::Echostr;

/// Puts [`Echostr`] in front of a service: answers the handshake, refuses what is not signed, hands on the rest
/// with a [`Callback`](crate::Callback) in the request's extensions.
///
/// See the [crate documentation](crate) for where it belongs.
#[derive(Clone, Debug)]
#[must_use = "a layer protects only the routes it is given to"]
pub struct EchostrLayer {
    /// Shared, because axum makes the service anew for each request.
    settings: Arc<Settings<Parts, Response<Bytes>>>,
}

impl EchostrLayer {
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
}

/// For adapters of frameworks that stand on tower, which share their settings with the layer.
impl From<Settings<Parts, Response<Bytes>>> for EchostrLayer {
    fn from(settings: Settings<Parts, Response<Bytes>>) -> Self {
        Self { settings: Arc::new(settings) }
    }
}

impl<S> Layer<S> for EchostrLayer {
    type Service = Echostr<S>;

    fn layer(&self, inner: S) -> Echostr<S> {
        Echostr { inner, settings: Arc::clone(&self.settings) }
    }
}
