//! What came of a case: a function of the evidence and nothing else.

mod forged_get;
mod forged_post;
mod genuine;
mod reflection;

pub(crate) use forged_get::is_echo;

use std::time::Duration;

use crate::{
    diagnosis::Probes,
    net::reply::{Fault, Reply},
    platform::account::Account,
    suite::{
        baseline::Baseline,
        case::{Case, Expected, Severity},
    },
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

/// All that a verdict may look at.
pub(crate) struct Evidence<'e> {
    pub(crate) case: &'e Case,
    pub(crate) result: &'e Result<Reply, Fault>,
    pub(crate) baseline: &'e Baseline,
    pub(crate) probes: Probes,
    pub(crate) account: &'e Account,
    pub(crate) url: &'e str,
    /// What stands in the request line.
    pub(crate) request_target: String,
    /// Whom replies are for.
    pub(crate) openid: &'e str,
    pub(crate) limit: Duration,
    pub(crate) lang: Lang,
}

pub(crate) fn judge(evidence: &Evidence<'_>) -> Verdict {
    if evidence.case.needs_a_baseline() && evidence.baseline.genuine.is_none() {
        return nothing_to_say(evidence.lang);
    }
    match &evidence.case.expected {
        Expected::Echo(echo) => genuine::handshake(evidence, echo),
        Expected::Accepted(document) => genuine::message(evidence, document),
        Expected::Either => genuine::either(evidence),
        Expected::NotEchoed(echo) => forged_get::judge(evidence, echo),
        Expected::NotHandled => forged_post::judge(evidence),
        Expected::NotHandledFor(openid) => forged_post::of_two(evidence, openid),
    }
}

/// Whether the request was answered by failing, so that it has to be seen whether the server is still there.
pub(crate) fn has_crashed(result: &Result<Reply, Fault>) -> bool {
    match result {
        Err(_) => true,
        Ok(reply) => {
            !is_throttled(reply) && (reply.status >= 500 || (reply.cut.is_some() && reply.status < 300))
        }
    }
}

/// Whether the server asks to wait.
pub(crate) fn is_throttled(reply: &Reply) -> bool {
    reply.status == 429 || (reply.status == 503 && reply.header("retry-after").is_some())
}

/// Accepted: what that means depends on who can send it.
fn accepted(severity: Severity, lang: Lang) -> Verdict {
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

/// Refused by failing. Only a holder of the token can make the server fail with what he signs.
fn crashed(severity: Severity, why: &str, lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "refused by crashing ({why}): answer 403, and look for the error in the server's log",
        "因出错而拒绝({why})：请返回 403，并查看服务器的日志"
    );
    match severity {
        Severity::Hardening => Verdict::noted(Outcome::Hardening, note),
        Severity::Forgery | Severity::NotProtected => {
            Verdict { outcome: Outcome::Crashed, exit: Exit::Wrong, note: Some(note) }
        }
    }
}

fn undecided(severity: Severity, note: String) -> Verdict {
    let exit = if severity == Severity::Forgery { Exit::Wrong } else { Exit::Fine };
    Verdict { outcome: Outcome::Undecided, exit, note: Some(note) }
}

fn throttled(severity: Severity, lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "cannot tell: the server limits the rate of requests; lift the limit for this check",
        "无法判断：服务器限制了请求频率；请在检查期间解除限制"
    );
    undecided(severity, note)
}

/// In a word, how a request failed.
fn failure(result: &Result<Reply, Fault>, lang: Lang) -> String {
    match result {
        Ok(reply) if reply.cut.is_some() => say!(lang, "the body does not end", "应答体没有结束"),
        Ok(reply) => reply.status.to_string(),
        Err(Fault::Slow) => say!(lang, "no answer in time", "超时"),
        Err(Fault::NotHttp(_)) => say!(lang, "no HTTP", "不是 HTTP"),
        Err(_) => say!(lang, "connection closed", "连接断开"),
    }
}

fn nothing_to_say(lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "nothing can be said, as not even a plain genuine text is answered with 200",
        "无法判断：连普通的真实文本消息都没有得到 200"
    );
    Verdict::noted(Outcome::Skipped, note)
}

/// Refused, but with a status of success.
fn softly(lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "refused with a status of success; 403 is better",
        "已拒绝，但状态码表示成功；返回 403 更好"
    );
    Verdict { note: Some(note), ..Verdict::passed() }
}
