//! One sentence, with the cure, for each way in which a handshake fails.

use crate::{
    net::client::{Client, Cut, Fault, Reply, Target},
    report::output::excerpt,
    words::exit::Exit,
    words::lang::{Lang, say},
    words::sentences as texts,
};

/// What is wrong with the answer to a handshake.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    /// A stable name, for JSON.
    pub(crate) name: &'static str,
    pub(crate) exit: Exit,
    pub(crate) sentence: String,
}

/// `None` if the platform would be content.
pub(crate) fn diagnose(
    result: &Result<Reply, Fault>,
    echo: &str,
    client: &Client,
    target: &Target,
    sent_at: u64,
    lang: Lang,
) -> Option<Diagnosis> {
    let limit = texts::seconds(client.limit(), lang);
    match result {
        Err(fault) => Some(Diagnosis {
            name: match fault {
                Fault::Refused => "refused",
                Fault::NoHost | Fault::Unreachable(_) => "unreachable",
                Fault::Closed(_) => "closed",
                Fault::NotHttp(_) => "not-http",
                Fault::Slow => "slow",
            },
            exit: fault.exit(),
            sentence: texts::fault(fault, target.shown(), &limit, lang),
        }),
        Ok(reply) => of_reply(reply, echo, &limit, sent_at, lang),
    }
}

fn of_reply(reply: &Reply, echo: &str, limit: &str, sent_at: u64, lang: Lang) -> Option<Diagnosis> {
    let found = |name, sentence| Some(Diagnosis { name, exit: Exit::Wrong, sentence });
    if reply.status != 200 {
        let (name, sentence) = of_status(reply, sent_at, lang);
        return found(name, sentence);
    }
    if let Some(cut) = reply.cut {
        let exit = if cut == Cut::Broken { Exit::Wrong } else { Exit::Slow };
        let (name, sentence) = if reply.is_chunked() && cut != Cut::Broken {
            let sentence = say!(
                lang,
                "the body is chunked and never ends: answer with Content-Length, and end the response",
                "应答体是分块传输(chunked)，并且一直不结束：请使用 Content-Length，并结束应答"
            );
            ("endless", sentence)
        } else if cut == Cut::Slow {
            ("slow", texts::fault(&Fault::Slow, "", limit, lang))
        } else {
            let sentence = say!(
                lang,
                "the body breaks off or does not end: send as many bytes as Content-Length says",
                "应答体中断或没有结束：请按 Content-Length 发送完整的内容"
            );
            ("broken", sentence)
        };
        return Some(Diagnosis { name, exit, sentence });
    }
    let (name, sentence) = of_body(reply, echo, lang)?;
    found(name, sentence)
}

fn of_status(reply: &Reply, sent_at: u64, lang: Lang) -> (&'static str, String) {
    let status = reply.status;
    match status {
        201..=299 => (
            "status",
            say!(
                lang,
                "the status is {status}, and WeChat takes 200 only: answer 200, also where the framework has another default for creation",
                "状态码是 {status}，而微信只接受 200：请返回 200，留意框架的默认状态码"
            ),
        ),
        300..=399 => {
            let to = reply.header("location").map_or_else(|| "?".to_owned(), |to| excerpt(to.as_bytes()));
            (
                "redirect",
                say!(
                    lang,
                    "the answer is a redirect ({status}) to {to}, and WeChat follows none: use the final URL on the console page (slash at the end, https), and exempt the route from login",
                    "应答是重定向({status})到 {to}，而微信不跟随跳转：请在后台填写最终的 URL（留意末尾的斜杠和 https），并让这个路由免登录"
                ),
            )
        }
        401 | 403 => {
            let away = date(reply).map(|server| server.abs_diff(sent_at)).filter(|away| *away > 60);
            let clock = away.map_or_else(String::new, |away| {
                say!(
                    lang,
                    " (the server's clock is {away} s away from the timestamp)",
                    "（服务器的时钟与时间戳相差 {away} 秒）"
                )
            });
            (
                "forbidden",
                say!(
                    lang,
                    "the server refuses the signature with {status}: make its token the same as the one given here, or set its clock right{clock}; a login or CSRF check must not stand before this route",
                    "服务器以 {status} 拒绝：请核对两边的 Token 是否一致，或校准服务器的时钟{clock}；这个路由前面也不能有登录或 CSRF 检查"
                ),
            )
        }
        404 | 405 => (
            "route",
            say!(
                lang,
                "no route for this request ({status}): correct the path, and route GET and POST of it to the callback",
                "没有匹配的路由({status})：请改正路径，并把该路径的 GET 和 POST 都路由到回调"
            ),
        ),
        413 | 414 | 431 => (
            "too-long",
            say!(
                lang,
                "the server finds the request too long ({status}): raise its limit to 8 KiB of URL and headers",
                "服务器认为请求过长({status})：请把 URL 和请求头的上限提高到 8 KiB"
            ),
        ),
        500..=599 => (
            "server-error",
            say!(
                lang,
                "the server fails with {status}: look for the error in its log; a handler that expects a body must not run for the handshake",
                "服务器出错({status})：请查看它的日志；验证请求没有消息体，不要让处理消息的代码来处理它"
            ),
        ),
        _ => (
            "status",
            say!(
                lang,
                "the status is {status}, and WeChat takes 200 only: answer 200 with exactly the echostr",
                "状态码是 {status}，而微信只接受 200：请返回 200 和 echostr 原文"
            ),
        ),
    }
}

fn of_body(reply: &Reply, echo: &str, lang: Lang) -> Option<(&'static str, String)> {
    let body = reply.body.as_slice();
    let coding = reply.header("content-encoding").unwrap_or_default();
    if body.starts_with(&[0x1f, 0x8b]) || !(coding.is_empty() || coding.eq_ignore_ascii_case("identity")) {
        let coding = if coding.is_empty() { "gzip" } else { coding };
        let coding = excerpt(coding.as_bytes());
        return Some((
            "gzip",
            say!(
                lang,
                "the answer is compressed ({coding}), which was not asked for: turn compression off for this route",
                "应答被压缩({coding})，而请求并未允许：请对这个路由关闭压缩"
            ),
        ));
    }
    if body == echo.as_bytes() {
        return reply.is_chunked().then(|| {
            let sentence = say!(
                lang,
                "the echostr is right but sent chunked, which WeChat does not take: answer with Content-Length",
                "echostr 正确，但使用了分块传输(chunked)，微信不接受：请使用 Content-Length"
            );
            ("chunked", sentence)
        });
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
    let kind = reply.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let start = text.chars().take(64).collect::<String>().to_ascii_lowercase();
    if start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || (kind.contains("html") && start.starts_with('<'))
    {
        return Some((
            "html",
            say!(
                lang,
                "the answer is an HTML page, so the URL leads to a web page and not to the callback: correct the path or the route (a front end, a login, a tunnel's warning page)",
                "应答是 HTML 网页，说明 URL 指向了网页而不是回调：请改正路径或路由（前端页面、登录页、内网穿透的提示页）"
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

/// The server's clock, from `Date: Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(reply: &Reply) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = reply.header("date")?.split_once(", ")?;
    let mut words = date.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month: i64 = MONTHS.iter().position(|name| *name == month)?.try_into().ok()?;
    let year: i64 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);
    // Days since 1970 of a year that begins in March, so that the leap day is its last.
    let (shifted, month) = if month < 2 {
        (year.checked_sub(1)?, month.checked_add(10)?)
    } else {
        (year, month.checked_sub(2)?)
    };
    let leap =
        shifted.div_euclid(4).checked_sub(shifted.div_euclid(100))?.checked_add(shifted.div_euclid(400))?;
    let of_year = month.checked_mul(153)?.checked_add(2)?.div_euclid(5).checked_add(day)?.checked_sub(1)?;
    let days = shifted.checked_mul(365)?.checked_add(leap)?.checked_add(of_year)?.checked_sub(719_468)?;
    let hours = days.checked_mul(24)?.checked_add(hours)?;
    let seconds = hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?.checked_add(seconds)?;
    seconds.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{date, is_rounded};
    use crate::net::client::Reply;

    #[test]
    fn the_servers_clock() {
        let dated = |date: &str| {
            let headers = vec![("Date".to_owned(), date.to_owned())];
            Reply { status: 403, headers, body: vec![], elapsed: Duration::ZERO, cut: None }
        };
        assert_eq!(date(&dated("Sun, 06 Nov 1994 08:49:37 GMT")), Some(784_111_777));
        assert_eq!(date(&dated("Thu, 29 Feb 2024 00:00:00 GMT")), Some(1_709_164_800));
        assert_eq!(date(&dated("Thu, 01 Jan 1970 00:00:00 GMT")), Some(0));
        assert_eq!(date(&dated("yesterday")), None);
    }

    #[test]
    fn numbers_that_lost_digits() {
        assert!(is_rounded("3892692869596528600", "3892692869596528638"));
        assert!(is_rounded("3.8926928695965286e+18", "3892692869596528638"));
        assert!(!is_rounded("1", "3892692869596528638"));
    }
}
