//! Delivers a callback and tells what came of it: for `send`, `event` and `replay`.

use serde_json::{Value, json};

use crate::{
    commands::{common::Common, session::Session},
    diagnosis::{
        evidence::{Evidence, Probes, Sent},
        table::diagnose,
    },
    net::{reply::Fault, request::Request},
    platform::{
        deliver::{Attempt, deliver},
        documents,
        kinds::Kind,
        mode::Mode,
        reply::{Taken, shown, taken},
        requests,
        template::tree::Setting,
    },
    report::output::{Output, Style},
    suite::run::probe::Probe,
    words::{
        exit::{Exit, Failure},
        lang::say,
        text::{excerpt, millis, printable, seconds},
    },
};

/// What WeChat shows the user when the server fails.
const ON_THE_PHONE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// Sends a document of this kind with these texts.
pub(crate) fn send_and_tell(
    common: &Common,
    url: &str,
    kind: Kind,
    settings: &[Setting],
) -> Result<Exit, Failure> {
    let session = if kind.is_wecoms() {
        Session::new(&common.for_wecom(kind.is_bots()), url)?
    } else {
        Session::new(common, url)?
    };
    let Session { account, metadata, output, .. } = &session;
    let document = documents::document(kind, settings, metadata, account.mode, output.lang)?;
    let request = requests::callback(account, metadata, document.as_bytes())?;
    deliver_and_tell(&session, &request, &document)
}

/// `document` is what the request says, in plain text.
pub(crate) fn deliver_and_tell(
    session: &Session,
    request: &Request,
    document: &str,
) -> Result<Exit, Failure> {
    let Session { account, client, target, output, metadata } = session;
    let lang = output.lang;
    let attempts = deliver(client, target, request, account.mode, |nth, attempt| {
        tell_attempt(session, nth, attempt);
    })
    .attempts;
    let sends = attempts.len();
    let Some(last) = attempts.last() else { return Ok(Exit::NoConnection) };
    let look = |probes| {
        diagnose(&Evidence {
            sent: Sent::Message(document),
            result: last,
            account,
            url: target.shown(),
            at: request.get("timestamp").parse().unwrap_or_default(),
            limit: client.limit(),
            probes,
            lang,
        })
    };
    let Some(mut diagnosis) = look(Probes::default()) else {
        if let Ok(Ok(reply)) = last.as_ref().map(|reply| taken(account, reply)) {
            tell_reply(output, sends, &reply);
        }
        return Ok(Exit::Fine);
    };
    if last.is_ok() {
        let probe = Probe { account, client, target, lang, is_thorough: false };
        diagnosis = look(probe.look(Sent::Message(document), last, metadata)).unwrap_or(diagnosis);
    }
    // In WeCom the user is told nothing.
    let phone = (account.mode != Mode::Wecom).then_some(ON_THE_PHONE);
    if output.json {
        let mut object = outcome("failed", sends, diagnosis.exit, Some(&diagnosis.sentence));
        if let Some(object) = object.as_object_mut() {
            object.insert("diagnosis".to_owned(), diagnosis.name.into());
            object.extend(phone.map(|phone| ("phone".to_owned(), phone.into())));
        }
        output.object(object);
        return Ok(diagnosis.exit);
    }
    if let Some(phone) = phone {
        let text = say!(lang, "on the phone: {phone}", "手机上显示：{phone}");
        output.line(&output.paint(Style::Bad, &text));
    }
    Err(Failure { exit: diagnosis.exit, message: diagnosis.sentence })
}

fn tell_attempt(session: &Session, nth: usize, attempt: &Attempt) {
    let Session { output, target, client, .. } = session;
    let lang = output.lang;
    let limit = seconds(client.limit(), lang);
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

fn tell_reply(output: &Output, sends: usize, reply: &Taken) {
    let lang = output.lang;
    let mark = output.paint(Style::Good, "✓");
    let Taken::Reply { document, was_encrypted, lacks } = reply else {
        let text = say!(
            lang,
            "{mark} accepted without a reply: the user sees nothing",
            "{mark} 已接收，没有回复：用户看不到任何内容"
        );
        output.event(outcome("silent", sends, Exit::Fine, None), &text);
        return;
    };
    let shown = printable(&shown(document));
    let how = if *was_encrypted {
        say!(lang, ", encrypted and rightly signed", ",已加密，签名正确")
    } else {
        String::new()
    };
    let text = say!(
        lang,
        "{mark} accepted with a reply{how}: the user sees “{shown}”",
        "{mark} 已接收并回复{how}：用户看到“{shown}”"
    );
    let warning = (!lacks.is_empty()).then(|| {
        let lacks = lacks.join(", ");
        say!(
            lang,
            "the reply lacks {lacks}, without which WeChat shows it to nobody",
            "回复缺少 {lacks}，微信不会把它展示给用户"
        )
    });
    let mut object = outcome("reply", sends, Exit::Fine, None);
    if let Some(object) = object.as_object_mut() {
        object.insert("document".to_owned(), document.clone().into());
        object.insert("encrypted".to_owned(), (*was_encrypted).into());
        object.insert("shown".to_owned(), shown.into());
        object.extend(warning.clone().map(|warning| ("warning".to_owned(), warning.into())));
    }
    output.event(object, &text);
    if output.verbose > 0 {
        output.trace(&printable(document));
    }
    if let Some(warning) = warning {
        output.warning(&say!(lang, "warning: {warning}", "注意：{warning}"));
    }
}

fn outcome(result: &str, sends: usize, exit: Exit, message: Option<&str>) -> Value {
    json!({ "result": result, "sends": sends, "exit": exit.code(), "message": message })
}
