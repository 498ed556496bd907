//! Which verifier decides, and how a refusal is answered.

use std::{fmt, pin::Pin, sync::Arc};

use crate::{
    Language, Rejection, Unreadable, Verifier, answer::Answer, decision::Decision, log,
    rejection::WiringFault,
};

type PerRequest<Head> = dyn Fn(&Head) -> Option<Verifier> + Send + Sync;
type LookUp<Head> = dyn Fn(&Head) -> Pin<Box<dyn Future<Output = Option<Verifier>> + Send>> + Send + Sync;
type OnReject<Response> = dyn Fn(&Rejection) -> Response + Send + Sync;

/// What every adapter can be set to: which verifier decides, and how a refusal is answered.
///
/// For writers of adapters: `Head` is what the framework shows of a request before its body, `Response` its
/// response. Cheap to clone.
pub struct Settings<Head, Response> {
    /// Which verifier decides.
    pub verifiers: Verifiers<Head>,
    on_reject: Option<Arc<OnReject<Response>>>,
    unreadable: Unreadable,
    language: Language,
}

/// Which [`Verifier`] decides about a request.
#[expect(
    clippy::exhaustive_enums,
    reason = "an adapter looks at each, and must not compile if it forgets one"
)]
pub enum Verifiers<Head> {
    /// The same one for all.
    One(Verifier),
    /// The one that the function finds; `None` refuses the request as [`WiringFault::UnknownAccount`](crate::rejection::WiringFault::UnknownAccount).
    PerRequest(Arc<PerRequest<Head>>),
    /// The same, where it has to be waited for.
    LookedUp(Arc<LookUp<Head>>),
}

impl<Head, Response> Settings<Head, Response> {
    /// `verifier` decides about every request.
    #[must_use]
    pub const fn new(verifier: Verifier) -> Self {
        Self::with(Verifiers::One(verifier))
    }

    /// `find` names the verifier of each request.
    #[must_use]
    pub fn per_request(find: impl Fn(&Head) -> Option<Verifier> + Send + Sync + 'static) -> Self {
        Self::with(Verifiers::PerRequest(Arc::new(find)))
    }

    /// `find` looks the verifier of each request up.
    #[must_use]
    pub fn look_up<F>(find: impl Fn(&Head) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<Verifier>> + Send + 'static,
    {
        let find = move |head: &Head| Box::pin(find(head)) as Pin<Box<dyn Future<Output = _> + Send>>;
        Self::with(Verifiers::LookedUp(Arc::new(find)))
    }

    const fn with(verifiers: Verifiers<Head>) -> Self {
        Self { verifiers, on_reject: None, unreadable: Unreadable::Success, language: Language::English }
    }

    /// Logs the reasons of refusals in `language`.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Answers refusals with what `answer` makes of them.
    #[must_use]
    pub fn on_reject(mut self, answer: impl Fn(&Rejection) -> Response + Send + Sync + 'static) -> Self {
        self.on_reject = Some(Arc::new(answer));
        self
    }

    /// Answers like this what the handler cannot read.
    #[must_use]
    pub fn unreadable(mut self, unreadable: Unreadable) -> Self {
        self.unreadable = unreadable;
        self
    }

    /// What `verifier` decides, which is the one that these settings name; `None` is refused. The callback knows the settings that
    /// are meant for whoever reads its body.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    #[inline]
    pub fn decide<'q>(
        &self,
        verifier: Option<&Verifier>,
        method: &str,
        query: &'q str,
    ) -> Result<Decision<'q>, Rejection> {
        let mut decision = match verifier {
            Some(verifier) => verifier.verify(method, query),
            None => Err(Rejection::Wiring(WiringFault::UnknownAccount)),
        };
        match &mut decision {
            Ok(Decision::Callback(callback)) => callback.unreadable = self.unreadable,
            Ok(Decision::Envelope(envelope)) => envelope.unreadable = self.unreadable,
            Ok(Decision::Handshake(_)) | Err(_) => {}
        }
        decision
    }

    /// Logs a refusal, and makes the user's answer to it or the `default` one. The adapter puts the reason into the
    /// answer's extensions.
    pub fn reject(
        &self,
        rejection: Rejection,
        method: &str,
        path: &str,
        default: impl FnOnce(Answer) -> Response,
    ) -> Response {
        log::refused(rejection, self.language, method, path);
        match &self.on_reject {
            Some(answer) => answer(&rejection),
            None => default(Answer::refusal(rejection)),
        }
    }
}

impl<Head, Response> Clone for Settings<Head, Response> {
    fn clone(&self) -> Self {
        Self {
            verifiers: self.verifiers.clone(),
            on_reject: self.on_reject.clone(),
            unreadable: self.unreadable,
            language: self.language,
        }
    }
}

impl<Head> Clone for Verifiers<Head> {
    fn clone(&self) -> Self {
        match self {
            Self::One(verifier) => Self::One(verifier.clone()),
            Self::PerRequest(find) => Self::PerRequest(Arc::clone(find)),
            Self::LookedUp(find) => Self::LookedUp(Arc::clone(find)),
        }
    }
}

impl<Head, Response> fmt::Debug for Settings<Head, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("verifiers", &self.verifiers)
            .field("on_reject", &self.on_reject.as_ref().map(|_| "Fn"))
            .field("unreadable", &self.unreadable)
            .field("language", &self.language)
            .finish()
    }
}

impl<Head> fmt::Debug for Verifiers<Head> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(verifier) => f.debug_tuple("One").field(verifier).finish(),
            Self::PerRequest(_) => f.debug_tuple("PerRequest").field(&"Fn").finish(),
            Self::LookedUp(_) => f.debug_tuple("LookedUp").field(&"Fn").finish(),
        }
    }
}
