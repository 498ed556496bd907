//! How the server answers what is genuine, and what is signed with another token.

use crate::{
    net::reply::{Fault, Reply},
    platform::{
        account::Account,
        seal,
        sealed_reply::SealedReply,
        xml::{field, xml_fields},
    },
    suite::verdict::likeness::{Template, masked},
};

/// What of an answer can be compared.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body, masked.
    body: String,
    /// A reply document somewhere in it that is for our user, or encrypted; opened and masked.
    pub(crate) document: Option<String>,
}

impl Answer {
    pub(crate) fn of(reply: &Reply, account: &Account, openid: &str) -> Self {
        let body = String::from_utf8_lossy(&reply.body);
        let document = documents(&body).into_iter().find_map(|text| document(text, account, openid));
        Self { status: reply.status, body: masked(body.trim()), document }
    }
}

/// The pieces of a body that can be a document of XML or JSON.
fn documents(body: &str) -> Vec<&str> {
    const END: &str = "</xml>";
    let mut found = Vec::new();
    for (start, _) in body.match_indices("<xml") {
        let Some(rest) = body.get(start..) else { continue };
        found.extend(rest.find(END).and_then(|end| rest.get(..end.saturating_add(END.len()))));
        // One that does not end is addressed to somebody all the same.
        found.push(rest);
    }
    for (start, _) in body.match_indices('{') {
        let Some(rest) = body.get(start..) else { continue };
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        if let Some(Ok(serde_json::Value::Object(_))) = values.next() {
            found.extend(rest.get(..values.byte_offset()));
        }
    }
    found
}

/// The document, opened and masked, if it is for our user or encrypted.
fn document(text: &str, account: &Account, openid: &str) -> Option<String> {
    if let Some(sealed) = SealedReply::find(text, account.mode) {
        let opened = seal::open_whoever_signed(account, &sealed.encrypt);
        let opened = opened.ok().and_then(|document| String::from_utf8(document).ok());
        return Some(masked(opened.as_deref().unwrap_or(text).trim()));
    }
    is_for(text, openid).then(|| masked(text.trim()))
}

/// Whether `ToUserName` is this user.
pub(crate) fn is_for(document: &str, openid: &str) -> bool {
    if document.starts_with('{') {
        let json: Option<serde_json::Value> = serde_json::from_str(document).ok();
        return json.is_some_and(|json| json.get("ToUserName").and_then(|to| to.as_str()) == Some(openid));
    }
    match xml_fields(document) {
        Ok(fields) => field(&fields, "ToUserName") == Some(openid),
        // What the user typed may have broken it.
        Err(_) => document.split_once("<ToUserName>").is_some_and(|(_, rest)| {
            let rest = rest.trim_start().strip_prefix("<![CDATA[").unwrap_or(rest);
            rest.strip_prefix(openid).is_some_and(|rest| rest.starts_with(['<', ']']))
        }),
    }
}

/// The documents in an answer that are for a user, opened.
pub(crate) fn is_answered(reply: &Reply, account: &Account, openid: &str) -> bool {
    let body = String::from_utf8_lossy(&reply.body);
    documents(&body).into_iter().any(|text| match SealedReply::find(text, account.mode) {
        Some(sealed) => {
            let opened = seal::open_whoever_signed(account, &sealed.encrypt);
            opened.is_ok_and(|document| is_for(String::from_utf8_lossy(&document).trim(), openid))
        }
        None => is_for(text, openid),
    })
}

/// The answers to two plain genuine texts.
#[derive(Clone, Debug)]
pub(crate) struct Genuine {
    status: u16,
    body: Template,
    document: Option<Template>,
}

impl Genuine {
    pub(crate) fn learn(one: &Answer, two: &Answer) -> Self {
        let documents = one.document.as_ref().zip(two.document.as_ref());
        Self {
            status: one.status,
            body: Template::learn(&one.body, &two.body),
            document: documents.map(|(one, two)| Template::learn(one, two)),
        }
    }

    /// The two were answered alike.
    pub(crate) fn is_alike(&self) -> bool {
        self.document.as_ref().unwrap_or(&self.body).is_exact()
    }

    /// Whether a reply document is like those to the genuine texts.
    pub(crate) fn is_like_document(&self, document: &str) -> bool {
        self.document.as_ref().is_some_and(|known| known.is_like(document))
    }

    pub(crate) fn is_like(&self, answer: &Answer) -> bool {
        answer.status == self.status && self.body.is_like(&answer.body)
    }

    /// Likeness to it says nothing.
    pub(crate) fn is_weak(&self) -> bool {
        self.body.is_weak()
    }
}

/// What the verdicts on forgeries are founded on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Baseline {
    /// `None` if a plain genuine text is not answered 200: then nothing can be said of forged ones.
    pub(crate) genuine: Option<Genuine>,
    /// A message signed with another token is answered like a genuine one.
    pub(crate) other_token_is_like: bool,
    /// A handshake signed with another token is echoed.
    pub(crate) other_token_is_echoed: bool,
}

impl Baseline {
    /// From the answers to two genuine texts and to one that is signed with another token.
    pub(crate) fn learn(
        texts: [&Result<Reply, Fault>; 2],
        other_token: &Result<Reply, Fault>,
        account: &Account,
        openid: &str,
    ) -> Self {
        let whole = |result: &Result<Reply, Fault>| match result {
            Ok(reply) if reply.cut.is_none() => Some(Answer::of(reply, account, openid)),
            _ => None,
        };
        let [one, two] = texts.map(|text| whole(text).filter(|answer| answer.status == 200));
        let genuine = one.zip(two).map(|(one, two)| Genuine::learn(&one, &two));
        let other = whole(other_token);
        let is_like =
            genuine.as_ref().zip(other.as_ref()).is_some_and(|(genuine, other)| genuine.is_like(other));
        Self { genuine, other_token_is_like: is_like, other_token_is_echoed: false }
    }
}
