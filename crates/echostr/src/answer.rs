//! What the middleware answers itself.

use std::borrow::Cow;

use crate::{Rejection, Unreadable, rejection::BodyFault};

/// An answer that is given without the handler: the echoed handshake or a refusal.
///
/// An adapter turns it into its framework's response: [`status`](Self::status), [`HEADERS`](Self::HEADERS),
/// [`into_body`](Self::into_body), with `Content-Length`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    status: u16,
    body: Cow<'static, str>,
}

impl Answer {
    /// The headers of every answer, names in lower case.
    ///
    /// `text/plain` and `nosniff` keep a browser from reading an echoed text as a page (the class of
    /// CVE-2021-43678), `no-store` keeps caches from answering in the server's place.
    pub const HEADERS: [(&str, &str); 3] = [
        ("content-type", "text/plain; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ];

    /// The answer to a handshake: 200 and exactly `echo`, nothing around it.
    pub fn handshake(echo: Cow<'_, str>) -> Self {
        Self { status: 200, body: Cow::Owned(echo.into_owned()) }
    }

    /// The answer to a refused request: the same for every reason, so that a forger learns nothing from it. Only a body
    /// that is too long or too slow is told apart.
    pub const fn refusal(rejection: Rejection) -> Self {
        let body = match rejection {
            Rejection::Body(BodyFault::TooLarge) => "too large",
            Rejection::Body(BodyFault::Timeout) => "timeout",
            _ => "forbidden",
        };
        Self { status: rejection.status(), body: Cow::Borrowed(body) }
    }

    /// The answer where the handler's reply could not be sealed: 500, and the platform sends the message again.
    pub const fn unsealed() -> Self {
        Self { status: 500, body: Cow::Borrowed("internal error") }
    }

    /// “Received, nothing to show”: the platform sends the message no more, and the user sees nothing of it.
    ///
    /// Source: <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>.
    pub const fn success() -> Self {
        Self { status: 200, body: Cow::Borrowed("success") }
    }

    /// Whether the body of a reply shows the user nothing: it is empty, or [`success`](Self::success). Such a one is not encrypted.
    #[must_use]
    pub fn says_nothing(body: &[u8]) -> bool {
        matches!(body.trim_ascii(), b"" | b"success")
    }

    /// The answer where this server can say nothing yet: 503, and the platform sends the message again.
    pub const fn unavailable() -> Self {
        Self { status: 503, body: Cow::Borrowed("unavailable") }
    }

    /// The answer where the handler asks for what no check has put into the request: 500, since the server is wired wrongly.
    pub const fn unprotected() -> Self {
        Self { status: 500, body: Cow::Borrowed("internal error") }
    }

    /// The answer to a genuine request whose body the handler cannot read.
    pub const fn unreadable(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Success => Self::success(),
            Unreadable::Refuse => Self { status: 400, body: Cow::Borrowed("unreadable") },
        }
    }

    /// The HTTP status: 200, 400, 403, 408, 413, 500 or 503.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> Cow<'static, str> {
        self.body
    }
}
