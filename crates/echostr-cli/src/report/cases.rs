//! A case and a summary as JSON objects, and what came back in words: the same in every report.

use serde_json::{Value, json};

use crate::{
    net::reply::Fault,
    suite::{
        run::event::{Judged, Start, Summary},
        verdict::outcome::Outcome,
    },
    words::{
        lang::{Lang, say},
        text::{excerpt, millis},
    },
};

/// What came back, in words.
pub(super) fn got(judged: &Judged<'_>, lang: Lang) -> String {
    match judged.result {
        Some(Ok(reply)) if reply.body.is_empty() => reply.status.to_string(),
        Some(Ok(reply)) => format!("{} `{}`", reply.status, excerpt(&reply.body)),
        Some(Err(Fault::Slow)) => say!(lang, "no answer in time", "超时"),
        Some(Err(_)) => say!(lang, "no answer", "没有应答"),
        None => say!(lang, "not sent", "未发送"),
    }
}

/// How long the answer took, in milliseconds.
pub(super) fn took(judged: &Judged<'_>) -> Option<f64> {
    judged.result?.as_ref().ok().map(|reply| millis(reply.elapsed))
}

pub(super) fn case(judged: &Judged<'_>, lang: Lang) -> Value {
    let case = judged.case;
    json!({
        "case": case.name,
        "group": case.group.name(),
        "needs": case.needs().name(),
        "sent": case.what,
        "method": case.request.method(),
        "expected": case.expected(lang),
        "got": got(judged, lang),
        "status": judged.result.and_then(|result| result.as_ref().ok()).map(|reply| reply.status),
        "ms": took(judged),
        "result": judged.verdict.outcome.name(),
        "note": judged.verdict.note,
        "allowed": judged.is_allowed,
        "exit": judged.exit().code(),
    })
}

pub(super) fn summary(summary: &Summary, start: Option<Start<'_>>) -> Value {
    let count = |outcome| summary.count(outcome);
    json!({
        "mode": start.map(|start| start.mode.name()),
        "cases": summary.cases,
        "passed": count(Outcome::Passed),
        "warnings": count(Outcome::Warning),
        "hardening": count(Outcome::Hardening),
        "not_protected": count(Outcome::NotProtected),
        "skipped": count(Outcome::Skipped),
        "undecided": count(Outcome::Undecided),
        "crashed": count(Outcome::Crashed),
        "failed": count(Outcome::Failed),
        "accepted": count(Outcome::Accepted),
        "allowed": summary.allowed,
        "hints": summary.hints,
        "ms": millis(summary.elapsed),
    })
}
