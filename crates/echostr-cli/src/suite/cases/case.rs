//! A case: what is sent, what its sender needs, what must come of it.

use crate::{
    net::request::Request,
    words::lang::{Lang, say},
};

/// What somebody must have who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// Nothing but the address.
    Nothing,
    /// The URL of one genuine request, from a log or a proxy.
    CapturedUrl,
    /// A genuine request as a whole: its URL and its body.
    Replay,
    /// The token (and the key, where there is one): WeChat itself, or somebody who could sign anything anyway.
    Token,
}

impl Needs {
    /// A stable name, for JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::CapturedUrl => "captured-url",
            Self::Replay => "replay",
            Self::Token => "token",
        }
    }
}

/// How bad it is if a request is accepted that need not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// A forgery gets in.
    Forgery,
    /// The platform's signature cannot see it: only freshness or a memory of used signatures can.
    NotProtected,
    /// Nobody can send it who could not send worse.
    Hardening,
}

impl Severity {
    /// In plain mode nothing covers body and method, so that a captured URL is as good as a replay.
    pub(crate) const fn of(needs: Needs, is_encrypted: bool) -> Self {
        match needs {
            Needs::Nothing => Self::Forgery,
            Needs::CapturedUrl if is_encrypted => Self::Forgery,
            Needs::CapturedUrl | Needs::Replay => Self::NotProtected,
            Needs::Token => Self::Hardening,
        }
    }
}

/// A group of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Handshake,
    Messages,
    Events,
    /// Forged or replayed, by what that needs.
    Forged(Needs),
}

impl Group {
    pub(crate) const ALL: [Self; 7] = [
        Self::Handshake,
        Self::Messages,
        Self::Events,
        Self::Forged(Needs::Nothing),
        Self::Forged(Needs::CapturedUrl),
        Self::Forged(Needs::Replay),
        Self::Forged(Needs::Token),
    ];

    /// A stable name, for JSON and `--only`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Messages => "messages",
            Self::Events => "events",
            Self::Forged(Needs::Nothing) => "forged",
            Self::Forged(Needs::CapturedUrl) => "captured",
            Self::Forged(Needs::Replay) => "replayed",
            Self::Forged(Needs::Token) => "signed",
        }
    }

    pub(crate) fn title(self, lang: Lang) -> String {
        match self {
            Self::Handshake => say!(lang, "handshake", "验证 URL"),
            Self::Messages => say!(lang, "genuine messages", "真实消息"),
            Self::Events => say!(lang, "genuine events", "真实事件"),
            Self::Forged(Needs::Nothing) => say!(lang, "forged by anybody", "任何人都能伪造的请求"),
            Self::Forged(Needs::CapturedUrl) => {
                say!(lang, "forged with one captured URL", "截获一个 URL 即可伪造的请求")
            }
            Self::Forged(Needs::Replay) => say!(lang, "replayed", "重放的请求"),
            Self::Forged(Needs::Token) => say!(lang, "odd, but rightly signed", "签名正确但不合规的请求"),
        }
    }
}

/// What must come of a case.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// 200 and exactly this text.
    Echo(String),
    /// 200 and an answer that the platform takes, for this document.
    Accepted(String),
    /// Genuine, with something odd that nothing signs: harmless either way.
    Either,
    /// A handshake that is not to be echoed.
    NotEchoed(Echo),
    /// A message that is not to be handled.
    NotHandled,
    /// A message with two texts, of which only the signed one may be handled: not the one of this user.
    NotHandledFor(String),
}

/// What would be the echo of a handshake that must be refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Echo {
    /// Each of these texts, if the answer is that; without any, every 2xx.
    pub(crate) texts: Vec<String>,
    /// Markup in it that a browser would run.
    pub(crate) script: Option<String>,
    /// To echo it as plain text is right: its signature is.
    pub(crate) is_signed: bool,
    /// Says nothing where the server takes every token.
    pub(crate) is_of_a_tutorial: bool,
}

/// Which part of the baseline a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Handshake,
    /// Two plain genuine texts.
    Text,
    /// A message signed with another token.
    OtherToken,
    /// A handshake signed with another token.
    OtherTokenGet,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// A stable name, for JSON and `--only`.
    pub(crate) name: String,
    /// What is sent, in words.
    pub(crate) what: String,
    pub(crate) group: Group,
    pub(crate) severity: Severity,
    pub(crate) expected: Expected,
    /// Genuine requests that come before.
    pub(crate) before: Option<Request>,
    pub(crate) request: Request,
    pub(crate) part: Option<Part>,
}

impl Case {
    pub(crate) const fn needs(&self) -> Needs {
        match self.group {
            Group::Forged(needs) => needs,
            Group::Handshake | Group::Messages | Group::Events => Needs::Token,
        }
    }

    /// Whether it says something about messages that are not quite genuine, which needs a genuine one to compare with.
    pub(crate) const fn needs_a_baseline(&self) -> bool {
        matches!(self.expected, Expected::NotHandled | Expected::NotHandledFor(_) | Expected::Either)
    }

    pub(crate) fn expected(&self, lang: Lang) -> String {
        match (&self.expected, self.severity) {
            (Expected::Echo(_), _) => say!(lang, "200 and the echostr", "200 和 echostr"),
            (Expected::Accepted(_), _) => "200".to_owned(),
            (Expected::Either, _) => say!(lang, "200 or 403", "200 或 403"),
            (_, Severity::NotProtected) => {
                say!(lang, "403 with freshness or first use", "启用时效或去重时为 403")
            }
            (Expected::NotEchoed(echo), _) if echo.is_signed => {
                say!(lang, "nothing that a browser would run", "不含浏览器会执行的内容")
            }
            _ => "403".to_owned(),
        }
    }
}
