//! Compressed, which was not asked for.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    platform::sealed_reply::SealedReply,
    words::{lang::say, text::excerpt},
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let reply = evidence.reply().filter(|reply| SealedReply::is_compressed(reply))?;
    let coding = reply.header("content-encoding").filter(|coding| !coding.is_empty()).unwrap_or("gzip");
    let coding = excerpt(coding.as_bytes());
    Some(Diagnosis::wrong(
        "gzip",
        say!(
            evidence.lang,
            "the answer is compressed ({coding}), which was not asked for: turn compression off for this route",
            "应答被压缩({coding})，而请求并未允许：请对这个路由关闭压缩"
        ),
    ))
}
