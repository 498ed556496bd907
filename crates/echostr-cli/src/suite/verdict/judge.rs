//! What came of a case: a function of the evidence and nothing else.

use crate::suite::{
    cases::case::Expected,
    verdict::{
        evidence::Evidence,
        forged_get, forged_post, genuine,
        outcome::{Verdict, nothing_to_say},
    },
};

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
