//! `echostr check`: runs the suite, one request at a time.

use std::{collections::BTreeMap, time::Instant};

use serde_json::json;

use crate::{
    commands::send::{Route, wrong_status},
    diagnosis::diagnose,
    net::client::{Fault, Reply, millis},
    platform::reply::{self, Judged, judge},
    platform::requests::Moment,
    report::output::{Style, excerpt},
    suite::cases::{Case, Expect, cases},
    words::exit::{Exit, Failure},
    words::lang::{Lang, say},
    words::sentences as texts,
};

/// After so many requests in a row without an answer the rest is not tried: each may take the whole time limit.
const PATIENCE: usize = 3;

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Passed,
    /// Accepted, and no fault of the signature check.
    NotProtected,
    Failed,
    /// Accepted although it must be refused.
    Accepted,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotProtected => "not-protected",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
        }
    }
}

/// A case, looked at.
struct Verdict {
    outcome: Outcome,
    exit: Exit,
    /// Why, or what is to be known about it.
    note: Option<String>,
}

impl Verdict {
    const fn passed() -> Self {
        Self { outcome: Outcome::Passed, exit: Exit::Fine, note: None }
    }

    fn noted(note: String) -> Self {
        Self { note: Some(note), ..Self::passed() }
    }

    fn failed(exit: Exit, note: impl Into<Option<String>>) -> Self {
        Self { outcome: Outcome::Failed, exit, note: note.into() }
    }
}

pub(crate) fn run(route: &Route<'_>, moment: &Moment) -> Result<Exit, Failure> {
    let Route { account, client, target, output } = route;
    let lang = output.lang;
    let cases = cases(account, moment, lang)?;
    let start = Instant::now();
    let (mut counts, mut exit, mut silent, mut done) =
        (BTreeMap::<Outcome, usize>::new(), Exit::Fine, 0_usize, 0_usize);
    for case in &cases {
        let before = case.before.as_ref().map(|request| client.send(target, request));
        let result = match before {
            // Without the genuine request this case says nothing, so its failure is the case's.
            Some(Err(fault)) => Err(fault),
            _ => client.send(target, &case.request),
        };
        if let (0, Err(fault)) = (done, &result)
            && !matches!(fault, Fault::Slow)
        {
            // There is nothing to check.
            let limit = texts::seconds(client.limit(), lang);
            return Err(Failure {
                exit: fault.exit(),
                message: texts::fault(fault, target.shown(), &limit, lang),
            });
        }
        done = done.saturating_add(1);
        silent = if result.is_err() { silent.saturating_add(1) } else { 0 };
        let verdict = look(route, case, &result, moment);
        let count = counts.entry(verdict.outcome).or_default();
        *count = count.saturating_add(1);
        exit = exit.max(verdict.exit);
        tell(route, case, &result, &verdict);
        if silent >= PATIENCE {
            break;
        }
    }
    let count = |outcome| counts.get(&outcome).copied().unwrap_or_default();
    let (passed, unprotected) = (count(Outcome::Passed), count(Outcome::NotProtected));
    let (failed, accepted) = (count(Outcome::Failed), count(Outcome::Accepted));
    let skipped = cases.len().saturating_sub(done);
    let all = cases.len();
    let seconds = start.elapsed().as_secs_f64();
    let style = if exit == Exit::Fine { Style::Good } else { Style::Bad };
    let text = say!(
        lang,
        "{all} cases in {seconds:.2} s: {passed} passed, {failed} failed, {accepted} forgeries accepted, {unprotected} not protected, {skipped} skipped",
        "共 {all} 项：{passed} 项通过，{failed} 项失败，{accepted} 项伪造被接受，{unprotected} 项未受保护，{skipped} 项跳过，用时 {seconds:.2} 秒"
    );
    let object = json!({
        "summary": {
            "mode": account.mode.name(), "cases": all, "passed": passed, "failed": failed, "accepted": accepted,
            "not_protected": unprotected, "skipped": skipped, "ms": millis(start.elapsed()),
        },
        "exit": exit.code(),
    });
    output.event(object, &output.paint(style, &text));
    if unprotected > 0 {
        output.line(&output.paint(Style::Doubtful, &protect(lang)));
    }
    Ok(exit)
}

/// How to close what the signature leaves open.
fn protect(lang: Lang) -> String {
    say!(
        lang,
        "not protected: the signature says nothing about the time, nor in plain mode about the body; limit the age (with echostr: max_age), remember used signatures, use HTTPS or safe mode",
        "未受保护：签名不能说明时间，明文模式下也不覆盖消息体；请限制时间戳的有效期（echostr 的 max_age）、记住用过的签名、使用 HTTPS 或安全模式"
    )
}

fn look(route: &Route<'_>, case: &Case, result: &Result<Reply, Fault>, moment: &Moment) -> Verdict {
    let Route { account, client, target, output } = route;
    let lang = output.lang;
    if let Expect::Echo(echo) = &case.expect {
        return match diagnose(result, echo, client, target, moment.timestamp, lang) {
            None => Verdict::passed(),
            Some(diagnosis) => Verdict::failed(diagnosis.exit, diagnosis.sentence),
        };
    }
    let limit = texts::seconds(client.limit(), lang);
    let reply = match result {
        Err(fault) => {
            return Verdict::failed(fault.exit(), texts::fault(fault, target.shown(), &limit, lang));
        }
        Ok(reply) if reply.cut.is_some() && matches!(case.expect, Expect::Accept) => {
            return Verdict::failed(Exit::Slow, texts::fault(&Fault::Slow, "", &limit, lang));
        }
        Ok(reply) => reply,
    };
    let is_success = (200..=299).contains(&reply.status);
    let is_refusal = (400..=499).contains(&reply.status);
    match case.expect {
        Expect::Echo(_) | Expect::Accept => match reply.status {
            200 => match judge(account, reply, lang) {
                Judged::Silent => Verdict::passed(),
                Judged::Reply { document, .. } => Verdict::noted(excerpt(reply::shown(&document).as_bytes())),
                Judged::Wrong(why) => Verdict::failed(Exit::Wrong, why),
            },
            status => Verdict::failed(Exit::Wrong, wrong_status(status, lang)),
        },
        Expect::Refuse if is_success => Verdict {
            outcome: Outcome::Accepted,
            exit: Exit::Forgery,
            note: Some(say!(lang, "ACCEPTED although it must be refused", "被接受，而它必须被拒绝")),
        },
        Expect::Refuse if is_refusal && repeats(case, reply) => {
            let why = say!(
                lang,
                "refused, but the answer repeats the echostr, which a browser may run: answer a constant text",
                "已拒绝，但应答中重复了 echostr，可能被浏览器执行：请返回固定的文本"
            );
            Verdict::failed(Exit::Wrong, why)
        }
        Expect::Refuse if is_refusal => Verdict::passed(),
        Expect::Refuse => Verdict::failed(
            Exit::Wrong,
            say!(lang, "neither accepted nor refused: answer 403", "既未接受也未拒绝：请返回 403"),
        ),
        Expect::Either if is_success || is_refusal => Verdict::passed(),
        Expect::Unprotected if is_success => Verdict { outcome: Outcome::NotProtected, ..Verdict::passed() },
        Expect::Unprotected if is_refusal => Verdict::noted(say!(lang, "protected", "受保护")),
        Expect::Either | Expect::Unprotected => Verdict::failed(Exit::Wrong, None),
    }
}

fn repeats(case: &Case, reply: &Reply) -> bool {
    let echo = percent_encoding::percent_decode_str(case.request.get("echostr")).decode_utf8_lossy();
    echo.len() > 8 && String::from_utf8_lossy(&reply.body).contains(&*echo)
}

fn tell(route: &Route<'_>, case: &Case, result: &Result<Reply, Fault>, verdict: &Verdict) {
    let output = route.output;
    let lang = output.lang;
    let expected = match &case.expect {
        Expect::Echo(_) => say!(lang, "200 and the echostr", "200 和 echostr"),
        Expect::Accept => "200".to_owned(),
        Expect::Refuse => "403".to_owned(),
        Expect::Either => say!(lang, "200 or 403", "200 或 403"),
        Expect::Unprotected => say!(lang, "403 with freshness or first use", "启用时效或去重时为 403"),
    };
    let (got, status, ms) = match result {
        Ok(reply) => {
            let body =
                if reply.body.is_empty() { String::new() } else { format!(" `{}`", excerpt(&reply.body)) };
            (format!("{}{body}", reply.status), Some(reply.status), Some(millis(reply.elapsed)))
        }
        Err(Fault::Slow) => (say!(lang, "no answer in time", "超时"), None, None),
        Err(_) => (say!(lang, "no answer", "没有应答"), None, None),
    };
    let (mark, style) = match verdict.outcome {
        Outcome::Passed => ("✓", Style::Good),
        Outcome::NotProtected => ("!", Style::Doubtful),
        Outcome::Failed => ("✗", Style::Bad),
        Outcome::Accepted => ("✗✗", Style::Bad),
    };
    let mark = output.paint(style, mark);
    let took = ms.map_or_else(String::new, |ms| format!(", {ms:.1} ms"));
    let note = match (verdict.outcome, &verdict.note) {
        (Outcome::NotProtected, _) => {
            let text = say!(lang, "not protected", "未受保护");
            format!("  {}", output.paint(style, &text))
        }
        (_, Some(note)) => format!("  {}", output.paint(style, note)),
        (_, None) => String::new(),
    };
    let what = &case.what;
    let text = say!(
        lang,
        "{mark} {what}: expected {expected}, got {got}{took}{note}",
        "{mark} {what}：应为 {expected}，实为 {got}{took}{note}"
    );
    let object = json!({
        "case": case.name, "sent": what, "method": case.request.method(), "expected": expected, "got": got, "status": status,
        "ms": ms, "result": verdict.outcome.name(), "note": verdict.note,
    });
    output.event(object, &text);
}
