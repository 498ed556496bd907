//! Sentences that several commands say.

use echostr::Rejection;

use crate::{
    net::client::Fault,
    words::exit::Exit,
    words::lang::{Lang, say},
};

/// What WeChat shows the user when the server fails.
pub(crate) const ON_THE_PHONE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// Why the core refuses a request.
pub(crate) fn rejection(rejection: Rejection, lang: Lang) -> String {
    if lang == Lang::En {
        return rejection.to_string();
    }
    let text = match rejection {
        Rejection::NoParameters => "查询字符串中没有任何微信参数".to_owned(),
        Rejection::Missing(parameter) => format!("缺少参数 {parameter}"),
        Rejection::Empty(parameter) => format!("参数 {parameter} 为空"),
        Rejection::Duplicate(parameter) => format!("参数 {parameter} 出现了不止一次"),
        Rejection::Malformed(parameter) => format!("参数 {parameter} 的格式不对"),
        Rejection::BadEscape => "查询字符串中有残缺的百分号编码".to_owned(),
        Rejection::QueryTooLong => "查询字符串超过 8 KiB".to_owned(),
        Rejection::WrongSignature => {
            "签名不符：请求是伪造的，或者这里的 Token 与签名所用的不同（留意首尾空格、是否是另一个账号）"
                .to_owned()
        }
        Rejection::MalformedBody => "消息体不是微信发送的 XML 或 JSON，或者带有 DTD、实体".to_owned(),
        Rejection::NoEncrypt => "消息体中没有 Encrypt".to_owned(),
        Rejection::SeveralEncrypts => "消息体中有不止一个 Encrypt".to_owned(),
        Rejection::NotBase64 => "Encrypt 不是 base64".to_owned(),
        Rejection::CipherLength => "密文为空，或长度不是 16 的倍数".to_owned(),
        Rejection::Padding => "填充不对:EncodingAESKey 与加密所用的不同".to_owned(),
        Rejection::LengthField => "消息长度与解密结果不符".to_owned(),
        Rejection::WrongReceiveId => "消息是发给另一个账号的：请核对 AppID、CorpID 或 SuiteID".to_owned(),
        Rejection::NotUtf8 => "解密后的消息不是 UTF-8".to_owned(),
        other => other.to_string(),
    };
    match rejection.official_code() {
        Some(code) if !text.contains(&code.to_string()) => format!("{text}({code})"),
        _ => text,
    }
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
