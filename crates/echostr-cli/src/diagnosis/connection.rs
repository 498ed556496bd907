//! No answer at all.

use std::time::Duration;

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    net::reply::Fault,
    words::{
        exit::Exit,
        lang::{Lang, say},
        text::seconds,
    },
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let fault = evidence.result.as_ref().err()?;
    let name = match fault {
        Fault::Refused => "refused",
        Fault::NoHost | Fault::Unreachable(_) => "unreachable",
        Fault::Closed(_) => "closed",
        Fault::NotHttp(_) => "not-http",
        Fault::Slow => "slow",
    };
    let sentence = sentence_of(fault, evidence.url, evidence.limit, evidence.lang);
    Some(Diagnosis { name, exit: exit_of(fault), sentence })
}

pub(crate) const fn exit_of(fault: &Fault) -> Exit {
    match fault {
        Fault::Refused | Fault::NoHost | Fault::Unreachable(_) | Fault::Closed(_) => Exit::NoConnection,
        Fault::NotHttp(_) => Exit::Wrong,
        Fault::Slow => Exit::Slow,
    }
}

/// Why no answer came, with the cure.
pub(crate) fn sentence_of(fault: &Fault, url: &str, limit: Duration, lang: Lang) -> String {
    match fault {
        Fault::Refused => say!(
            lang,
            "connection refused: nothing listens at {url}; start the server, or correct host and port",
            "连接被拒绝：{url} 没有程序在监听；请启动服务，或改正主机和端口"
        ),
        Fault::NoHost => say!(
            lang,
            "no connection: the host of {url} is not known; correct its name, and start the server there",
            "无法连接：找不到 {url} 的主机；请改正主机名，并在那里启动服务"
        ),
        Fault::Unreachable(why) => say!(
            lang,
            "no connection to {url}: {why}; start the server, or correct host and port",
            "无法连接 {url}:{why}；请启动服务，或改正主机和端口"
        ),
        Fault::Closed(why) => say!(
            lang,
            "the server at {url} closed the connection without an answer ({why}): look for a crash in its log",
            "{url} 的服务没有应答就断开了连接({why})：请在它的日志中查找崩溃"
        ),
        Fault::NotHttp(why) => say!(
            lang,
            "what answers at {url} does not speak HTTP/1.1 ({why}): correct the port, or https instead of http",
            "{url} 的应答不是 HTTP/1.1({why})：请改正端口，或者把 http 换成 https"
        ),
        Fault::Slow => {
            let limit = seconds(limit, lang);
            say!(
                lang,
                "no complete answer within {limit}, after which WeChat hangs up (its limit is 5 s): answer `success` at once and do the work afterwards",
                "{limit}内没有完整的应答，微信会断开连接（它的上限是 5 秒）：请先立即回复 success，再去处理业务"
            )
        }
    }
}
