//! `echostr replay`: sends recorded callbacks again.

use std::path::Path;

use crate::{
    commands::send::{Route, deliver_and_tell, read},
    diagnosis::diagnose,
    net::client::millis,
    platform::account::{Account, escape},
    platform::requests::{Moment, Request},
    record::{self, Record},
    report::output::{Style, excerpt},
    words::exit::{Exit, Failure},
    words::lang::{Lang, say},
};

pub(crate) fn run(route: &Route<'_>, file: &Path, resign: bool, moment: &Moment) -> Result<Exit, Failure> {
    let lang = route.output.lang;
    let text = String::from_utf8(read(Some(file), lang)?);
    let text = text.map_err(|error| broken(file, 1, &error.to_string(), lang))?;
    // All lines are looked at before the first one is sent.
    let mut requests = Vec::new();
    let mut moment = moment.clone();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let nth = index.saturating_add(1);
        let request = Record::parse(line).and_then(|record| {
            let fresh = resign.then(|| moment.next());
            restore(route, record, fresh.as_ref(), lang)
        });
        requests.push(request.map_err(|why| broken(file, nth, &why, lang))?);
    }
    if requests.is_empty() {
        let file = file.display();
        return Err(Failure::usage(say!(lang, "{file} holds no recorded callback", "{file} 中没有记录")));
    }
    let mut exit = Exit::Fine;
    for request in &requests {
        let result =
            if request.body.is_some() { deliver_and_tell(route, request) } else { handshake(route, request) };
        match result {
            Ok(code) => exit = exit.max(code),
            // The next one is tried all the same, unless there is nobody to send it to.
            Err(failure) if failure.exit == Exit::NoConnection => return Err(failure),
            Err(failure) => {
                route.output.failure(&failure);
                exit = exit.max(failure.exit);
            }
        }
    }
    Ok(exit)
}

fn broken(file: &Path, nth: usize, why: &str, lang: Lang) -> Failure {
    let file = file.display();
    Failure::usage(say!(
        lang,
        "line {nth} of {file} is no recorded callback ({why}): nothing was sent",
        "{file} 第 {nth} 行不是有效的记录({why})：没有发送任何内容"
    ))
}

fn handshake(route: &Route<'_>, request: &Request) -> Result<Exit, Failure> {
    let Route { account, client, target, output } = route;
    let lang = output.lang;
    let sent = request.get("echostr");
    let echo = account.verifier().verify("GET", &request.query()).ok().and_then(|verified| match verified {
        echostr::Verified::Handshake(echo) => Some(echo.into_owned()),
        echostr::Verified::Callback(_) | echostr::Verified::Envelope(_) => None,
    });
    let echo = echo.unwrap_or_else(|| record::decoded(sent));
    let result = client.send(target, request);
    let at = request.get("timestamp").parse().unwrap_or_default();
    if let Some(diagnosis) = diagnose(&result, &echo, client, target, at, lang) {
        return Err(Failure { exit: diagnosis.exit, message: diagnosis.sentence });
    }
    let (got, ms) =
        result.map_or((String::new(), 0.0), |reply| (excerpt(&reply.body), millis(reply.elapsed)));
    let mark = output.paint(Style::Good, "✓");
    let text = say!(lang, "{mark} handshake: {got} ({ms:.1} ms)", "{mark} 验证 URL:{got} ({ms:.1} ms)");
    output.event(serde_json::json!({ "result": "handshake", "got": got, "ms": ms, "exit": 0 }), &text);
    Ok(Exit::Fine)
}

/// The request as it came, with the signatures that the record does not hold; or signed anew for `fresh`.
fn restore(route: &Route<'_>, record: Record, fresh: Option<&Moment>, lang: Lang) -> Result<Request, String> {
    let account = route.account;
    let pairs = record::pairs(&record.query)
        .map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned()));
    // A URL with a query of its own brings the user's parameters along.
    let is_kept = |key: &str| !route.target.has_query() || record::is_wechat(&record::decoded(key));
    let parameters: Vec<_> = pairs.filter(|(key, _)| is_kept(key)).collect();
    let body = (record.method == "POST").then_some(record.body);
    let is_json = body.as_deref().is_some_and(|body| body.trim_ascii_start().starts_with(b"{"));
    let content_type = if is_json { "application/json" } else { "text/xml" };
    let mut request = Request { parameters, body, content_type };
    if let Some(moment) = fresh {
        request = request.set("timestamp", moment.timestamp.to_string()).set("nonce", escape(&moment.nonce));
    }
    for name in ["signature", "msg_signature"] {
        let recorded = request.get(name).to_owned();
        if recorded.is_empty() || (fresh.is_none() && !record::is_masked(&recorded)) {
            continue;
        }
        let signature = sign(account, name, &request, lang)?;
        if fresh.is_none() && !signature.starts_with(record::shown_digits(&recorded)) {
            return Err(say!(
                lang,
                "its {name} is masked and was not made with this token; give that token, or sign anew with --resign",
                "其中的 {name} 已隐去，且不是由这个 Token 签的；请给出原来的 Token，或用 --resign 重新签名"
            ));
        }
        request = request.set(name, signature);
    }
    Ok(request)
}

fn sign(account: &Account, name: &str, request: &Request, lang: Lang) -> Result<String, String> {
    let (timestamp, nonce) =
        (record::decoded(request.get("timestamp")), record::decoded(request.get("nonce")));
    if name == "signature" {
        return Ok(account.signature(timestamp, nonce));
    }
    let encrypt = match &request.body {
        None => record::decoded(request.get("echostr")),
        Some(body) => {
            crate::commands::offline::encrypt_of(String::from_utf8_lossy(body).trim()).ok_or_else(|| {
                say!(
                    lang,
                    "its body has no Encrypt that msg_signature could cover",
                    "消息体中没有 msg_signature 所签的 Encrypt"
                )
            })?
        }
    };
    Ok(account.msg_signature(&timestamp, &nonce, &encrypt))
}
