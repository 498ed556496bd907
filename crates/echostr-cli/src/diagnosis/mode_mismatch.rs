//! One side encrypts and the other does not, or one is WeCom's and the other an Official Account's.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence, TakesInstead},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let lang = evidence.lang;
    let mode = evidence.account.mode.name();
    let takes_instead = evidence.probes.takes_instead?;
    // A plain server answers 200 to messages that it cannot read.
    let is_unread = !evidence.is_handshake() && matches!(takes_instead, TakesInstead::PlainMessage);
    if evidence.is_taken() && !is_unread {
        return None;
    }
    let sentence = match takes_instead {
        TakesInstead::PlainHandshake => say!(
            lang,
            "mode mismatch: the server takes the handshake of an Official Account and not WeCom's, which is encrypted: set it up for WeCom (企业微信), or use --mode plain or safe here",
            "模式不一致：服务器接受公众号的验证请求，而不接受企业微信的（后者是加密的）：请按企业微信配置服务器，或在这里使用 --mode plain 或 safe"
        ),
        TakesInstead::WecomHandshake => say!(
            lang,
            "mode mismatch: the server takes the handshake of WeCom and not that of an Official Account: use --mode wecom here, or set the server up for an Official Account",
            "模式不一致：服务器接受企业微信的验证请求，而不接受公众号的：请在这里使用 --mode wecom，或按公众号配置服务器"
        ),
        TakesInstead::PlainMessage => say!(
            lang,
            "mode mismatch: the server takes plain messages and not encrypted ones, so it is in plain mode (明文模式) while this is {mode}: give the server its EncodingAESKey, or use --mode plain here and 明文模式 on the console page",
            "模式不一致：服务器接受明文消息，而不接受加密消息，它处于明文模式，而这里是 {mode}：请给服务器配置 EncodingAESKey，或在这里使用 --mode plain、在后台选择明文模式"
        ),
        TakesInstead::SealedMessage => say!(
            lang,
            "mode mismatch: the server takes encrypted messages and not plain ones, while this is plain mode (明文模式): use --mode safe here and 安全模式 on the console page, or take the EncodingAESKey out of the server",
            "模式不一致：服务器接受加密消息，而不接受明文消息，而这里是明文模式：请在这里使用 --mode safe、在后台选择安全模式，或去掉服务器的 EncodingAESKey"
        ),
        TakesInstead::HandshakeOnly => {
            let status = evidence.status();
            say!(
                lang,
                "the token is right, as the handshake is taken, but the plain message is refused with {status}, most likely a mode mismatch: the server wants encrypted messages (it has an EncodingAESKey) while this is plain mode (明文模式); give --aes-key and --appid here, or take the key out of the server. Otherwise something in front of it lets no POST through",
                "验证请求被接受，说明 Token 正确，但明文消息被以 {status} 拒绝，多半是模式不一致：服务器要求加密消息（配置了 EncodingAESKey），而这里是明文模式；请在这里给出 --aes-key 和 --appid，或去掉服务器的密钥。否则就是前面有什么不放行 POST"
            )
        }
    };
    Some(Diagnosis::wrong("mode-mismatch", sentence))
}
