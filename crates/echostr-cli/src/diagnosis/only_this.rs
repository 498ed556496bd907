//! A plain text is taken and this message is not: the token and the mode are right, and it is what the message says.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence, Sent},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let Sent::Message(document) = evidence.sent else { return None };
    let status = evidence.status();
    if !evidence.probes.takes_plain_texts || !matches!(status, 400..=499) {
        return None;
    }
    let lang = evidence.lang;
    let sentence = if document.contains("]]]]><![CDATA[>") {
        say!(
            lang,
            "a plain text is taken, and one with `]]>`, `<` and `&` in it is refused with {status}: users type such things, and in compatible mode the plain copy in the body holds them as typed, so nothing but the signed `Encrypt` must be read there",
            "普通文本消息被接受，而含有“]]>”“<”“&”的被以 {status} 拒绝：用户会输入这些字符，兼容模式的消息体里，明文部分保留用户输入的原样，因此除了已签名的 Encrypt，不要解析其他内容"
        )
    } else {
        say!(
            lang,
            "a plain text is taken, and this message is refused with {status}: look at what the handler does with this kind, and answer 200 `success` to kinds that it does not know",
            "普通文本消息被接受，而这条消息被以 {status} 拒绝：请检查代码对这种类型的处理；不认识的类型请返回 200 和 success"
        )
    };
    Some(Diagnosis::wrong("only-this", sentence))
}
