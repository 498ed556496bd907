use std::{fmt, sync::Arc};

use crate::{Rejection, Verifier};

type PerRequest<Head> = dyn Fn(&Head) -> Option<Verifier> + Send + Sync;
type OnReject<Answer> = dyn Fn(&Rejection) -> Answer + Send + Sync;

/// What every adapter can be set to: which verifier decides, and how a refusal is answered.
///
/// For writers of adapters: `Head` is what the framework shows of a request before its body, `Answer` its
/// response. Cheap to clone.
pub struct Settings<Head, Answer> {
    /// Which verifier decides.
    pub verifiers: Verifiers<Head>,
    on_reject: Option<Arc<OnReject<Answer>>>,
}

/// Which [`Verifier`] decides about a request.
pub enum Verifiers<Head> {
    /// The same one for all.
    One(Verifier),
    /// The one that the function finds; `None` refuses the request as [`Rejection::UnknownAccount`].
    PerRequest(Arc<PerRequest<Head>>),
}

impl<Head, Answer> Settings<Head, Answer> {
    /// `verifier` decides about every request.
    #[must_use]
    pub const fn new(verifier: Verifier) -> Self {
        Self { verifiers: Verifiers::One(verifier), on_reject: None }
    }

    /// `find` names the verifier of each request.
    #[must_use]
    pub fn per_request(find: impl Fn(&Head) -> Option<Verifier> + Send + Sync + 'static) -> Self {
        Self { verifiers: Verifiers::PerRequest(Arc::new(find)), on_reject: None }
    }

    /// Answers refusals with what `answer` makes of them.
    #[must_use]
    pub fn on_reject(mut self, answer: impl Fn(&Rejection) -> Answer + Send + Sync + 'static) -> Self {
        self.on_reject = Some(Arc::new(answer));
        self
    }

    /// The user's answer to a refusal, or the `default` one.
    pub fn reject(&self, rejection: Rejection, default: impl FnOnce(Rejection) -> Answer) -> Answer {
        match &self.on_reject {
            Some(answer) => answer(&rejection),
            None => default(rejection),
        }
    }
}

impl<Head, Answer> Clone for Settings<Head, Answer> {
    fn clone(&self) -> Self {
        Self { verifiers: self.verifiers.clone(), on_reject: self.on_reject.clone() }
    }
}

impl<Head> Clone for Verifiers<Head> {
    fn clone(&self) -> Self {
        match self {
            Self::One(verifier) => Self::One(verifier.clone()),
            Self::PerRequest(find) => Self::PerRequest(Arc::clone(find)),
        }
    }
}

impl<Head, Answer> fmt::Debug for Settings<Head, Answer> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("verifiers", &self.verifiers)
            .field("on_reject", &self.on_reject.as_ref().map(|_| "Fn"))
            .finish()
    }
}

impl<Head> fmt::Debug for Verifiers<Head> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(verifier) => f.debug_tuple("One").field(verifier).finish(),
            Self::PerRequest(_) => f.debug_tuple("PerRequest").field(&"Fn").finish(),
        }
    }
}
