//! The answer to a handshake is something else than the echostr.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence, Sent},
    net::reply::Reply,
    words::{
        exit::Exit,
        lang::{Lang, say},
        text::excerpt,
    },
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let Sent::Handshake(echo) = evidence.sent else { return None };
    let reply = evidence.reply()?;
    if reply.body == echo.as_bytes() {
        return chunked(reply, evidence.lang);
    }
    let (name, sentence) = of_body(&reply.body, echo, evidence.lang)?;
    Some(Diagnosis::wrong(name, sentence))
}

/// Only a warning: some consoles take it.
fn chunked(reply: &Reply, lang: Lang) -> Option<Diagnosis> {
    reply.is_chunked().then(|| Diagnosis {
        name: "chunked",
        exit: Exit::Fine,
        sentence: say!(
            lang,
            "the echostr is right but sent chunked, which WeChat does not always take: answer with Content-Length",
            "echostr 正确，但使用了分块传输(chunked)，微信不一定接受：请使用 Content-Length"
        ),
    })
}

fn of_body(body: &[u8], echo: &str, lang: Lang) -> Option<(&'static str, String)> {
    if body == echo.as_bytes() {
        return None;
    }
    if body.is_empty() {
        return Some((
            "empty",
            say!(
                lang,
                "the body is empty: answer the GET with exactly the echostr, as text",
                "应答体为空：请对 GET 请求原样返回 echostr"
            ),
        ));
    }
    if let Some(rest) = body.strip_prefix("\u{feff}".as_bytes()) {
        let also = if rest == echo.as_bytes() { "" } else { "…" };
        return Some((
            "bom",
            say!(
                lang,
                "a byte order mark (BOM) stands before the echostr{also}: save the source files as UTF-8 without BOM",
                "echostr 前面有 BOM{also}：请把源文件保存为无 BOM 的 UTF-8"
            ),
        ));
    }
    let trimmed = body.trim_ascii();
    if trimmed == echo.as_bytes() {
        return Some(if body.contains(&b'\n') {
            (
                "newline",
                say!(
                    lang,
                    "a newline stands around the echostr: write it without a line break (print, not println), and no blank line around the code",
                    "echostr 前后有换行：输出时不要换行（用 print 而不是 println），代码前后也不要有空行"
                ),
            )
        } else {
            (
                "white-space",
                say!(
                    lang,
                    "white space stands around the echostr: answer it without any space before or behind",
                    "echostr 前后有空白：请不要在前后输出任何空格"
                ),
            )
        });
    }
    let text = String::from_utf8_lossy(trimmed);
    if trimmed.first() == Some(&b'"') && text.contains(echo) {
        return Some((
            "json",
            say!(
                lang,
                "the echostr is quoted by JSON: answer it as text/plain, not through the framework's JSON",
                "echostr 被 JSON 加了引号：请以纯文本(text/plain)返回，不要经过框架的 JSON 序列化"
            ),
        ));
    }
    if is_rounded(&text, echo) {
        return Some((
            "rounded",
            say!(
                lang,
                "the echostr came back rounded, having been read as a number: keep it as text",
                "echostr 被当作数字处理，末尾几位丢失：请始终按字符串处理"
            ),
        ));
    }
    if text.contains(echo) {
        let text = excerpt(body);
        return Some((
            "around",
            say!(
                lang,
                "more than the echostr came back (`{text}`): answer exactly the echostr and nothing around it",
                "除 echostr 外还有别的内容(“{text}”)：请只返回 echostr，前后不要有任何内容"
            ),
        ));
    }
    let text = excerpt(body);
    Some((
        "other",
        say!(
            lang,
            "the answer `{text}` is not the echostr: answer 200 with exactly the echostr, decrypted in WeCom's case, and not a message about an error",
            "应答“{text}”不是 echostr：请以 200 原样返回 echostr（企业微信须先解密），不要返回错误提示"
        ),
    ))
}

/// The same first digits and length, or an exponent: what a double keeps of 19 digits.
fn is_rounded(text: &str, echo: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+'));
    let first = |text: &str| text.chars().take(12).collect::<String>();
    is_number
        && !echo.is_empty()
        && first(&digits) == first(echo)
        && echo.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_rounded;

    #[test]
    fn numbers_that_lost_digits() {
        assert!(is_rounded("3892692869596528600", "3892692869596528638"));
        assert!(is_rounded("3.8926928695965286e+18", "3892692869596528638"));
        assert!(!is_rounded("1", "3892692869596528638"));
    }
}
