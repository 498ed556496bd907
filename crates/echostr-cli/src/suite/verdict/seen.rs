//! What can be seen of an answer without knowing what was asked.

use crate::{
    net::reply::{Fault, Reply},
    words::lang::{Lang, say},
};

/// Whether the request was answered by failing, so that it has to be seen whether the server is still there.
pub(crate) fn has_crashed(result: &Result<Reply, Fault>) -> bool {
    match result {
        Err(_) => true,
        Ok(reply) => {
            !is_throttled(reply) && (reply.status >= 500 || (reply.cut.is_some() && reply.status < 300))
        }
    }
}

/// Whether the server asks to wait.
pub(crate) fn is_throttled(reply: &Reply) -> bool {
    reply.status == 429 || (reply.status == 503 && reply.header("retry-after").is_some())
}

/// In a word, how a request failed.
pub(super) fn failure(result: &Result<Reply, Fault>, lang: Lang) -> String {
    match result {
        Ok(reply) if reply.cut.is_some() => say!(lang, "the body does not end", "应答体没有结束"),
        Ok(reply) => reply.status.to_string(),
        Err(Fault::Slow) => say!(lang, "no answer in time", "超时"),
        Err(Fault::NotHttp(_)) => say!(lang, "no HTTP", "不是 HTTP"),
        Err(_) => say!(lang, "connection closed", "连接断开"),
    }
}
