//! Why a handler that asks for a message does not run, and what is answered in its place.

use std::{error, fmt};

use echostr::{Callback, Rejection, Unreadable, adapter::Answer};

use crate::{document::Family, parse_error::ParseError};

/// A request that has not become what its handler asks for. The handler does not run; [`answer`](Self::answer) is the answer.
///
/// In the log it stands already: a warning with the reason, or an error if the server is wired wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the request is still to be answered"]
pub struct Unread {
    reason: Reason,
    unreadable: Unreadable,
}

/// Why a request has not become what its handler asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no [`Callback`] in the request: the route stands outside the middleware, and nobody has checked anything.
    Unprotected,
    /// The body is too long, or did not arrive.
    Refused(Rejection),
    /// The body is no document.
    NoDocument(ParseError),
    /// The body is a document of another family.
    OtherFamily {
        /// What the handler asks for; None if for any.
        asked: Option<Family>,
        /// What came.
        came: Family,
    },
}

impl Unread {
    pub(super) fn new(reason: Reason, callback: Option<&Callback>) -> Self {
        let account = callback.and_then(Callback::account);
        match reason {
            Reason::Unprotected => tracing::error!("{reason}"),
            _ => tracing::warn!(account, %reason, "unread"),
        }
        Self { reason, unreadable: callback.map_or_else(Unreadable::default, Callback::unreadable) }
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The answer: 500 if nothing has checked the request, 413 for a body that is too long, else 200 and `success`, since a
    /// platform sends everything else again, unless [`Unreadable`] says otherwise.
    pub const fn answer(&self) -> Answer {
        match self.reason {
            Reason::Unprotected => Answer::unprotected(),
            Reason::Refused(rejection) => Answer::refusal(rejection),
            Reason::NoDocument(_) | Reason::OtherFamily { .. } => Answer::unreadable(self.unreadable),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprotected => f.write_str(
                "a handler asks for a message on a route that echostr does not stand before, so it does not run: put the \
                 middleware around the route",
            ),
            Self::Refused(rejection) => rejection.fmt(f),
            Self::NoDocument(error) => error.fmt(f),
            Self::OtherFamily { asked, came } => {
                let (asked, came) = (asked.map_or("document", Family::name), came.name());
                write!(f, "the handler asks for a {asked}, and a {came} came: ask for Incoming to get both")
            }
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl error::Error for Unread {}
