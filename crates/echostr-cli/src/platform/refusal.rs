//! Why the core refuses, in both languages.

use echostr::{Answer, Rejection};

use crate::words::lang::Lang;

/// A reason of the core's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal(Rejection);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl Refusal {
    /// The HTTP status of the refusal.
    pub(crate) const fn status(self) -> u16 {
        self.0.status()
    }

    /// The body of the refusal.
    pub(crate) fn body(self) -> String {
        Answer::refusal(self.0).into_body().into_owned()
    }

    /// The code under which the platform's documents know it.
    pub(crate) const fn code(self) -> Option<i32> {
        self.0.official_code()
    }

    pub(crate) fn sentence(self, lang: Lang) -> String {
        let Self(rejection) = self;
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
            Rejection::LengthField => {
                "消息长度与解密结果不符：多半是 EncodingAESKey 与加密所用的不同".to_owned()
            }
            Rejection::WrongReceiveId => "消息是发给另一个账号的：请核对 AppID、CorpID 或 SuiteID".to_owned(),
            Rejection::NotUtf8 => "解密后的消息不是 UTF-8".to_owned(),
            other => other.to_string(),
        };
        match rejection.official_code() {
            Some(code) if !text.contains(&code.to_string()) => format!("{text}({code})"),
            _ => text,
        }
    }
}
