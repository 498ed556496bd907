//! What a message was answered with, as the platform would take it.

use crate::{
    cli::args::Mode,
    net::client::Reply,
    platform::account::Account,
    platform::documents::{field, xml_fields},
    report::output::excerpt,
    words::lang::{Lang, say},
    words::sentences as texts,
};

/// What becomes of an answer of 200.
#[derive(Clone, Debug)]
pub(crate) enum Judged {
    /// `success` or nothing: the user sees nothing.
    Silent,
    /// The user sees a reply.
    Reply {
        /// The document, decrypted where it was encrypted.
        document: String,
        /// It came encrypted, with a signature that holds.
        was_encrypted: bool,
        /// What is odd about it.
        warning: Option<String>,
    },
    /// The user sees the sentence of failure.
    Wrong(String),
}

pub(crate) fn judge(account: &Account, reply: &Reply, lang: Lang) -> Judged {
    let body = reply.body.as_slice();
    if reply.header("content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"))
        || body.starts_with(&[0x1f, 0x8b])
    {
        return Judged::Wrong(say!(
            lang,
            "the reply is compressed (gzip), which was not asked for: turn compression off for this route",
            "回复被压缩(gzip)，而请求并未允许：请对这个路由关闭压缩"
        ));
    }
    if body.starts_with("\u{feff}".as_bytes()) {
        return Judged::Wrong(say!(
            lang,
            "a byte order mark (BOM) stands before the reply: save the source files without BOM",
            "回复前面有 BOM：请把源文件保存为无 BOM 的 UTF-8"
        ));
    }
    let body = body.trim_ascii();
    if matches!(body, b"" | b"success") {
        return Judged::Silent;
    }
    let Ok(text) = str::from_utf8(body) else {
        return Judged::Wrong(say!(
            lang,
            "the reply is not UTF-8: write it as UTF-8",
            "回复不是 UTF-8：请使用 UTF-8 编码"
        ));
    };
    match opened(account, text, lang) {
        Ok((document, was_encrypted)) => match content(&document, lang) {
            Ok(warning) => Judged::Reply { document, was_encrypted, warning },
            Err(why) => Judged::Wrong(why),
        },
        Err(why) => Judged::Wrong(why),
    }
}

/// The document in plain text, and whether it came encrypted.
fn opened(account: &Account, text: &str, lang: Lang) -> Result<(String, bool), String> {
    let sealed = Sealed::find(text);
    match (account.mode, sealed) {
        (Mode::Plain, Some(_)) => Err(say!(
            lang,
            "the reply is encrypted, and the account is in plain mode: use --mode safe, or let the server reply in plain text",
            "回复是加密的，而账号是明文模式：请使用 --mode safe，或让服务器回复明文"
        )),
        (Mode::Plain | Mode::Compat, None) => Ok((text.to_owned(), false)),
        (Mode::Safe | Mode::Wecom, None) if !text.starts_with(['<', '{']) => Err(neither(text, lang)),
        (Mode::Safe | Mode::Wecom, None) => Err(say!(
            lang,
            "the reply is not encrypted, as this mode wants every reply but `success` to be: encrypt it",
            "回复没有加密，而这个模式下除 success 外的回复都必须加密：请加密后回复"
        )),
        (_, Some(sealed)) => {
            let Sealed { signature, timestamp, nonce } = &sealed;
            let document =
                account.open(text.as_bytes(), timestamp, nonce, signature).map_err(|rejection| {
                    let why = texts::rejection(rejection, lang);
                    say!(lang, "the encrypted reply cannot be opened: {why}", "加密的回复无法打开：{why}")
                })?;
            let document = String::from_utf8(document).map_err(|error| error.to_string())?;
            Ok((document, true))
        }
    }
}

/// `Err` if this is no reply document, otherwise what is odd about it.
fn content(document: &str, lang: Lang) -> Result<Option<String>, String> {
    if document.starts_with('{') {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(document);
        return parsed
            .map(|_| None)
            .map_err(|error| say!(lang, "the reply is broken JSON: {error}", "回复的 JSON 有错：{error}"));
    }
    if !document.starts_with('<') {
        return Err(neither(document, lang));
    }
    if !document.starts_with("<xml") && !document.starts_with("<?xml") {
        return Err(neither(document, lang));
    }
    let fields = xml_fields(document).map_err(|error| {
        say!(
            lang,
            "the reply is no well-formed XML ({error}): answer `success`, or a reply document",
            "回复不是格式正确的 XML({error})：请回复 success 或回复文档"
        )
    })?;
    let missing: Vec<_> = ["ToUserName", "FromUserName", "CreateTime", "MsgType"]
        .into_iter()
        .filter(|name| field(&fields, name).is_none())
        .collect();
    let missing = missing.join(", ");
    Ok((!missing.is_empty()).then(|| {
        say!(
            lang,
            "the reply lacks {missing}, without which WeChat shows it to nobody",
            "回复缺少 {missing}，微信不会把它展示给用户"
        )
    }))
}

fn neither(text: &str, lang: Lang) -> String {
    let text = excerpt(text.as_bytes());
    say!(
        lang,
        "the reply `{text}` is neither `success`, nor empty, nor a reply document: answer one of these",
        "回复“{text}”既不是 success 或空串，也不是回复文档：请回复其中之一"
    )
}

/// Finds a field by its name.
type Find = dyn Fn(&str) -> Option<String>;

/// What a reply says about its own signature.
pub(crate) struct Sealed {
    pub(crate) signature: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
}

impl Sealed {
    /// `None` if the document has no `Encrypt`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let find: Box<Find> = if text.trim_start().starts_with('{') {
            let json: serde_json::Value = serde_json::from_str(text).ok()?;
            Box::new(move |name| {
                let (_, value) = json.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
        } else {
            let fields = xml_fields(text).ok()?;
            Box::new(move |name| field(&fields, name).map(|value| value.trim().to_owned()))
        };
        find("Encrypt")?;
        let or_empty = |name| find(name).unwrap_or_default();
        Some(Self {
            signature: or_empty("MsgSignature"),
            timestamp: or_empty("TimeStamp"),
            nonce: or_empty("Nonce"),
        })
    }
}

/// What the user reads: the text of a reply, or what else it is.
pub(crate) fn shown(document: &str) -> String {
    let Ok(fields) = xml_fields(document) else { return excerpt(document.as_bytes()) };
    match (field(&fields, "Content"), field(&fields, "MsgType")) {
        (Some(content), _) => content.to_owned(),
        (None, Some(kind)) => format!("[{kind}]"),
        (None, None) => excerpt(document.as_bytes()),
    }
}
