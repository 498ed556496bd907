//! A request that was taken is refused when it comes again, as the platform sends it again after a time-out.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let status = evidence.status();
    if !evidence.probes.is_repeated || !matches!(status, 400..=499) {
        return None;
    }
    Some(Diagnosis::wrong(
        "retry",
        say!(
            evidence.lang,
            "the identical request is refused with {status} when it comes again: after a time-out the platform repeats it byte for byte, so answer it as the first one, or with `success`",
            "完全相同的请求再次到来时被以 {status} 拒绝：超时后微信会逐字节重发，请像第一次那样应答，或返回 success"
        ),
    ))
}
