//! Sentences that several commands say.

use echostr::{Language, Rejection};

use crate::{
    exit::Exit,
    http::Fault,
    lang::{Lang, say},
};

/// What WeChat shows the user when the server fails.
pub(crate) const ON_THE_PHONE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// Why the core refuses a request.
pub(crate) fn rejection(rejection: Rejection, lang: Lang) -> String {
    let language = match lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    };
    rejection.in_language(language).to_string()
}

/// Why no answer came, with the cure.
pub(crate) fn fault(fault: &Fault, url: &str, limit: &str, lang: Lang) -> String {
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
        Fault::Slow => say!(
            lang,
            "no complete answer within {limit}, after which WeChat hangs up (its limit is 5 s): answer `success` at once and do the work afterwards",
            "{limit}内没有完整的应答，微信会断开连接（它的上限是 5 秒）：请先立即回复 success，再去处理业务"
        ),
    }
}

impl Fault {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Refused | Self::NoHost | Self::Unreachable(_) | Self::Closed(_) => Exit::NoConnection,
            Self::NotHttp(_) => Exit::Wrong,
            Self::Slow => Exit::Slow,
        }
    }
}

/// A time limit: `5 s`, `2.5 秒`.
pub(crate) fn seconds(limit: std::time::Duration, lang: Lang) -> String {
    let seconds = limit.as_secs_f64();
    match lang {
        Lang::En => format!("{seconds} s"),
        Lang::Zh => format!(" {seconds} 秒"),
    }
}
