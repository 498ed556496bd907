//! What the filters are set to, and what they decide about a head.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use echostr::{
    Callback, Language, Rejection, Unreadable, Verifier,
    adapter::{Answer, Decision, Verifiers, log},
    rejection::{QueryFault, WiringFault},
};
use echostr_tower::{
    EchostrLayer, HandledReply,
    echostr_ledger::{Deliveries, delivery_setters},
};
use http::{HeaderMap, Method, Request, Response, Uri, request::Parts};
use warp::path::FullPath;

use crate::answer;

/// The settings of [`protect`](crate::protect) and [`callback`](crate::callback), for where a [`Verifier`] alone
/// does not say enough.
#[derive(Clone)]
#[must_use = "settings do nothing until they are given to `protect` or `callback`"]
pub struct Echostr {
    /// Which has the same settings, and does the work where the body is read. Quickly cloned, as warp clones a filter for each request.
    layer: EchostrLayer,
    /// Off for the second look that `protect` takes, so that a request is logged once.
    logs_received: bool,
}

impl Echostr {
    /// `verifier` decides about every request.
    pub fn new(verifier: Verifier) -> Self {
        Self::with(EchostrLayer::new(verifier))
    }

    /// `find` names the verifier of each request, from its path, host or whatever tells the accounts apart; `None`
    /// refuses the request. For many accounts on one server. [`protect`](crate::protect) may ask it more than
    /// once for a request. It sees method, path, query and headers, among them always `host`; warp shows no more.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use echostr_warp::{Echostr, Verifier};
    ///
    /// let accounts = HashMap::from([
    ///     ("/wx/shop", Verifier::new("a-token-of-the-shop")?),
    ///     ("/wx/news", Verifier::new("a-token-of-the-news")?),
    /// ]);
    /// let wechat = Echostr::per_request(move |parts| accounts.get(parts.uri.path()).cloned());
    /// # Ok::<(), echostr_warp::ConfigError>(())
    /// ```
    pub fn per_request(find: impl Fn(&Parts) -> Option<Verifier> + Send + Sync + 'static) -> Self {
        Self::with(EchostrLayer::per_request(find))
    }

    /// The same where the verifier has to be waited for, as an account in a database has.
    ///
    /// `find` sees the head of every request with a query, of forged ones too, before anything of it is checked: let it remember
    /// what it has found, and what it has not. [`protect`](crate::protect) asks it once for a request.
    ///
    /// ```
    /// use echostr_warp::{Echostr, Verifier};
    ///
    /// # #[derive(Clone)]
    /// # struct Accounts;
    /// # impl Accounts { async fn token(&self, path: &str) -> Option<String> { None } }
    /// fn settings(accounts: Accounts) -> Echostr {
    ///     Echostr::look_up(move |parts| {
    ///         let (accounts, path) = (accounts.clone(), parts.uri.path().to_owned());
    ///         async move { Some(Verifier::new(accounts.token(&path).await?).ok()?.named(path)) }
    ///     })
    /// }
    /// ```
    pub fn look_up<F>(find: impl Fn(&Parts) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<Verifier>> + Send + 'static,
    {
        Self::with(EchostrLayer::look_up(find))
    }

    /// Logs the reasons of refusals in `language`, English by default. The caller learns nothing of them in any language.
    pub fn language(self, language: Language) -> Self {
        Self { layer: self.layer.language(language), ..self }
    }

    /// Answers refusals with what `answer` makes of them, instead of the constant 403. The reason is put into the
    /// response's extensions in any case.
    ///
    /// Tell the caller nothing that depends on the reason: it would help a forger.
    pub fn on_reject<T: Into<Bytes>>(
        self,
        answer: impl Fn(&Rejection) -> Response<T> + Send + Sync + 'static,
    ) -> Self {
        Self { layer: self.layer.on_reject(answer), ..self }
    }

    /// How to answer a genuine callback whose body a handler cannot read that asks for a message: see [`Unreadable`].
    pub fn unreadable(self, unreadable: Unreadable) -> Self {
        Self { layer: self.layer.unreadable(unreadable), ..self }
    }

    delivery_setters!();

    const fn with(layer: EchostrLayer) -> Self {
        Self { layer, logs_received: true }
    }

    fn with_deliveries(
        self,
        change: impl FnOnce(Deliveries<HandledReply>) -> Deliveries<HandledReply>,
    ) -> Self {
        Self { layer: self.layer.with_deliveries(change), ..self }
    }

    fn deliveries(&self) -> &Deliveries<HandledReply> {
        self.layer.deliveries()
    }

    pub(crate) fn without_received_log(self) -> Self {
        Self { logs_received: false, ..self }
    }

    pub(crate) fn to_layer(&self) -> EchostrLayer {
        self.layer.clone()
    }

    /// Whether anybody is going to look at the headers: warp can only hand out a copy of them.
    pub(crate) fn wants_headers(&self) -> bool {
        matches!(self.layer.settings().verifiers, Verifiers::PerRequest(_) | Verifiers::LookedUp(_))
            || (self.logs_received && log::received_is_enabled())
    }

    /// The callback of a request that is genuine, in plain mode, and of which nobody wants to see the headers; logs it. `None`
    /// says nothing of the request but that there is more to do.
    pub(crate) fn quick(&self, method: &Method, path: &str, query: &str) -> Option<Callback> {
        match &self.layer.settings().verifiers {
            Verifiers::One(verifier) if !self.wants_headers() && !self.deliveries().is_on() => {
                match self.layer.settings().decide(Some(verifier), method.as_str(), query) {
                    Ok(Decision::Callback(callback)) => {
                        self.log_received(method, path, query, &HeaderMap::new());
                        Some(callback)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the layer has to see this request: because its body is to be replaced, because a ledger runs the route, or because its
    /// verifier has to be looked up, which is done once.
    pub(crate) fn is_for_the_layer(&self, head: &Head) -> bool {
        // Without a query there is nothing for the layer to open, or to tell accounts apart by.
        head.target.is_some()
            && match &self.layer.settings().verifiers {
                _ if self.deliveries().is_on() => true,
                Verifiers::One(verifier) => verifier.is_encrypted(),
                Verifiers::PerRequest(find) => {
                    find(&head.to_parts()).is_some_and(|verifier| verifier.is_encrypted())
                }
                Verifiers::LookedUp(_) => true,
            }
    }

    /// The verifier of this request.
    pub(crate) async fn verifier(&self, head: &Head) -> Option<Cow<'_, Verifier>> {
        match &self.layer.settings().verifiers {
            Verifiers::One(verifier) => Some(Cow::Borrowed(verifier)),
            Verifiers::PerRequest(_) | Verifiers::LookedUp(_) if head.target.is_none() => None,
            Verifiers::PerRequest(find) => find(&head.to_parts()).map(Cow::Owned),
            Verifiers::LookedUp(find) => find(&head.to_parts()).await.map(Cow::Owned),
        }
    }

    /// The callback, or the rejection that carries the reply which the request gets instead.
    pub(crate) fn decide(
        &self,
        verifier: Option<&Verifier>,
        head: &Head,
    ) -> Result<Callback, warp::Rejection> {
        let (method, path) = (head.method.as_str(), head.path());
        let decision = if head.target.is_none() && verifier.is_none() {
            Err(Rejection::Query(QueryFault::NoParameters))
        } else {
            self.layer.settings().decide(verifier, method, head.query())
        };
        let rejection = match decision {
            Ok(Decision::Handshake(echo)) => {
                self.log_received(&head.method, path, head.query(), &head.headers);
                return Err(answer::instead(echostr_tower::response(Answer::handshake(echo))));
            }
            Ok(Decision::Callback(_)) if self.deliveries().is_on() => {
                Rejection::Wiring(WiringFault::HandlerNotDetachable)
            }
            Ok(Decision::Callback(callback)) => {
                self.log_received(&head.method, path, head.query(), &head.headers);
                return Ok(callback);
            }
            Ok(Decision::Envelope(_)) => Rejection::Wiring(WiringFault::BodyNotReplaceable),
            Err(rejection) => rejection,
        };
        let mut response = self.layer.settings().reject(rejection, method, path, echostr_tower::response);
        response.extensions_mut().insert(rejection);
        if head.method == Method::HEAD {
            // hyper drops the body of an answer to HEAD by itself in HTTP/1 only.
            response.body_mut().clear();
        }
        Err(answer::instead(response))
    }

    fn log_received(&self, method: &Method, path: &str, query: &str, headers: &HeaderMap) {
        if self.logs_received {
            log::received(method.as_str(), path, query, || {
                headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
            });
        }
    }
}

impl From<Verifier> for Echostr {
    fn from(verifier: Verifier) -> Self {
        Self::new(verifier)
    }
}

impl fmt::Debug for Echostr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Echostr")
            .field("settings", self.layer.settings())
            .field("deliveries", self.deliveries())
            .finish()
    }
}

/// What warp's filters extract of a request before its body.
pub(crate) struct Head {
    pub(crate) method: Method,
    /// None where there is no query: see [`filters`](crate::filters).
    pub(crate) target: Option<(FullPath, String)>,
    /// May be empty unless [`Echostr::wants_headers`].
    pub(crate) headers: HeaderMap,
}

impl Head {
    pub(crate) fn path(&self) -> &str {
        self.target.as_ref().map_or("", |(path, _)| path.as_str())
    }

    pub(crate) fn query(&self) -> &str {
        self.target.as_ref().map_or("", |(_, query)| query)
    }

    pub(crate) fn to_parts(&self) -> Parts {
        let mut request = Request::new(());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri(self.path());
        request.headers_mut().clone_from(&self.headers);
        request.into_parts().0
    }

    /// The URI of this query below another path. Both have been part of a URI, so they make one again.
    pub(crate) fn uri(&self, path: &str) -> Uri {
        format!("{path}?{}", self.query()).try_into().unwrap_or_default()
    }
}
