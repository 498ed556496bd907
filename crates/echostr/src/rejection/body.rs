//! What can be wrong with the body, before anything of it is decrypted.

use super::table::reasons;

reasons! {
    /// The body is not one that WeChat sends in encrypted mode, or not the one that belongs to its URL.
    pub enum BodyFault {
        /// The body is longer than [`body_limit`](crate::Verifier::body_limit).
        TooLarge {
            en: "the body is longer than body_limit allows: raise it if this account's messages can be that long",
            zh: "请求体超过了 body_limit 的限制：如果这个账号的消息确实可能这么长，请调大它",
        }
        /// The body did not arrive within [`body_timeout`](crate::Verifier::body_timeout).
        Timeout {
            en: "the body did not arrive within body_timeout: the network or a proxy on the way is slow, or somebody holds connections open",
            zh: "请求体没有在 body_timeout 之内到齐：网络或途中的代理太慢，或者有人故意占着连接不放",
        }
        /// The connection broke before the body was complete.
        Incomplete {
            en: "the connection broke before the body was complete: WeChat sends the message again",
            zh: "请求体还没到齐，连接就断了：微信会重新推送这条消息",
        }
        /// The URL has come before with another body, and a ledger remembers which.
        OfAnotherMessage {
            en: "this URL has carried another message before: somebody has captured it and sends a message of his own with it (in \
                 plain mode the signature does not cover the body; encrypted mode cures that), or a proxy changes bodies on the way",
            zh: "这个 URL 之前带的是另一条消息：有人截获了它，用来发送自己的消息（明文模式的签名不包含请求体，改用加密模式即可防止），\
                 或者途中的代理改动了请求体",
        }
        /// There is no body.
        Empty {
            code: -40002,
            en: "the body is empty: the request is forged, or something on the way drops the body",
            zh: "请求体是空的：请求是伪造的，或者途中有程序丢掉了请求体",
        }
        /// The body is compressed.
        Compressed {
            code: -40002,
            en: "the body is compressed (gzip or the like): WeChat compresses nothing, so something on the way does; switch it off \
                 for this path",
            zh: "请求体是压缩过的（gzip 之类）：微信从不压缩，是途中的程序压缩的，请对这个路径关闭压缩",
        }
        /// The body is base64 as a whole.
        Base64 {
            code: -40002,
            en: "the body is base64 as a whole: a gateway on the way encodes it (cloud functions do so with “binary” bodies); have \
                 it pass the text on, or decode it before this check",
            zh: "整个请求体是 base64：途中的网关把它编码了（云函数会这样处理“二进制”请求体）；请让它原样转发，或者在校验之前解码",
        }
        /// The body is a JSON text that holds the document.
        Quoted {
            code: -40002,
            en: "the body is one JSON text with the document in quotes: something on the way has encoded it once more; have it \
                 pass the body on unchanged",
            zh: "请求体是一个 JSON 字符串，真正的文档在引号里：途中有程序又编码了一次，请让它原样转发请求体",
        }
        /// The body is encoded like a form.
        FormEncoded {
            code: -40002,
            en: "the body is encoded like a form (application/x-www-form-urlencoded): something on the way does that; have it pass \
                 the body on unchanged",
            zh: "请求体是表单编码（application/x-www-form-urlencoded）的：是途中的程序编码的，请让它原样转发请求体",
        }
        /// The body is UTF-16.
        Utf16 {
            code: -40002,
            en: "the body is UTF-16, and WeChat sends UTF-8: something on the way converts it; have it pass the body on unchanged",
            zh: "请求体是 UTF-16，而微信发送的是 UTF-8：途中有程序转换了编码，请让它原样转发请求体",
        }
        /// The body begins with neither `<` nor `{`.
        NotADocument {
            code: -40002,
            en: "the body is neither the XML nor the JSON that WeChat sends: the request is forged, or something on the way changes \
                 the body",
            zh: "请求体既不是微信发送的 XML，也不是 JSON：请求是伪造的，或者途中有程序改动了请求体",
        }
        /// Nothing in the body looks like a cipher text. The message is not encrypted, and the mode is not the sender's choice.
        NoEncrypt {
            code: -40002,
            en: "the body has no `Encrypt`: the request is forged, or something on the way changes the body",
            zh: "请求体里没有 `Encrypt`：请求是伪造的，或者途中有程序改动了请求体",
        }
        /// The cipher text is signed, and has been broken into lines.
        BrokenIntoLines {
            code: -40002,
            en: "`Encrypt` has been broken into lines on the way, so that it is not what was signed any more: something formats the \
                 document anew; have it pass the body on unchanged",
            zh: "`Encrypt` 在途中被折成了几行，与签名时的文本不同了：有程序重新排版了文档，请让它原样转发请求体",
        }
        /// The cipher text is signed, and has been escaped once more.
        EscapedAgain {
            code: -40002,
            en: "`Encrypt` has been escaped once more on the way, so that it is not what was signed any more: something encodes the \
                 document anew; have it pass the body on unchanged",
            zh: "`Encrypt` 在途中又被转义了一次，与签名时的文本不同了：有程序重新编码了文档，请让它原样转发请求体",
        }
    }
}
