//! What can be wrong with the body, before anything of it is decrypted.

use super::table::reasons;

reasons! {
    /// The body is not one that WeChat sends in encrypted mode.
    pub enum BodyFault {
        /// The body is longer than [`body_limit`](crate::Verifier::body_limit).
        TooLarge {
            en: "the body is longer than body_limit allows",
            zh: "请求体超过了 body_limit 的限制",
        }
        /// The body did not arrive within [`body_timeout`](crate::Verifier::body_timeout).
        Timeout {
            en: "the body did not arrive within body_timeout",
            zh: "请求体没有在 body_timeout 之内到齐",
        }
        /// The connection broke before the body was complete.
        Incomplete {
            en: "the connection broke before the body was complete",
            zh: "请求体还没到齐，连接就断了",
        }
        /// The body is neither XML nor JSON, or has a document type, an entity or `Encrypt` in an unusual place.
        Malformed {
            code: -40002,
            en: "the body is not the XML or JSON document that WeChat sends, or has a document type or an entity: the request \
                 is forged, or something on the way changes the body",
            zh: "请求体不是微信发送的 XML 或 JSON，或者带有文档类型声明、实体：请求是伪造的，或者途中有程序改动了请求体",
        }
        /// The body has no `Encrypt`, or an empty one. The message is not encrypted, and the mode is not the sender's choice.
        NoEncrypt {
            code: -40002,
            en: "the body has no `Encrypt`: the request is forged, or the console page says plain mode (明文模式) while this \
                 verifier has an EncodingAESKey",
            zh: "请求体里没有 `Encrypt`：请求是伪造的，或者后台选的是明文模式，而这个验证器配置了 EncodingAESKey",
        }
        /// The body has more than one `Encrypt`.
        SeveralEncrypts {
            code: -40002,
            en: "the body has more than one `Encrypt`: the request is forged",
            zh: "请求体里有不止一个 `Encrypt`：请求是伪造的",
        }
    }
}
