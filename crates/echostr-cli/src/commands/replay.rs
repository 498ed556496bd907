//! `echostr replay`: sends recorded callbacks again.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    commands::{common::Common, delivery::deliver_and_tell, input::read, session::Session},
    diagnosis::{
        evidence::{Evidence, Probes, Sent},
        table::diagnose,
    },
    net::{
        query::{self, escape},
        request::Request,
    },
    platform::{
        account::Account,
        candidates::candidates,
        metadata::Metadata,
        refusal::Refusal,
        requests::CONTENT_TYPE,
        verify::{Genuine, verify},
    },
    record::{self, Record},
    report::output::Style,
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
        text::{excerpt, millis},
    },
};

#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// The record that `listen --save` wrote; `-` is standard input
    file: PathBuf,
    /// The URL of the callback
    url: String,
    /// Signs anew, with the time of now
    #[arg(long)]
    resign: bool,
}

pub(crate) fn run(common: &Common, options: &Replay) -> Result<Exit, Failure> {
    let session = &Session::new(common, &options.url)?;
    let (file, resign) = (options.file.as_path(), options.resign);
    let lang = session.output.lang;
    let text = String::from_utf8(read(Some(file), lang)?);
    let text = text.map_err(|error| broken(file, 1, &error.to_string(), lang))?;
    // All lines are looked at before the first one is sent.
    let mut requests = Vec::new();
    let mut metadata = session.metadata.clone();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let nth = index.saturating_add(1);
        let request = Record::parse(line).and_then(|record| {
            let fresh = resign.then(|| metadata.next());
            restore(session, record, fresh.as_ref(), lang)
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
            if request.body.is_some() { message(session, request) } else { handshake(session, request) };
        match result {
            Ok(code) => exit = exit.max(code),
            // The next one is tried all the same, unless there is nobody to send it to.
            Err(failure) if failure.exit == Exit::NoConnection => return Err(failure),
            Err(failure) => {
                session.output.failure(&failure);
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

fn message(session: &Session, request: &Request) -> Result<Exit, Failure> {
    let body = request.body.clone().unwrap_or_default();
    let plain = String::from_utf8_lossy(&body).into_owned();
    let genuine = verify(&session.account, "POST", &request.query(), || Ok::<_, Refusal>(body));
    let document = if let Ok(Genuine::Message(document)) = genuine { document } else { plain };
    deliver_and_tell(session, request, &document)
}

fn handshake(session: &Session, request: &Request) -> Result<Exit, Failure> {
    let Session { account, client, target, output, .. } = session;
    let lang = output.lang;
    let genuine = verify(account, "GET", &request.query(), || Ok::<_, Refusal>(vec![]));
    let echo = match genuine {
        Ok(Genuine::Handshake(echo)) => echo,
        _ => query::decoded(request.get("echostr")),
    };
    let result = client.send(target, request);
    let diagnosis = diagnose(&Evidence {
        sent: Sent::Handshake(&echo),
        result: &result,
        account,
        url: target.shown(),
        at: request.get("timestamp").parse().unwrap_or_default(),
        limit: client.limit(),
        probes: Probes::default(),
        lang,
    });
    if let Some(diagnosis) = diagnosis.filter(|diagnosis| !diagnosis.is_warning()) {
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
fn restore(
    session: &Session,
    record: Record,
    fresh: Option<&Metadata>,
    lang: Lang,
) -> Result<Request, String> {
    let Session { account, target, .. } = session;
    let pairs = query::pairs(&record.query)
        .map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned()));
    // A URL with a query of its own brings the user's parameters along.
    let is_kept = |key: &str| !target.has_query() || record::is_wechat(&query::decoded(key));
    let parameters: Vec<_> = pairs.filter(|(key, _)| is_kept(key)).collect();
    let body = (record.method == "POST").then_some(record.body);
    let recorded = Request { parameters, body, content_type: CONTENT_TYPE };
    let mut request = recorded.clone();
    if let Some(fresh) = fresh {
        request = request.set("timestamp", fresh.timestamp.to_string()).set("nonce", escape(&fresh.nonce));
    }
    for name in ["signature", "msg_signature"] {
        let shown = recorded.get(name);
        if shown.is_empty() || (fresh.is_none() && !record::is_masked(shown)) {
            continue;
        }
        let covered = covered(account, name, &recorded, lang)?;
        let signature = sign(account, &request, covered.as_deref());
        if fresh.is_none() && !signature.starts_with(record::shown_digits(shown)) {
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

/// What a signature covers beside token, timestamp and nonce: of several texts the one that the recorded digits fit.
fn covered(account: &Account, name: &str, recorded: &Request, lang: Lang) -> Result<Option<String>, String> {
    if name == "signature" {
        return Ok(None);
    }
    let Some(body) = &recorded.body else { return Ok(Some(query::decoded(recorded.get("echostr")))) };
    let mut texts = candidates(body);
    let digits = record::shown_digits(recorded.get(name));
    let fits = |text: &String| sign(account, recorded, Some(text)).starts_with(digits);
    let found = texts.iter().position(fits).unwrap_or_default();
    if texts.is_empty() {
        return Err(say!(
            lang,
            "its body has no Encrypt that msg_signature could cover",
            "消息体中没有 msg_signature 所签的 Encrypt"
        ));
    }
    Ok(Some(texts.swap_remove(found)))
}

fn sign(account: &Account, request: &Request, covered: Option<&str>) -> String {
    let (timestamp, nonce) = (query::decoded(request.get("timestamp")), query::decoded(request.get("nonce")));
    match covered {
        None => account.signature(timestamp, nonce),
        Some(text) => account.msg_signature(&timestamp, &nonce, text),
    }
}
