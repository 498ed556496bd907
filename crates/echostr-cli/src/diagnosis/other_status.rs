//! Any other status than 200.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let lang = evidence.lang;
    let status = evidence.reply()?.status;
    let sentence = match (status, evidence.is_handshake()) {
        (200, _) => return None,
        (201..=299, true) => say!(
            lang,
            "the status is {status}, and WeChat takes 200 only: answer 200, also where the framework has another default for creation",
            "状态码是 {status}，而微信只接受 200：请返回 200，留意框架的默认状态码"
        ),
        (_, true) => say!(
            lang,
            "the status is {status}, and WeChat takes 200 only: answer 200 with exactly the echostr",
            "状态码是 {status}，而微信只接受 200：请返回 200 和 echostr 原文"
        ),
        (_, false) => say!(
            lang,
            "the status is {status}, and anything but 200 counts as a failure: answer 200",
            "状态码是 {status}，除 200 以外都算失败：请返回 200"
        ),
    };
    Some(Diagnosis::wrong("status", sentence))
}
