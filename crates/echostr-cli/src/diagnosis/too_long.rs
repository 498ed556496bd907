//! 413, 414 or 431: a limit is too low.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let status = evidence.status();
    matches!(status, 413 | 414 | 431).then(|| {
        let sentence = if status == 413 {
            say!(
                evidence.lang,
                "the server finds the message too long ({status}): raise its limit for bodies to 1 MiB",
                "服务器认为消息过长({status})：请把消息体的上限提高到 1 MiB"
            )
        } else {
            say!(
                evidence.lang,
                "the server finds the request too long ({status}): raise its limit to 8 KiB of URL and headers",
                "服务器认为请求过长({status})：请把 URL 和请求头的上限提高到 8 KiB"
            )
        };
        Diagnosis::wrong("too-long", sentence)
    })
}
