//! The requests of the platform: parameters in its order, the body in its form.

use serde_json::{Value, json};

use crate::{
    net::{query::escape, request::Request},
    platform::{account::Account, header::Header, metadata::Metadata, mode::Mode, seal},
    words::exit::Failure,
};

/// What the platform labels every body with, JSON too.
pub(crate) const CONTENT_TYPE: &str = "text/xml";

/// The console's "submit".
pub(crate) fn handshake(account: &Account, metadata: &Metadata, echo: &str) -> Result<Request, Failure> {
    let timestamp = metadata.timestamp.to_string();
    let pairs = if account.mode == Mode::Wecom {
        let encrypt = seal::encrypt(account, echo)?;
        let signature = account.msg_signature(&timestamp, &metadata.nonce, &encrypt);
        vec![
            ("msg_signature", signature),
            ("timestamp", timestamp),
            ("nonce", escape(&metadata.nonce)),
            ("echostr", escape(&encrypt)),
        ]
    } else {
        vec![
            ("signature", account.signature(&timestamp, &metadata.nonce)),
            ("echostr", escape(echo)),
            ("timestamp", timestamp),
            ("nonce", escape(&metadata.nonce)),
        ]
    };
    Ok(Request { parameters: owned(pairs), body: None, content_type: CONTENT_TYPE })
}

/// A message or an event.
pub(crate) fn callback(account: &Account, metadata: &Metadata, document: &[u8]) -> Result<Request, Failure> {
    if !account.is_encrypted() {
        let parameters = owned(plain_query(account, metadata));
        let request = Request { parameters, body: Some(document.to_vec()), content_type: CONTENT_TYPE };
        return Ok(from_its_sender(request, document));
    }
    let text = String::from_utf8_lossy(document);
    let encrypt = seal::encrypt(account, &text)?;
    let request = encrypted(account, metadata, &encrypt, envelope(account, &text, &encrypt));
    Ok(from_its_sender(request, document))
}

/// Notices come from no user, and the aibot's users have no openid.
fn from_its_sender(request: Request, document: &[u8]) -> Request {
    let header = Header::of(document);
    if header.is_notice() || header.is_bots { request.without("openid") } else { request }
}

/// A callback whose body holds `encrypt`.
pub(crate) fn encrypted(account: &Account, metadata: &Metadata, encrypt: &str, body: String) -> Request {
    let timestamp = metadata.timestamp.to_string();
    let signature = account.msg_signature(&timestamp, &metadata.nonce, encrypt);
    let pairs = if account.mode == Mode::Wecom {
        vec![("msg_signature", signature), ("timestamp", timestamp), ("nonce", escape(&metadata.nonce))]
    } else {
        let mut pairs = plain_query(account, metadata);
        pairs.push(("encrypt_type", "aes".to_owned()));
        pairs.push(("msg_signature", signature));
        pairs
    };
    Request { parameters: owned(pairs), body: Some(body.into_bytes()), content_type: CONTENT_TYPE }
}

fn plain_query(account: &Account, metadata: &Metadata) -> Vec<(&'static str, String)> {
    let timestamp = metadata.timestamp.to_string();
    vec![
        ("signature", account.signature(&timestamp, &metadata.nonce)),
        ("timestamp", timestamp),
        ("nonce", escape(&metadata.nonce)),
        ("openid", escape(&metadata.openid)),
    ]
}

fn owned(pairs: Vec<(&str, String)>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn is_json(document: &[u8]) -> bool {
    document.trim_ascii_start().starts_with(b"{")
}

/// The document around the cipher text, byte for byte as the platform writes it.
pub(crate) fn envelope(account: &Account, document: &str, encrypt: &str) -> String {
    let header = Header::of(document.as_bytes());
    if header.is_bots {
        return json!({ "encrypt": encrypt }).to_string();
    }
    // Notices are always encrypted as a whole. Sources: <https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html>,
    // <https://developer.work.weixin.qq.com/document/path/90628>.
    if let Some(suite) = header.suite {
        return format!(
            "<xml><ToUserName><![CDATA[{suite}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <AgentID><![CDATA[]]></AgentID></xml>"
        );
    }
    if let Some(component) = header.component {
        return format!(
            "<xml>\n    <AppId><![CDATA[{component}]]></AppId>\n    \
             <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
        );
    }
    let to = header.to.unwrap_or_else(|| "gh_echostr".to_owned());
    if is_json(document.as_bytes()) {
        return match (account.mode, serde_json::from_str(document)) {
            (Mode::Compat, Ok(Value::Object(mut fields))) => {
                fields.insert("Encrypt".to_owned(), encrypt.into());
                Value::Object(fields).to_string()
            }
            (Mode::Wecom, _) => json!({ "encrypt": encrypt }).to_string(),
            _ => json!({ "ToUserName": to, "Encrypt": encrypt }).to_string(),
        };
    }
    match account.mode {
        Mode::Compat => {
            let fields = as_typed(document);
            let fields = fields.trim_ascii_end();
            let fields = fields.strip_suffix("</xml>").unwrap_or(fields);
            format!("{fields}<Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>")
        }
        Mode::Wecom => format!(
            "<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <AgentID><![CDATA[1000002]]></AgentID></xml>"
        ),
        Mode::Plain | Mode::Safe => format!(
            "<xml>\n    <ToUserName><![CDATA[{to}]]></ToUserName>\n    \
             <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
        ),
    }
}

/// The plain copy is not sanitised: a user's `]]>` stands in it as it was typed, and ends the section.
fn as_typed(document: &str) -> String {
    document.replace("]]]]><![CDATA[>", "]]>")
}
