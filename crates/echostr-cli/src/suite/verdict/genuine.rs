//! What is genuine must be accepted, as the platform would have it.

use crate::{
    diagnosis::{
        evidence::{self, Diagnosis, Probes, Sent},
        table::diagnose,
    },
    platform::reply::{Taken, shown, taken},
    suite::verdict::{
        evidence::Evidence,
        outcome::{Outcome, Verdict, crashed},
        seen::failure,
    },
    words::{exit::Exit, text::excerpt},
};

pub(super) fn handshake(evidence: &Evidence<'_>, echo: &str) -> Verdict {
    match diagnosed(evidence, Sent::Handshake(echo)) {
        None => Verdict::passed(),
        Some(warning) if warning.is_warning() => Verdict::noted(Outcome::Warning, warning.sentence),
        Some(diagnosis) => Verdict::failed(diagnosis.exit, diagnosis.sentence),
    }
}

pub(super) fn message(evidence: &Evidence<'_>, document: &str) -> Verdict {
    if let Some(diagnosis) = diagnosed(evidence, Sent::Message(document)) {
        // Whoever hangs up on one message and answers the next is there.
        let exit = if diagnosis.exit == Exit::NoConnection { Exit::Wrong } else { diagnosis.exit };
        return Verdict::failed(exit, diagnosis.sentence);
    }
    match evidence.result.as_ref().map(|reply| taken(evidence.account, reply)) {
        Ok(Ok(Taken::Reply { document, .. })) => {
            Verdict::noted(Outcome::Passed, excerpt(shown(&document).as_bytes()))
        }
        _ => Verdict::passed(),
    }
}

pub(super) fn either(evidence: &Evidence<'_>) -> Verdict {
    match evidence.result {
        Ok(reply) if reply.status < 500 && reply.cut.is_none() => Verdict::passed(),
        // Only a holder of the token, or of one of its requests, can send these.
        result => crashed(evidence.case.severity, &failure(result, evidence.lang), evidence.lang),
    }
}

fn diagnosed(found: &Evidence<'_>, sent: Sent<'_>) -> Option<Diagnosis> {
    let case = found.case;
    let is_repeated = case.before.as_ref().is_some_and(|before| before.query() == case.request.query());
    diagnose(&evidence::Evidence {
        sent,
        result: found.result,
        account: found.account,
        url: found.url,
        at: found.case.request.get("timestamp").parse().unwrap_or_default(),
        limit: found.limit,
        probes: Probes { is_repeated, ..found.probes },
        lang: found.lang,
    })
}
