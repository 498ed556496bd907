//! 5xx: the server's own error.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let status = evidence.status();
    (500..=599).contains(&status).then(|| {
        let sentence = if evidence.is_handshake() {
            say!(
                evidence.lang,
                "the server fails with {status}: look for the error in its log; a handler that expects a body must not run for the handshake",
                "服务器出错({status})：请查看它的日志；验证请求没有消息体，不要让处理消息的代码来处理它"
            )
        } else if evidence.account.is_encrypted() {
            say!(
                evidence.lang,
                "the server fails with {status}: look for the error in its log, and answer 200; one in plain mode (明文模式) may fail at an encrypted message, so compare the modes too",
                "服务器出错({status})：请查看它的日志，并返回 200；处于明文模式的服务器可能处理不了加密消息，也请核对两边的模式"
            )
        } else {
            say!(
                evidence.lang,
                "the server fails with {status}: look for the error in its log, and answer 200; one with an EncodingAESKey may fail at a plain message (明文模式), so compare the modes too",
                "服务器出错({status})：请查看它的日志，并返回 200；配置了 EncodingAESKey 的服务器可能处理不了明文消息，也请核对两边的模式"
            )
        };
        Diagnosis::wrong("server-error", sentence)
    })
}
