//! Every request of `captures.json`, as it was captured or published: its handshake is answered, its message opened, and what
//! must be refused is refused.

use bytes::Bytes;
use echostr::{
    EncodingAesKey, ReceiveId, Rejection, Verifier,
    adapter::{Decision, Envelope},
    rejection::EnvelopeFault,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::rows::{entries, field, optional};

const CAPTURES: &str = include_str!("captures.json");

/// Another key than those of the rows.
const OTHER_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Answered with this echo.
    Handshake(String),
    /// A plain message from this user.
    Callback(String),
    /// Decrypted to this document, with this id behind it.
    Opened(String, String),
    Refused(Rejection),
}

/// A request, whom it is for, and what must become of it.
struct Sent<'v> {
    name: String,
    account: Account<'v>,
    method: &'v str,
    query: String,
    body: String,
    must: Outcome,
}

#[derive(Clone, Copy)]
struct Account<'v> {
    token: &'v str,
    /// Key and receive id, unless the mode is plain.
    encryption: Option<(&'v str, &'v str)>,
    is_wecom: bool,
}

impl<'v> Account<'v> {
    fn of(row: &'v Value) -> Self {
        let key = optional(row, "key").or(optional(row, "aes_key"));
        Self {
            token: field(row, "token"),
            encryption: key.map(|key| (key, field(row, "receive_id"))),
            is_wecom: optional(row, "platform") == Some("wecom"),
        }
    }

    fn with_key(self, key: &'v str) -> Self {
        Self { encryption: self.encryption.map(|(_, receive_id)| (key, receive_id)), ..self }
    }

    fn with_receive_id(self, receive_id: &'v str) -> Self {
        Self { encryption: self.encryption.map(|(key, _)| (key, receive_id)), ..self }
    }

    fn verifier(self) -> Verifier {
        let Some((key, receive_id)) = self.encryption else {
            return Verifier::new(self.token).expect("a token");
        };
        let build = if self.is_wecom { Verifier::wecom } else { Verifier::encrypted };
        let key = EncodingAesKey::new(key).expect("a key");
        build(self.token, key, ReceiveId::new(receive_id).expect("an id")).expect("a token")
    }
}

/// The requests of a row, and what must become of them.
fn sent(row: &Value) -> Vec<Sent<'_>> {
    let id = field(row, "id");
    let by_kind = if field(row, "kind").starts_with("GET") { "GET" } else { "POST" };
    let request = |name: &str, query, must| Sent {
        name: format!("{id}{name}"),
        account: Account::of(row),
        method: optional(row, "method").unwrap_or(by_kind),
        query,
        body: optional(row, "body").unwrap_or_default().to_owned(),
        must,
    };
    let text = |name| field(row, name).to_owned();
    // Where a row gives the parts alone, the query is made of them.
    let parts = || {
        let [signature, timestamp, nonce] =
            ["msg_signature", "timestamp", "nonce"].map(|name| field(row, name));
        format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}")
    };
    match (id, field(row, "expect")) {
        ("a01", "handshake 601962190953118907") => {
            vec![request("", text("query"), Outcome::Handshake("601962190953118907".to_owned()))]
        }
        ("a03", "callback") => {
            let user = Outcome::Callback("o_replaced_0000000000000000_".to_owned());
            vec![request("", text("query"), user)]
        }
        ("a04", "opened; id behind the message is the component appid, not the authorizer appid") => {
            let refused = Outcome::Refused(Rejection::Envelope(EnvelopeFault::WrongReceiveId));
            let for_another = request(", for the authorizer", text("query"), refused);
            let account = for_another.account.with_receive_id(field(row, "authorizer_appid"));
            vec![
                request("", text("query"), Outcome::Opened(text("plaintext"), text("receive_id"))),
                Sent { account, ..for_another },
            ]
        }
        // A reply, which is sealed as messages are.
        ("a05", expect) if expect.starts_with("msg_signature and plaintext as given") => {
            let body = format!("<xml><Encrypt><![CDATA[{}]]></Encrypt></xml>", field(row, "encrypt"));
            let must = Outcome::Opened(text("plaintext"), text("receive_id"));
            vec![Sent { body, ..request("", parts(), must) }]
        }
        (
            "cb001s",
            "handshake answered with the plaintext: with %2B, with a raw +, and with a space where a proxy decoded the +",
        ) => {
            let raw = text("encrypt");
            let escaped = utf8_percent_encode(&raw, NON_ALPHANUMERIC).to_string();
            let space = escaped.replace("%2B", "%20");
            let forms = [(", escaped", escaped), (", raw", raw), (", a proxy made a space of the +", space)];
            let forms = forms.into_iter().map(|(name, echostr)| {
                let query = format!("{}&echostr={echostr}", parts());
                request(name, query, Outcome::Handshake(text("plaintext")))
            });
            forms.collect()
        }
        unknown => unreachable!("no expectation for {unknown:?}"),
    }
}

/// What `verifier` makes of it.
fn outcome(verifier: &Verifier, sent: &Sent<'_>) -> Outcome {
    let open = |mut envelope: Envelope| {
        envelope.push(Bytes::copy_from_slice(sent.body.as_bytes()))?;
        envelope.open()
    };
    let opened = match verifier.verify(sent.method, &sent.query) {
        Ok(Decision::Handshake(echo)) => return Outcome::Handshake(echo.into_owned()),
        Ok(Decision::Callback(callback)) => {
            return Outcome::Callback(callback.openid().unwrap_or_default().to_owned());
        }
        Ok(Decision::Envelope(envelope)) => open(envelope),
        Err(rejection) => Err(rejection),
    };
    match opened {
        Ok(opened) => {
            let document = String::from_utf8(opened.document.to_vec()).expect("UTF-8, as documented");
            Outcome::Opened(document, opened.callback.receive_id().unwrap_or_default().to_owned())
        }
        Err(rejection) => Outcome::Refused(rejection),
    }
}

#[test]
fn every_request() {
    let (mut handshakes, mut callbacks, mut opened, mut refused) = (0, 0, 0, 0);
    let rows = entries(CAPTURES);
    for sent in rows.iter().flat_map(sent) {
        let outcome = outcome(&sent.account.verifier(), &sent);
        assert_eq!(outcome, sent.must, "{}", sent.name);
        match outcome {
            Outcome::Handshake(_) => handshakes += 1,
            Outcome::Callback(_) => callbacks += 1,
            Outcome::Opened(..) => opened += 1,
            Outcome::Refused(_) => refused += 1,
        }
    }
    assert_eq!((rows.len(), handshakes, callbacks, opened, refused), (5, 4, 1, 2, 1));
}

/// The control: with another token nothing is accepted, and with another key nothing is opened.
#[test]
fn with_other_secrets_everything_is_refused() {
    let (mut other_token, mut other_key) = (0, 0);
    let rows = entries(CAPTURES);
    for sent in rows.iter().flat_map(sent) {
        let stranger = Account { token: "another-token", ..sent.account }.verifier();
        assert_eq!(outcome(&stranger, &sent), Outcome::Refused(Rejection::WrongSignature), "{}", sent.name);
        other_token += 1;
        if sent.account.encryption.is_some() {
            let stranger = sent.account.with_key(OTHER_KEY).verifier();
            let refused = Outcome::Refused(Rejection::Envelope(EnvelopeFault::Padding));
            assert_eq!(outcome(&stranger, &sent), refused, "{}", sent.name);
            other_key += 1;
        }
    }
    assert_eq!((other_token, other_key), (8, 6));
}

/// So that no field that is new in a row is passed over.
#[test]
fn every_field_is_known() {
    const READ: &str = "id kind token key aes_key receive_id authorizer_appid platform method query body \
                        timestamp nonce encrypt msg_signature plaintext expect";
    // Where a row comes from, and what no verifier looks at.
    const FOR_THE_READER: &str = "path headers random source provenance verified_here note";
    for row in entries(CAPTURES) {
        for name in row.as_object().unwrap().keys() {
            let is_known = READ.split(' ').chain(FOR_THE_READER.split(' ')).any(|known| known == name);
            assert!(is_known, "{}: {name}", field(&row, "id"));
        }
    }
}
