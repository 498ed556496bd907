//! What can be wrong with this server, whoever sends.

use super::table::reasons;

reasons! {
    /// This server is wired in a way that no genuine request can pass.
    pub enum WiringFault {
        /// The adapter's `per_request` knows no verifier for this request.
        UnknownAccount {
            en: "per_request has no verifier for this request: the URL on the console page names an account that this server \
                 does not know",
            zh: "per_request 没有给出这个请求的验证器：后台填写的 URL 指向了这台服务器不认识的账号",
        }
        /// The request is genuine and not encrypted, and the verifier wants encrypted ones.
        ConsoleInPlainMode {
            en: "the message is genuine and in plain mode: the console page says 明文模式 (test accounts know no other), and this \
                 server has an EncodingAESKey; choose 安全模式 or 兼容模式 on the page, or build the verifier with Verifier::new",
            zh: "消息是真的，但没有加密：后台选的是明文模式（测试号只有这一种），而这台服务器配置了 EncodingAESKey；请在后台改为安全模式\
                 或兼容模式，或者用 Verifier::new 构造验证器",
        }
        /// The verifier is for encrypted bodies, and the adapter was used in a way that cannot replace the body.
        BodyNotReplaceable {
            en: "the verifier is for encrypted mode, and `callback` alone cannot replace the body by the decrypted one: use \
                 `protect`",
            zh: "验证器是加密模式的，而单独使用 `callback` 无法把请求体换成解密后的内容：请改用 `protect`",
        }
        /// There is a ledger, and the adapter was used in a way in which it cannot run the handler.
        HandlerNotDetachable {
            en: "there is a ledger, and `callback` alone does not run the handler, so it cannot keep it from running twice: use \
                 `protect`",
            zh: "配置了去重账本，而单独使用 `callback` 并不负责运行处理函数，无法保证它只运行一次：请改用 `protect`",
        }
    }
}
