//! The server answers with an error code of the official samples. Source of the codes:
//! <https://developer.work.weixin.qq.com/document/path/90968>.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence, Sent},
    words::lang::{Lang, say},
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let reply = evidence.reply()?;
    // Only short answers are an error code; a page or a document may hold any digits.
    let text = str::from_utf8(&reply.body).ok().filter(|text| text.len() < 200 && !text.contains('<'))?;
    if matches!(evidence.sent, Sent::Handshake(echo) if text.contains(echo)) {
        return None;
    }
    let code = text.match_indices("-400").find_map(|(at, found)| {
        let digits = text.get(at.saturating_add(found.len())..)?.as_bytes();
        match digits {
            [tens @ b'0'..=b'1', ones @ b'0'..=b'9', rest @ ..]
                if !rest.first().is_some_and(u8::is_ascii_digit) =>
            {
                Some(tens.saturating_sub(b'0').saturating_mul(10).saturating_add(ones.saturating_sub(b'0')))
            }
            _ => None,
        }
    })?;
    let lang = evidence.lang;
    let why = meaning(code, lang)?;
    Some(Diagnosis::wrong(
        "official-code",
        say!(
            lang,
            "the server answers with the error -400{code:02}: {why}",
            "服务器返回错误码 -400{code:02}:{why}"
        ),
    ))
}

fn meaning(code: u8, lang: Lang) -> Option<String> {
    Some(match code {
        1 => say!(
            lang,
            "the signature does not match; make its token the same as the one given here",
            "签名不符；请核对两边的 Token 是否一致"
        ),
        2 => say!(lang, "it cannot parse the body", "它无法解析消息体"),
        4 => say!(
            lang,
            "its EncodingAESKey is not one; copy all 43 characters from the console page",
            "它的 EncodingAESKey 不合法；请从后台重新复制 43 个字符"
        ),
        5 => say!(
            lang,
            "the id behind the message is another one; make its AppID, CorpID or SuiteID the same as given here",
            "消息末尾的 ID 不符；请核对两边的 AppID、CorpID 或 SuiteID 是否一致"
        ),
        7 | 8 => say!(
            lang,
            "it cannot decrypt; make its EncodingAESKey the same as the one given here",
            "它无法解密；请核对两边的 EncodingAESKey 是否一致"
        ),
        9 | 10 => say!(
            lang,
            "it takes what it was sent for no base64; look for a `+` that became a space on the way",
            "它认为收到的不是 base64；请检查途中是否把“+”变成了空格"
        ),
        3 | 6 | 11 => say!(lang, "it fails in its own code", "它自身的代码出错"),
        _ => return None,
    })
}
