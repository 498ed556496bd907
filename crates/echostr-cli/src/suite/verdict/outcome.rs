//! What can come of a case, and what each of it means.

use crate::{
    suite::cases::case::Severity,
    words::{
        exit::Exit,
        lang::{Lang, say},
    },
};

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Passed,
    /// Passed, with something that could be better.
    Warning,
    /// Accepted, which only a holder of the token could make use of.
    Hardening,
    /// Accepted, and no fault of the signature check.
    NotProtected,
    /// Not sent, or nothing can be said.
    Skipped,
    /// Accepted or refused: the answer does not tell.
    Undecided,
    /// Refused by failing.
    Crashed,
    Failed,
    /// Accepted although it must be refused.
    Accepted,
}

impl Outcome {
    /// A stable name, for JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Hardening => "hardening",
            Self::NotProtected => "not-protected",
            Self::Skipped => "skipped",
            Self::Undecided => "undecided",
            Self::Crashed => "crashed",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) exit: Exit,
    /// Why, or what is to be known about it.
    pub(crate) note: Option<String>,
}

impl Verdict {
    pub(crate) const fn passed() -> Self {
        Self { outcome: Outcome::Passed, exit: Exit::Fine, note: None }
    }

    pub(crate) const fn noted(outcome: Outcome, note: String) -> Self {
        Self { outcome, exit: Exit::Fine, note: Some(note) }
    }

    pub(crate) const fn failed(exit: Exit, note: String) -> Self {
        Self { outcome: Outcome::Failed, exit, note: Some(note) }
    }
}

/// Accepted: what that means depends on who can send it.
pub(super) fn accepted(severity: Severity, lang: Lang) -> Verdict {
    match severity {
        Severity::Forgery => Verdict {
            outcome: Outcome::Accepted,
            exit: Exit::Forgery,
            note: Some(say!(lang, "ACCEPTED although it must be refused", "被接受，而它必须被拒绝")),
        },
        Severity::NotProtected => Verdict { outcome: Outcome::NotProtected, ..Verdict::passed() },
        Severity::Hardening => {
            let note = say!(
                lang,
                "accepted; only a holder of the token can send it, but 403 is better",
                "被接受；只有持有 Token 的人才能发送，但返回 403 更好"
            );
            Verdict::noted(Outcome::Hardening, note)
        }
    }
}

/// Refused by failing. Only a holder of the token can make the server fail with what he signs, so that it does not count.
pub(super) fn crashed(severity: Severity, why: &str, lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "refused by crashing ({why}): answer 403, and look for the error in the server's log",
        "因出错而拒绝({why})：请返回 403，并查看服务器的日志"
    );
    let exit = if severity == Severity::Hardening { Exit::Fine } else { Exit::Wrong };
    Verdict { outcome: Outcome::Crashed, exit, note: Some(note) }
}

pub(super) fn undecided(severity: Severity, note: String) -> Verdict {
    let exit = if severity == Severity::Forgery { Exit::Wrong } else { Exit::Fine };
    Verdict { outcome: Outcome::Undecided, exit, note: Some(note) }
}

pub(super) fn throttled(severity: Severity, lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "cannot tell: the server limits the rate of requests; lift the limit for this check",
        "无法判断：服务器限制了请求频率；请在检查期间解除限制"
    );
    undecided(severity, note)
}

pub(super) fn nothing_to_say(lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "nothing can be said, as not even a plain genuine text is answered with 200",
        "无法判断：连普通的真实文本消息都没有得到 200"
    );
    Verdict::noted(Outcome::Skipped, note)
}

/// Refused, but with a status of success.
pub(super) fn softly(lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "refused with a status of success; 403 is better",
        "已拒绝，但状态码表示成功；返回 403 更好"
    );
    Verdict { note: Some(note), ..Verdict::passed() }
}
