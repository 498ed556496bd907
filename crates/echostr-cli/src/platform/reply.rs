//! What the platform makes of the answer to a message.

use crate::{
    net::reply::Reply,
    platform::{
        account::Account,
        mode::Mode,
        refusal::Refusal,
        seal,
        sealed_reply::SealedReply,
        xml::{field, xml_fields},
    },
    words::text::excerpt,
};

/// The byte order mark, in UTF-8.
pub(crate) const BOM: &str = "\u{feff}";

/// An answer of 200 that the platform takes.
#[derive(Clone, Debug)]
pub(crate) enum Taken {
    /// `success` or nothing: the user sees nothing.
    Silent,
    /// The user sees a reply.
    Reply {
        /// The document, decrypted where it was encrypted.
        document: String,
        /// It came encrypted, with a signature that holds.
        was_encrypted: bool,
        /// Fields without which it is shown to nobody.
        lacks: Vec<&'static str>,
    },
}

/// Why the platform does not take an answer of 200: the user sees the sentence of failure.
#[derive(Clone, Debug)]
pub(crate) enum Wrong {
    Compressed,
    ByteOrderMark,
    NotUtf8,
    /// Encrypted for an account in plain mode.
    Sealed,
    /// In plain text for an account that wants it encrypted.
    NotSealed,
    /// Names of the encrypted reply in another spelling, with the right ones.
    Misspelt(Vec<(String, &'static str)>),
    /// Names that the encrypted reply lacks.
    Missing(Vec<&'static str>),
    CannotBeOpened(Refusal),
    BrokenJson(String),
    /// Not well-formed, and why.
    BrokenXml {
        document: String,
        error: String,
    },
    /// A web page.
    Html,
    /// None of what an answer can be.
    Other,
}

/// What becomes of an answer of 200.
pub(crate) fn taken(account: &Account, reply: &Reply) -> Result<Taken, Wrong> {
    if SealedReply::is_compressed(reply) {
        return Err(Wrong::Compressed);
    }
    let body = reply.body.as_slice();
    if body.starts_with(BOM.as_bytes()) {
        return Err(Wrong::ByteOrderMark);
    }
    // The platform's parsers skip white space around a document.
    let body = body.trim_ascii();
    if matches!(body, b"" | b"success") {
        return Ok(Taken::Silent);
    }
    let text = str::from_utf8(body).map_err(|_| Wrong::NotUtf8)?;
    let (document, was_encrypted) = opened(account, text)?;
    let lacks = lacking(&document)?;
    Ok(Taken::Reply { document, was_encrypted, lacks })
}

/// The document in plain text, and whether it came encrypted.
fn opened(account: &Account, text: &str) -> Result<(String, bool), Wrong> {
    match (account.mode, SealedReply::find(text, account.mode)) {
        (Mode::Plain, Some(_)) => Err(Wrong::Sealed),
        (Mode::Plain | Mode::Compat, None) => Ok((text.to_owned(), false)),
        (Mode::Safe | Mode::Wecom, None) => Err(match lacking(text) {
            Ok(_) => Wrong::NotSealed,
            Err(wrong) => wrong,
        }),
        (_, Some(sealed)) if !sealed.misspelt.is_empty() => Err(Wrong::Misspelt(sealed.misspelt)),
        (_, Some(sealed)) if !sealed.missing.is_empty() => Err(Wrong::Missing(sealed.missing)),
        (_, Some(sealed)) => {
            let SealedReply { encrypt, timestamp, nonce, signature, .. } = &sealed;
            let document = seal::open(account, encrypt, timestamp, nonce, signature);
            let document = String::from_utf8(document.map_err(Wrong::CannotBeOpened)?);
            Ok((document.map_err(|_| Wrong::NotUtf8)?, true))
        }
    }
}

/// The fields that a reply document lacks; `Err` if this is none.
fn lacking(document: &str) -> Result<Vec<&'static str>, Wrong> {
    let document = document.trim();
    if document.starts_with('{') {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(document);
        return parsed.map(|_| vec![]).map_err(|error| Wrong::BrokenJson(error.to_string()));
    }
    if is_html(document) {
        return Err(Wrong::Html);
    }
    if !document.starts_with("<xml") && !document.starts_with("<?xml") {
        return Err(Wrong::Other);
    }
    let broken = |error| Wrong::BrokenXml { document: document.to_owned(), error };
    let fields = xml_fields(document).map_err(broken)?;
    let needed = ["ToUserName", "FromUserName", "CreateTime", "MsgType"].into_iter();
    Ok(needed.filter(|name| field(&fields, name).is_none()).collect())
}

/// Whether a text begins as a web page does.
pub(crate) fn is_html(text: &str) -> bool {
    let start = text.trim_start().chars().take(64).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
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
