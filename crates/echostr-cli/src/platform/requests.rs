//! The requests of the platform: parameters in its order, the body in its form.

use echostr::{SealError, Signature};
use serde_json::Value;

use crate::{
    cli::args::{Common, Mode},
    platform::account::{Account, escape},
    platform::documents::Header,
};

/// A user's openid has 28 characters and begins with `o`.
const OPENID: &str = "oEchostrCliUser0000000000001";

/// A request that is not sent yet. Keys and values are as they stand in the URL.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) parameters: Vec<(String, String)>,
    /// `None` is a GET.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
}

impl Request {
    pub(crate) const fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    pub(crate) fn query(&self) -> String {
        let pairs = self.parameters.iter().map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    pub(crate) fn get(&self, key: &str) -> &str {
        let found = self.parameters.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn set(mut self, key: &str, value: impl Into<String>) -> Self {
        if let Some((_, old)) = self.parameters.iter_mut().find(|(name, _)| name == key) {
            *old = value.into();
        }
        self
    }

    pub(crate) fn rename(mut self, key: &str, new: &str) -> Self {
        if let Some((old, _)) = self.parameters.iter_mut().find(|(name, _)| name == key) {
            new.clone_into(old);
        }
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.parameters.retain(|(name, _)| name != key);
        self
    }

    pub(crate) fn and(mut self, key: &str, value: impl Into<String>) -> Self {
        self.parameters.push((key.to_owned(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// When, with which nonce and in whose name.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) timestamp: u64,
    pub(crate) nonce: String,
    pub(crate) openid: String,
}

impl Moment {
    pub(crate) fn new(common: &Common) -> Self {
        Self {
            timestamp: common.at.unwrap_or_else(now),
            nonce: common.nonce.clone().unwrap_or_else(random_nonce),
            openid: common.openid.clone().unwrap_or_else(|| OPENID.to_owned()),
        }
    }

    /// 18 or 19 digits, as the platform's; the last ones are no zeros, so that rounding shows.
    pub(crate) fn echostr(&self) -> String {
        let number = self.number("echostr");
        // Some of the platform's exceed an i64.
        let digits = 100_000_000_000_000_000_u64.saturating_add(number % 9_800_000_000_000_000_000);
        if digits.is_multiple_of(1000) { digits.saturating_add(137).to_string() } else { digits.to_string() }
    }

    pub(crate) fn msg_id(&self) -> u64 {
        20_000_000_000_000_000_u64.saturating_add(self.number("MsgId") % 9_000_000_000_000_000)
    }

    /// A number that belongs to this moment: the same again with the same `--at` and `--nonce`.
    fn number(&self, what: &str) -> u64 {
        let digest = Signature::compute([what, &self.timestamp.to_string(), &self.nonce]);
        digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    /// Another nonce for the same moment.
    pub(crate) fn next(&mut self) -> Self {
        let this = self.clone();
        self.nonce = match self.nonce.parse::<u64>() {
            Ok(number) => number.saturating_add(1).to_string(),
            Err(_) => {
                format!("{:.16x}", Signature::compute(["nonce", &self.nonce])).chars().take(16).collect()
            }
        };
        this
    }
}

pub(crate) fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// 9 or 10 digits below 2^31. Not a secret: it only has to differ.
fn random_nonce() -> String {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(now());
    let number = hasher.finish() % (2_147_483_648 - 100_000_000);
    number.saturating_add(100_000_000).to_string()
}

/// The console's "submit".
pub(crate) fn handshake(account: &Account, moment: &Moment, echo: &str) -> Result<Request, SealError> {
    let timestamp = moment.timestamp.to_string();
    let pairs = if account.mode == Mode::Wecom {
        let encrypt = account.encrypt(echo)?;
        let signature = account.msg_signature(&timestamp, &moment.nonce, &encrypt);
        vec![
            ("msg_signature", signature),
            ("timestamp", timestamp),
            ("nonce", escape(&moment.nonce)),
            ("echostr", escape(&encrypt)),
        ]
    } else {
        vec![
            ("signature", account.signature(&timestamp, &moment.nonce)),
            ("echostr", escape(echo)),
            ("timestamp", timestamp),
            ("nonce", escape(&moment.nonce)),
        ]
    };
    Ok(Request { parameters: owned(pairs), body: None, content_type: "text/xml" })
}

/// A message or an event.
pub(crate) fn callback(account: &Account, moment: &Moment, document: &[u8]) -> Result<Request, SealError> {
    if !account.is_encrypted() {
        let request = Request {
            parameters: owned(plain_query(account, moment)),
            body: Some(document.to_vec()),
            content_type: "",
        };
        return Ok(Request { content_type: content_type(document), ..request });
    }
    let text = String::from_utf8_lossy(document);
    let encrypt = account.encrypt(&text)?;
    Ok(encrypted(account, moment, &encrypt, envelope(account, &text, &encrypt)))
}

/// A callback whose body holds `encrypt`.
pub(crate) fn encrypted(account: &Account, moment: &Moment, encrypt: &str, body: String) -> Request {
    let timestamp = moment.timestamp.to_string();
    let signature = account.msg_signature(&timestamp, &moment.nonce, encrypt);
    let pairs = if account.mode == Mode::Wecom {
        vec![("msg_signature", signature), ("timestamp", timestamp), ("nonce", escape(&moment.nonce))]
    } else {
        let mut pairs = plain_query(account, moment);
        pairs.push(("encrypt_type", "aes".to_owned()));
        pairs.push(("msg_signature", signature));
        pairs
    };
    let content_type = content_type(body.as_bytes());
    Request { parameters: owned(pairs), body: Some(body.into_bytes()), content_type }
}

fn plain_query(account: &Account, moment: &Moment) -> Vec<(&'static str, String)> {
    let timestamp = moment.timestamp.to_string();
    vec![
        ("signature", account.signature(&timestamp, &moment.nonce)),
        ("timestamp", timestamp),
        ("nonce", escape(&moment.nonce)),
        ("openid", escape(&moment.openid)),
    ]
}

fn owned(pairs: Vec<(&str, String)>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn content_type(document: &[u8]) -> &'static str {
    if is_json(document) { "application/json" } else { "text/xml" }
}

fn is_json(document: &[u8]) -> bool {
    document.trim_ascii_start().starts_with(b"{")
}

/// The document around the cipher text, byte for byte as the platform writes it.
pub(crate) fn envelope(account: &Account, document: &str, encrypt: &str) -> String {
    let header = Header::of(document.as_bytes());
    let to = header.to.unwrap_or_else(|| "gh_echostr".to_owned());
    if is_json(document.as_bytes()) {
        return match serde_json::from_str(document) {
            Ok(Value::Object(mut fields)) if account.mode == Mode::Compat => {
                fields.insert("Encrypt".to_owned(), encrypt.into());
                Value::Object(fields).to_string()
            }
            _ => serde_json::json!({ "ToUserName": to, "Encrypt": encrypt }).to_string(),
        };
    }
    match account.mode {
        Mode::Compat => {
            let fields = document.trim_ascii_end();
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
