//! A handshake that must be refused: what counts is whether its echostr comes back.

use crate::{
    net::reply::Reply,
    suite::{
        cases::case::{Echo, Severity},
        verdict::{
            evidence::Evidence,
            outcome::{Outcome, Verdict, accepted, crashed, softly, throttled},
            reflection::{self, Reflection},
            seen::{failure, has_crashed, is_throttled},
        },
    },
    words::{
        exit::Exit,
        lang::{Lang, say},
    },
};

pub(super) fn judge(evidence: &Evidence<'_>, echo: &Echo) -> Verdict {
    let (lang, severity) = (evidence.lang, evidence.case.severity);
    let Ok(reply) = evidence.result else {
        return crashed(severity, &failure(evidence.result, lang), lang);
    };
    let is_success = (200..=299).contains(&reply.status);
    if is_echo(reply, echo) && !echo.is_signed {
        // Where every token is taken it is the check that is missing.
        let says_nothing = echo.is_of_a_tutorial && evidence.baseline.other_token_is_echoed;
        return if says_nothing { taken_for_any(lang) } else { accepted(severity, lang) };
    }
    match reflection::find(reply, echo, &evidence.request_target, evidence.url) {
        Some(Reflection::Runs) => return runs(severity, lang),
        Some(Reflection::Repeated) if !has_crashed(evidence.result) && !echo.is_signed => {
            return repeats(lang);
        }
        _ => {}
    }
    if is_throttled(reply) {
        return throttled(severity, lang);
    }
    if has_crashed(evidence.result) {
        return crashed(severity, &failure(evidence.result, lang), lang);
    }
    if is_success && !echo.is_signed { softly(lang) } else { Verdict::passed() }
}

/// Whether the body, less white space, a byte order mark and one pair of quotes, is the echostr. Without one, any success is as
/// good as an echo of nothing.
pub(crate) fn is_echo(reply: &Reply, echo: &Echo) -> bool {
    if echo.texts.is_empty() {
        return (200..=299).contains(&reply.status);
    }
    let text = String::from_utf8_lossy(&reply.body);
    let is_margin = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = text.trim_matches(is_margin);
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let text = quoted.unwrap_or(text).trim_matches(is_margin);
    !text.is_empty() && echo.texts.iter().any(|echo| echo == text)
}

fn taken_for_any(lang: Lang) -> Verdict {
    let note = say!(lang, "echoed, as every token is taken", "返回了 echostr：任何 Token 都会被接受");
    Verdict::noted(Outcome::Hardening, note)
}

fn runs(severity: Severity, lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "the answer repeats the echostr unescaped, and a browser runs it: answer a constant text as text/plain",
        "应答原样重复了 echostr，会被浏览器执行：请以 text/plain 返回固定的文本"
    );
    match severity {
        Severity::Forgery => Verdict { outcome: Outcome::Accepted, exit: Exit::Forgery, note: Some(note) },
        Severity::NotProtected | Severity::Hardening => Verdict::noted(Outcome::Hardening, note),
    }
}

fn repeats(lang: Lang) -> Verdict {
    let note = say!(
        lang,
        "refused, but the answer repeats the echostr: answer a constant text",
        "已拒绝，但应答中重复了 echostr：请返回固定的文本"
    );
    Verdict::noted(Outcome::Warning, note)
}
