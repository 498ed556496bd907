use std::fmt;

use ::echostr::{Answer, Callback, Rejection, Settings, Verified, Verifier, Verifiers, log};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, request::Parts};

use warp::path::FullPath;

use crate::answer;

/// The settings of [`protect`](crate::protect) and [`callback`](crate::callback), for where a [`Verifier`] alone
/// does not say enough.
#[derive(Clone)]
#[must_use = "settings do nothing until they are given to `protect` or `callback`"]
pub struct Echostr {
    settings: Settings<Parts, Response<Bytes>>,
    /// Off for the second look that `protect` takes, so that a request is logged once.
    logs_received: bool,
}

impl Echostr {
    /// `verifier` decides about every request.
    pub const fn new(verifier: Verifier) -> Self {
        Self { settings: Settings::new(verifier), logs_received: true }
    }

    /// `find` names the verifier of each request, from its path, host or whatever tells the accounts apart; `None`
    /// refuses the request. For many accounts on one server. [`protect`](crate::protect) may ask it more than
    /// once for a request.
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
        Self { settings: Settings::per_request(find), logs_received: true }
    }

    /// Answers refusals with what `answer` makes of them, instead of the constant 403. The reason is put into the
    /// response's extensions in any case.
    ///
    /// Tell the caller nothing that depends on the reason: it would help a forger.
    pub fn on_reject<T: Into<Bytes>>(
        self,
        answer: impl Fn(&Rejection) -> Response<T> + Send + Sync + 'static,
    ) -> Self {
        let settings = self.settings.on_reject(move |rejection| answer(rejection).map(Into::into));
        Self { settings, ..self }
    }

    pub(crate) fn without_received_log(self) -> Self {
        Self { logs_received: false, ..self }
    }

    /// Whether [`decide`](Self::decide) looks at the headers: warp can only hand out a copy of them.
    pub(crate) fn wants_headers(&self) -> bool {
        matches!(self.settings.verifiers, Verifiers::PerRequest(_))
            || (self.logs_received && log::received_is_enabled())
    }

    /// The callback, or the rejection that carries the reply which the request gets instead.
    pub(crate) fn decide(&self, head: &Head) -> Result<Callback, warp::Rejection> {
        match self.verify(head) {
            Ok(Verified::Handshake(echo)) => Err(answer::instead(answer::response(Answer::handshake(echo)))),
            Ok(Verified::Callback(callback)) => Ok(callback),
            Err(rejection) => {
                log::refused(rejection, head.method.as_str(), head.path.as_str());
                let default = |rejection| answer::response(Answer::refusal(rejection));
                let mut response = self.settings.reject(rejection, default);
                response.extensions_mut().insert(rejection);
                if head.method == Method::HEAD {
                    // hyper drops the body of an answer to HEAD by itself in HTTP/1 only.
                    response.body_mut().clear();
                }
                Err(answer::instead(response))
            }
        }
    }

    fn verify<'h>(&self, head: &'h Head) -> Result<Verified<'h>, Rejection> {
        let verified = match &self.settings.verifiers {
            Verifiers::One(verifier) => verifier.verify(head.method.as_str(), &head.query),
            Verifiers::PerRequest(find) => head
                .to_parts()
                .and_then(|parts| find(&parts))
                .ok_or(Rejection::UnknownAccount)?
                .verify(head.method.as_str(), &head.query),
        }?;
        if self.logs_received {
            log::received(head.method.as_str(), head.path.as_str(), &head.query, || {
                head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
            });
        }
        Ok(verified)
    }
}

impl From<Verifier> for Echostr {
    fn from(verifier: Verifier) -> Self {
        Self::new(verifier)
    }
}

impl fmt::Debug for Echostr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

/// What warp's filters extract of a request before its body.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) path: FullPath,
    pub(crate) query: String,
    /// Empty unless [`Echostr::wants_headers`].
    pub(crate) headers: HeaderMap,
}

impl Head {
    fn to_parts(&self) -> Option<Parts> {
        let uri = format!("{}?{}", self.path.as_str(), self.query);
        let mut request = Request::builder().method(self.method.clone()).uri(uri).body(()).ok()?;
        request.headers_mut().clone_from(&self.headers);
        Some(request.into_parts().0)
    }
}
