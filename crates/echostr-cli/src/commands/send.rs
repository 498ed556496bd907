//! `echostr send` and `echostr event`: one callback, and what the user would see.

use std::{
    fs,
    io::{self, IsTerminal as _, Read as _},
    path::Path,
};

use serde_json::{Value, json};

use crate::{
    cli::args,
    net::client::{Client, Cut, Fault, Target, millis},
    platform::account::Account,
    platform::deliver::{Attempt, deliver},
    platform::documents::{self as message, Header},
    platform::reply::{self, Judged, judge},
    platform::requests::{self as request, Moment, Request},
    report::output::{Output, Style, excerpt, printable},
    words::exit::{Exit, Failure},
    words::lang::{Lang, say},
    words::sentences as texts,
};

/// More than any message of the platform has; keeps a wrong file from being read whole.
const LONGEST_DOCUMENT: u64 = 1024 * 1024;

/// Where a callback goes, and as whose.
pub(crate) struct Route<'r> {
    pub(crate) account: &'r Account,
    pub(crate) client: &'r Client,
    pub(crate) target: &'r Target,
    pub(crate) output: &'r Output,
}

pub(crate) fn message(
    route: &Route<'_>,
    options: &args::Send,
    moment: &Moment,
    openid_is_given: bool,
) -> Result<Exit, Failure> {
    let lang = route.output.lang;
    let mut moment = moment.clone();
    let document = match options.kind {
        Some(kind) => message::message(kind, options, &moment, route.account.mode, lang)?.into_bytes(),
        None => {
            let document = read(options.file.as_deref(), lang)?;
            well_formed(&document, lang)?;
            if !openid_is_given && let Some(from) = Header::of(&document).from {
                moment.openid = from;
            }
            document
        }
    };
    send(route, &document, &moment)
}

pub(crate) fn event(route: &Route<'_>, options: &args::Event, moment: &Moment) -> Result<Exit, Failure> {
    let document = message::event(options, moment, route.account.mode, route.output.lang)?;
    send(route, document.as_bytes(), moment)
}

fn send(route: &Route<'_>, document: &[u8], moment: &Moment) -> Result<Exit, Failure> {
    let request = request::callback(route.account, moment, document);
    let request = request.map_err(|error| Failure::usage(error.to_string()))?;
    deliver_and_tell(route, &request)
}

/// Delivers it and says what came of it.
pub(crate) fn deliver_and_tell(route: &Route<'_>, request: &Request) -> Result<Exit, Failure> {
    let Route { account, client, target, output } = route;
    let lang = output.lang;
    let limit = texts::seconds(client.limit(), lang);
    let delivery = deliver(client, target, request, account.mode, |nth, attempt| {
        tell_attempt(route, nth, attempt, &limit);
    });
    let sends = delivery.attempts.len();
    let last = delivery.attempts.last();
    let (exit, wrong) = match last {
        Some(Ok(reply)) if reply.cut.is_some() => match reply.cut {
            Some(Cut::Broken) => (Exit::Wrong, Some(say!(lang, "the body breaks off", "应答体中断"))),
            _ => (Exit::Slow, Some(texts::fault(&Fault::Slow, "", &limit, lang))),
        },
        Some(Ok(reply)) if reply.status != 200 => (Exit::Wrong, Some(wrong_status(reply.status, lang))),
        Some(Ok(reply)) => match judge(account, reply, lang) {
            Judged::Wrong(why) => (Exit::Wrong, Some(why)),
            Judged::Silent => {
                let mark = output.paint(Style::Good, "✓");
                let text = say!(
                    lang,
                    "{mark} accepted without a reply: the user sees nothing",
                    "{mark} 已接收，没有回复：用户看不到任何内容"
                );
                output.event(outcome("silent", sends, Exit::Fine, None), &text);
                (Exit::Fine, None)
            }
            Judged::Reply { document, was_encrypted, warning } => {
                tell_reply(output, sends, &document, was_encrypted, warning.as_deref());
                (Exit::Fine, None)
            }
        },
        Some(Err(fault)) => (fault.exit(), Some(texts::fault(fault, target.shown(), &limit, lang))),
        None => (Exit::NoConnection, None),
    };
    if let Some(why) = wrong {
        if output.json {
            let phone = (account.mode != args::Mode::Wecom).then_some(texts::ON_THE_PHONE);
            let mut object = outcome("failed", sends, exit, Some(&why));
            if let (Some(object), Some(phone)) = (object.as_object_mut(), phone) {
                object.insert("phone".to_owned(), phone.into());
            }
            output.object(object);
            return Ok(exit);
        }
        tell_phone(route);
        return Err(Failure { exit, message: why });
    }
    Ok(exit)
}

fn tell_attempt(route: &Route<'_>, nth: usize, attempt: &Attempt, limit: &str) {
    let Route { output, target, .. } = route;
    let lang = output.lang;
    let (got, ms, status) = match attempt {
        Ok(reply) => {
            let body = excerpt(&reply.body);
            (format!("{} `{body}`", reply.status), Some(millis(reply.elapsed)), Some(reply.status))
        }
        Err(Fault::Slow) => (say!(lang, "no answer within {limit}", "{limit}内没有应答"), None, None),
        Err(Fault::Refused) => (say!(lang, "nobody there", "没有程序在监听"), None, None),
        Err(_) => (say!(lang, "no answer", "没有应答"), None, None),
    };
    let took = ms.map_or_else(String::new, |ms| format!(" ({ms:.1} ms)"));
    let url = target.shown();
    let text = say!(lang, "send {nth} to {url}: {got}{took}", "第 {nth} 次发送到 {url}:{got}{took}");
    let object = json!({ "send": nth, "url": url, "status": status, "got": got, "ms": ms });
    output.event(object, &output.paint(Style::Faint, &text));
}

fn tell_reply(output: &Output, sends: usize, document: &str, was_encrypted: bool, warning: Option<&str>) {
    let lang = output.lang;
    let mark = output.paint(Style::Good, "✓");
    let shown = printable(&reply::shown(document));
    let how = if was_encrypted {
        say!(lang, ", encrypted and rightly signed", ",已加密，签名正确")
    } else {
        String::new()
    };
    let text = say!(
        lang,
        "{mark} accepted with a reply{how}: the user sees “{shown}”",
        "{mark} 已接收并回复{how}：用户看到“{shown}”"
    );
    let mut object = outcome("reply", sends, Exit::Fine, None);
    if let Some(object) = object.as_object_mut() {
        object.insert("document".to_owned(), document.into());
        object.insert("encrypted".to_owned(), was_encrypted.into());
        object.insert("shown".to_owned(), shown.into());
        object.extend(warning.map(|warning| ("warning".to_owned(), warning.into())));
    }
    output.event(object, &text);
    if output.verbose {
        output.trace(&printable(document));
    }
    if let Some(warning) = warning {
        output.warning(&say!(lang, "warning: {warning}", "注意：{warning}"));
    }
}

fn tell_phone(route: &Route<'_>) {
    // In WeCom the user is told nothing.
    if route.account.mode == args::Mode::Wecom {
        return;
    }
    let text = say!(route.output.lang, "on the phone: {}", "手机上显示：{}", texts::ON_THE_PHONE);
    route.output.line(&route.output.paint(Style::Bad, &text));
}

fn outcome(result: &str, sends: usize, exit: Exit, message: Option<&str>) -> Value {
    json!({ "result": result, "sends": sends, "exit": exit.code(), "message": message })
}

pub(crate) fn wrong_status(status: u16, lang: Lang) -> String {
    match status {
        401 | 403 => say!(
            lang,
            "the server refuses the message with {status}: make its token, key and id the same as here, or set its clock right",
            "服务器以 {status} 拒绝了消息：请核对两边的 Token、密钥和 ID 是否一致，或校准服务器的时钟"
        ),
        404 | 405 | 501 => say!(
            lang,
            "no route for this message ({status}): correct the path, and route GET and POST of it to the callback",
            "没有匹配的路由({status})：请改正路径，并把该路径的 GET 和 POST 都路由到回调"
        ),
        300..=399 => say!(
            lang,
            "the answer is a redirect ({status}), and WeChat follows none: use the final URL",
            "应答是重定向({status})，而微信不跟随跳转：请使用最终的 URL"
        ),
        500..=599 => say!(
            lang,
            "the server fails with {status}: look for the error in its log, and answer 200",
            "服务器出错({status})：请查看它的日志，并返回 200"
        ),
        _ => say!(
            lang,
            "the status is {status}, and anything but 200 counts as a failure: answer 200",
            "状态码是 {status}，除 200 以外都算失败：请返回 200"
        ),
    }
}

/// A file, or standard input.
pub(crate) fn read(file: Option<&Path>, lang: Lang) -> Result<Vec<u8>, Failure> {
    let (name, result) = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            let opened = fs::File::open(file);
            (file.display().to_string(), opened.and_then(read_limited))
        }
        None if file.is_none() && io::stdin().is_terminal() => {
            return Err(Failure::usage(say!(
                lang,
                "nothing to send: name a kind of message such as `text hello`, or give --file, or pipe a document in",
                "没有要处理的内容：请写明消息类型（如 text 你好），或用 --file，或从管道输入"
            )));
        }
        None => (say!(lang, "standard input", "标准输入"), read_limited(io::stdin().lock())),
    };
    let bytes = result.map_err(|error| {
        Failure::usage(say!(lang, "cannot read {name}: {error}", "无法读取{name}:{error}"))
    })?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > LONGEST_DOCUMENT {
        return Err(Failure::usage(say!(lang, "{name} is longer than 1 MiB", "{name} 超过 1 MiB")));
    }
    Ok(bytes)
}

fn read_limited(input: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(LONGEST_DOCUMENT.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn well_formed(document: &[u8], lang: Lang) -> Result<(), Failure> {
    let why = match str::from_utf8(document) {
        Err(error) => Some(error.to_string()),
        Ok(text) if text.trim_start().starts_with('{') => {
            serde_json::from_str::<Value>(text).err().map(|error| error.to_string())
        }
        Ok(text) => message::xml_fields(text.trim()).err(),
    };
    why.map_or(Ok(()), |why| {
        Err(Failure::usage(say!(
            lang,
            "the document is neither well-formed XML nor JSON ({why}): nothing was sent",
            "文档既不是格式正确的 XML 也不是 JSON({why})：没有发送任何内容"
        )))
    })
}
