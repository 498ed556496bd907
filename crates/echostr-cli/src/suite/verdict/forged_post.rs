//! A message that must be refused. First match wins: a reply to it, a refusal, a failure, and then whether it was answered like a
//! genuine text.

use crate::{
    suite::verdict::{
        baseline::{Answer, is_answered},
        evidence::Evidence,
        outcome::{Verdict, accepted, crashed, softly, throttled, undecided},
        seen::{failure, has_crashed, is_throttled},
    },
    words::lang::{Lang, say},
};

pub(super) fn judge(evidence: &Evidence<'_>) -> Verdict {
    let Evidence { case, result, baseline, account, openid, lang, .. } = *evidence;
    let severity = case.severity;
    // Without one nothing was asked.
    let Some(genuine) = &baseline.genuine else { return Verdict::passed() };
    let Ok(reply) = result else { return crashed(severity, &failure(result, lang), lang) };
    let answer = Answer::of(reply, account, openid);
    if let Some(document) = &answer.document {
        return if genuine.is_like_document(document) || !genuine.is_alike() {
            accepted(severity, lang)
        } else {
            undecided(severity, cannot_tell(lang))
        };
    }
    if is_throttled(reply) {
        return throttled(severity, lang);
    }
    if has_crashed(result) {
        return crashed(severity, &failure(result, lang), lang);
    }
    if !(200..=299).contains(&reply.status) {
        return Verdict::passed();
    }
    if !genuine.is_like(&answer) {
        return softly(lang);
    }
    if baseline.other_token_is_like || genuine.is_weak() {
        return undecided(severity, cannot_tell(lang));
    }
    accepted(severity, lang)
}

/// Of two texts the signed one may be answered; only a reply to the other user shows that the other one was read.
pub(super) fn of_two(evidence: &Evidence<'_>, unsigned: &str) -> Verdict {
    let Evidence { case, result, account, lang, .. } = *evidence;
    match result {
        Ok(reply) if is_answered(reply, account, unsigned) => accepted(case.severity, lang),
        Ok(reply) if is_throttled(reply) => throttled(case.severity, lang),
        result if has_crashed(result) => crashed(case.severity, &failure(result, lang), lang),
        _ => Verdict::passed(),
    }
}

fn cannot_tell(lang: Lang) -> String {
    say!(
        lang,
        "cannot tell: forged messages are answered like genuine ones. Answer 403 to them, or give a `--text WORD` that the bot replies to, or `--allow undecided`",
        "无法判断：伪造的消息与真实的消息得到同样的应答。请对前者返回 403，或用 --text 给出机器人会回复的词，或加上 --allow undecided"
    )
}
