//! `sign`, `verify`, `encrypt`, `decrypt`: nothing is sent.

use echostr::{Rejection, Verified};
use serde_json::json;

use crate::{
    cli::args::{self, Common, Mode},
    commands::send::read,
    net::client::Target,
    platform::account::{self, Account},
    platform::documents::{self as message, xml_fields},
    platform::requests::{self as request, Moment, Request},
    report::output::{Output, Style, printable},
    words::exit::{Exit, Failure},
    words::lang::{Lang, say},
    words::sentences as texts,
};

/// Where a curl line goes that names no URL.
const URL: &str = "http://127.0.0.1:3000/wx";

pub(crate) fn sign(common: &Common, options: &args::Sign, output: &Output) -> Result<Exit, Failure> {
    let lang = output.lang;
    let account = Account::new(common, lang)?;
    let moment = Moment::new(common);
    let target = options.url.as_deref().or(options.curl.then_some(URL));
    // Nothing is sent, so any machine will do.
    let target = target.map(|url| Target::new(url, true, lang)).transpose()?;
    let request = if options.handshake || options.echostr.is_some() {
        let echo = options.echostr.clone().unwrap_or_else(|| moment.echostr());
        request::handshake(&account, &moment, &echo).map_err(|error| Failure::usage(error.to_string()))?
    } else {
        let document = match &options.file {
            Some(file) => read(Some(file), lang)?,
            None => message::text(&options.text, &moment, account.mode, lang)?.into_bytes(),
        };
        let request = request::callback(&account, &moment, &document);
        request.map_err(|error| Failure::usage(error.to_string()))?
    };
    let url = target.as_ref().map_or_else(|| request.query(), |target| target.with(&request.query()));
    let body = request.body.as_deref().map(String::from_utf8_lossy);
    let object = json!({ "method": request.method(), "url": url, "query": request.query(), "body": &body });
    let text = if options.curl {
        curl(&url, &request)
    } else {
        // In plain mode the signature does not cover the body; in encrypted modes it holds for no other.
        let covered = body.filter(|_| account.is_encrypted());
        covered.map_or_else(|| url.clone(), |body| format!("{url}\n{}", body.trim_end()))
    };
    output.result(&object, &text);
    Ok(Exit::Fine)
}

/// A line for a POSIX shell.
fn curl(url: &str, request: &Request) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut line = "curl -i -A Mozilla/4.0 -H 'Pragma: no-cache'".to_owned();
    if let Some(body) = &request.body {
        line.push_str(&format!(" -H 'Content-Type: {}'", request.content_type));
        // Line breaks between the fields mean nothing, and a line should stay one.
        let body = String::from_utf8_lossy(body).replace(">\n<", "><");
        line.push_str(&format!(" --data-binary {}", quote(body.trim_end())));
    }
    line.push(' ');
    line.push_str(&quote(url));
    line
}

pub(crate) fn verify(
    common: &Common,
    query: &str,
    file: Option<&std::path::Path>,
    method: Option<&str>,
    output: &Output,
) -> Result<Exit, Failure> {
    let lang = output.lang;
    let account = Account::new(common, lang)?;
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let query = query.split_once('?').map_or(query, |(_, query)| query);
    let has_echo = query.split('&').any(|pair| pair.starts_with("echostr="));
    let is_get = has_echo && file.is_none();
    let method = method.map_or(if is_get { "GET" } else { "POST" }.to_owned(), str::to_ascii_uppercase);
    let result = decide(&account, &method, query, file, lang)?;
    let ok = result.is_ok();
    let (object, text) = match result {
        Ok(Genuine { what, text }) => {
            let mark = output.paint(Style::Good, "✓");
            let what_text = match what {
                "handshake" => say!(lang, "genuine handshake, to be answered with", "真实的验证请求，应返回"),
                "message" => {
                    say!(lang, "genuine, for this account; the document", "真实，且是发给本账号的；内容")
                }
                _ => say!(lang, "genuine: the signature holds", "真实：签名正确"),
            };
            let shown = text.as_deref().map_or_else(String::new, |text| format!(": {}", printable(text)));
            (json!({ "genuine": true, "is": what, "text": text }), format!("{mark} {what_text}{shown}"))
        }
        Err(rejection) => {
            let why = texts::rejection(rejection, lang);
            let mark = output.paint(Style::Bad, "✗");
            let text = say!(lang, "{mark} refused: {why}", "{mark} 拒绝：{why}");
            (json!({ "genuine": false, "reason": why, "code": rejection.official_code() }), text)
        }
    };
    output.event(object, &text);
    Ok(if ok { Exit::Fine } else { Exit::Wrong })
}

struct Genuine {
    what: &'static str,
    text: Option<String>,
}

fn decide(
    account: &Account,
    method: &str,
    query: &str,
    file: Option<&std::path::Path>,
    lang: Lang,
) -> Result<Result<Genuine, Rejection>, Failure> {
    let verified = match account.verifier().verify(method, query) {
        Ok(verified) => verified,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let mut envelope = match verified {
        Verified::Handshake(echo) => {
            return Ok(Ok(Genuine { what: "handshake", text: Some(echo.into_owned()) }));
        }
        Verified::Callback(_) => return Ok(Ok(Genuine { what: "callback", text: None })),
        Verified::Envelope(envelope) => envelope,
    };
    let body = read(file, lang)?;
    let opened = envelope.push(body.into()).and_then(|()| envelope.open());
    Ok(opened.map(|opened| Genuine {
        what: "message",
        text: Some(String::from_utf8_lossy(&opened.document).into_owned()),
    }))
}

pub(crate) fn encrypt(common: &Common, input: &args::Text, output: &Output) -> Result<Exit, Failure> {
    let lang = output.lang;
    let mut common = common.clone();
    // Without a mode it is the key that asks for one.
    common.mode = common.mode.or_else(|| common.aes_key.is_none().then_some(Mode::Safe));
    // The plain copy of compatible mode is not what was asked for.
    common.mode = common.mode.map(|mode| if mode == Mode::Compat { Mode::Safe } else { mode });
    let account = Account::new(&common, lang)?;
    if !account.is_encrypted() {
        return Err(Failure::usage(say!(
            lang,
            "plain mode encrypts nothing: use --mode safe",
            "明文模式不加密：请使用 --mode safe"
        )));
    }
    let document = text(input, lang)?;
    let moment = Moment::new(&common);
    let request = request::callback(&account, &moment, document.as_bytes());
    let request = request.map_err(|error| Failure::usage(error.to_string()))?;
    let body = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let object = json!({ "query": request.query(), "body": body });
    if output.verbose {
        output.trace(&format!("POST ?{}", request.query()));
    }
    output.result(&object, body.trim_end());
    Ok(Exit::Fine)
}

pub(crate) fn decrypt(common: &Common, input: &args::Text, output: &Output) -> Result<Exit, Failure> {
    let lang = output.lang;
    let text = text(input, lang)?;
    let encrypt = encrypt_of(text.trim()).ok_or_else(|| {
        Failure::usage(say!(
            lang,
            "there is no single Encrypt to decrypt: give a body in XML or JSON, or the base64 text itself",
            "找不到唯一的 Encrypt：请给出 XML 或 JSON 消息体，或 base64 文本本身"
        ))
    })?;
    let (document, id) = account::decrypt(common, &encrypt, lang)?;
    let document = String::from_utf8_lossy(&document);
    if output.verbose {
        output.trace(&say!(lang, "receive id: {id}", "末尾的 ID:{id}"));
    }
    output.result(&json!({ "document": document, "receive_id": id }), &document);
    Ok(Exit::Fine)
}

/// The text of the one `Encrypt` in a body, or the text itself.
pub(crate) fn encrypt_of(text: &str) -> Option<String> {
    let found = if text.starts_with('{') {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let (_, value) = json.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("Encrypt"))?;
        value.as_str()?.trim().to_owned()
    } else if text.starts_with('<') {
        let fields = xml_fields(text).ok()?;
        let mut found = fields.into_iter().filter(|(key, _)| key == "Encrypt");
        let (_, value) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        value.trim().to_owned()
    } else {
        percent_encoding::percent_decode_str(text).decode_utf8().ok()?.into_owned()
    };
    account::is_base64(&found).then_some(found)
}

fn text(input: &args::Text, lang: Lang) -> Result<String, Failure> {
    let bytes = match &input.text {
        Some(text) => return Ok(text.clone()),
        None => read(input.file.as_deref(), lang)?,
    };
    String::from_utf8(bytes).map_err(|error| {
        Failure::usage(say!(lang, "the text is not UTF-8: {error}", "文本不是 UTF-8:{error}"))
    })
}
