//! Why the core refuses, in both languages.

use echostr::{Language, Rejection, adapter::Answer};

use crate::words::lang::Lang;

/// A reason of the core's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal(Rejection);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl Refusal {
    /// The HTTP status of the refusal.
    pub(crate) const fn status(self) -> u16 {
        self.0.status()
    }

    /// The body of the refusal.
    pub(crate) fn body(self) -> String {
        Answer::refusal(self.0).into_body().into_owned()
    }

    /// The code under which the platform's documents know it.
    pub(crate) const fn code(self) -> Option<i32> {
        self.0.official_code()
    }

    pub(crate) fn sentence(self, lang: Lang) -> String {
        let language = match lang {
            Lang::En => Language::English,
            Lang::Zh => Language::Chinese,
        };
        self.0.in_language(language).to_string()
    }
}
