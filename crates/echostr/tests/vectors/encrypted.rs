//! Every known answer of `vectors/encrypted.json` through the public interface: query and body as they come in, document out.

use bytes::Bytes;
use echostr::{
    EncodingAesKey, Parameter, ReceiveId, Rejection, Signature, Verifier,
    adapter::{Decision, Finished, Opened, Outgoing},
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

const ENCRYPTED: &str = include_str!("encrypted.json");
const NEGATIVE: &str = include_str!("negative.json");

fn entries(json: &str) -> Vec<Value> {
    serde_json::from_str(json).expect("a JSON array")
}

fn optional<'v>(entry: &'v Value, field: &str) -> Option<&'v str> {
    entry.get(field).map(|value| value.as_str().expect("a text"))
}

fn field<'v>(entry: &'v Value, field: &str) -> &'v str {
    optional(entry, field).expect("the field")
}

fn key(entry: &Value) -> EncodingAesKey {
    EncodingAesKey::new(field(entry, "encoding_aes_key")).expect("a key")
}

/// The one sample that was published without its id is of the same account as `v009`, as the decrypted text shows.
fn receive_id_text(entry: &Value) -> &str {
    optional(entry, "receive_id").unwrap_or("ww1436e0e65a779aee")
}

fn receive_id(entry: &Value) -> ReceiveId {
    ReceiveId::new(receive_id_text(entry)).expect("an id")
}

fn verifier(entry: &Value) -> Verifier {
    let (token, key, receive_id) = (field(entry, "token"), key(entry), receive_id(entry));
    match field(entry, "mode") {
        "wecom" => Verifier::wecom(token, key, receive_id),
        _ => Verifier::encrypted(token, key, receive_id),
    }
    .expect("a token")
}

/// The `msg_signature` of the entry; one is computed where only the encryption was published.
fn msg_signature(entry: &Value) -> String {
    optional(entry, "msg_signature").map_or_else(
        || {
            let parts = ["token", "timestamp", "nonce", "encrypt"].map(|name| field(entry, name));
            format!("{:x}", Signature::compute(parts))
        },
        str::to_owned,
    )
}

fn query(entry: &Value) -> String {
    optional(entry, "raw_query").map_or_else(
        || {
            let mut query = format!(
                "msg_signature={}&timestamp={}&nonce={}",
                msg_signature(entry),
                field(entry, "timestamp"),
                field(entry, "nonce")
            );
            if let Some(echostr) = optional(entry, "echostr") {
                query.push_str(&format!("&echostr={}", utf8_percent_encode(echostr, NON_ALPHANUMERIC)));
            }
            query
        },
        str::to_owned,
    )
}

/// The body as the platform in question writes it, byte for byte where that is known.
fn bodies(entry: &Value) -> Vec<(&'static str, String)> {
    const XML: &str = "text/xml; charset=utf-8";
    const JSON: &str = "application/json; charset=utf-8";

    let encrypt = field(entry, "encrypt");
    // Safe mode names the account; the plaintext does too.
    let plaintext = field(entry, "plaintext");
    let account = plaintext.split_once("<ToUserName><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
    let account = account.map_or("gh_97417a04a28d", |(account, _)| account);
    let safe = format!(
        "<xml>\n    <ToUserName><![CDATA[{account}]]></ToUserName>\n    <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
    );
    let (kind, platform) = (field(entry, "kind"), field(entry, "platform"));
    if kind.contains("JSON") {
        return vec![
            (JSON, json!({"ToUserName": account, "Encrypt": encrypt}).to_string()),
            (JSON, json!({"tousername": account, "encrypt": encrypt, "agentid": 218}).to_string()),
        ];
    }
    if platform.contains("compat") {
        // The plain fields of the message itself, then `Encrypt`.
        let compatible =
            plaintext.replace("</xml>", &format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>"));
        assert!(compatible.len() > plaintext.len());
        return vec![(XML, compatible)];
    }
    if platform.contains("open platform") {
        return vec![(XML, safe.replace("ToUserName", "AppId"))];
    }
    if platform.contains("WeCom") {
        return vec![
            (XML, safe.replace("</xml>", "<AgentID><![CDATA[218]]></AgentID>\n</xml>")),
            (
                XML,
                format!(
                    "<xml><ToUserName>{account}</ToUserName><AgentID></AgentID><Encrypt>{encrypt}</Encrypt></xml>"
                ),
            ),
        ];
    }
    vec![(XML, safe)]
}

fn opened(verifier: &Verifier, query: &str, body: String) -> Result<Opened, Rejection> {
    match verifier.verify("POST", query)? {
        Decision::Envelope(mut envelope) => {
            envelope.push(Bytes::from(body))?;
            envelope.open()
        }
        _ => Err(Rejection::Body(BodyFault::NoEncrypt)),
    }
}

#[test]
fn every_entry() {
    let (mut hashes, mut handshakes, mut messages, mut forms) = (0, 0, 0, 0);
    for entry in entries(ENCRYPTED) {
        let id = field(&entry, "id");
        let parts @ [token, timestamp, nonce] =
            ["token", "timestamp", "nonce"].map(|name| field(&entry, name));
        if optional(&entry, "encoding_aes_key").is_none() {
            // Only a hash was published: of three parts, or of four.
            let (expected, computed) = match optional(&entry, "encrypt") {
                Some(text) => {
                    (field(&entry, "msg_signature"), Signature::compute([token, timestamp, nonce, text]))
                }
                None => (field(&entry, "signature"), Signature::compute(parts)),
            };
            assert_eq!(computed, Signature::parse(expected).unwrap(), "{id}");
            hashes += 1;
            continue;
        }
        let verifier = verifier(&entry);
        let query = query(&entry);
        if field(&entry, "kind").starts_with("GET") {
            match verifier.verify("GET", &query) {
                Ok(Decision::Handshake(echo)) => assert_eq!(echo, field(&entry, "plaintext"), "{id}"),
                other => panic!("{id}: {other:?}"),
            }
            handshakes += 1;
            continue;
        }
        for (content_type, body) in bodies(&entry) {
            let Opened { callback, document, sealer, .. } = match opened(&verifier, &query, body) {
                Ok(opened) => opened,
                Err(rejection) => panic!("{id}: {rejection}"),
            };
            assert_eq!(document, field(&entry, "plaintext"), "{id}");
            assert_eq!(callback.receive_id(), Some(receive_id_text(&entry)), "{id}");
            assert!(callback.is_encrypted(), "{id}");
            assert_eq!(callback.timestamp(), timestamp, "{id}");
            assert_eq!(callback.nonce(), nonce, "{id}");
            assert_eq!(callback.openid(), optional(&entry, "openid"), "{id}");
            assert_eq!(format!("{:x}", callback.signature()), msg_signature(&entry), "{id}");
            let Outgoing::Collect(collect) = sealer.reply(200, false) else { panic!("{id}") };
            let Finished::Sealed { content_type: reply_type, .. } = collect.finish(Some("<xml/>".into()))
            else {
                panic!("{id}")
            };
            assert_eq!(reply_type, content_type, "{id}");
            forms += 1;
        }
        messages += 1;
    }
    assert_eq!((hashes, handshakes, messages, forms), (5, 3, 16, 24));
}

/// A capture gives the length of the whole body too, so the form that the tests write is the real one.
#[test]
fn the_body_has_the_captured_length() {
    let captured = entries(ENCRYPTED).into_iter().find(|entry| field(entry, "id") == "v058").unwrap();
    assert_eq!(field(&captured, "note"), "content-length 578 as captured");
    assert_eq!(bodies(&captured).first().unwrap().1.len(), 578);
}

#[test]
fn another_account_or_key_is_refused() {
    let mut refused = 0;
    for entry in entries(ENCRYPTED).iter().filter(|entry| entry.get("encoding_aes_key").is_some()) {
        let id = field(entry, "id");
        let is_handshake = field(entry, "kind").starts_with("GET");
        let answer = |verifier: &Verifier| {
            if is_handshake {
                verifier.verify("GET", &query(entry)).err()
            } else {
                opened(verifier, &query(entry), bodies(entry).swap_remove(0).1).err()
            }
        };
        let build = |token: &str, key, receive_id| {
            if field(entry, "mode") == "wecom" {
                Verifier::wecom(token, key, receive_id)
            } else {
                Verifier::encrypted(token, key, receive_id)
            }
            .unwrap()
        };
        let other_key = EncodingAesKey::new("x".repeat(43)).unwrap();
        let other_id = ReceiveId::new("wx0000000000000000").unwrap();
        let token = field(entry, "token");
        assert_eq!(answer(&build(token, key(entry), receive_id(entry))), None, "{id}");
        assert_eq!(
            answer(&build("another-token", key(entry), receive_id(entry))),
            Some(Rejection::WrongSignature),
            "{id}"
        );
        assert_eq!(
            answer(&build(token, key(entry), other_id)),
            Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
            "{id}"
        );
        assert_eq!(
            answer(&build(token, other_key, receive_id(entry))),
            Some(Rejection::Envelope(EnvelopeFault::Padding)),
            "{id}"
        );
        refused += 1;
    }
    assert_eq!(refused, 19);
}

/// 64 characters of the cipher text stand in the timestamp or the nonce: the hash is right, the shape of the query is
/// not, and neither the body nor AES is looked at.
#[test]
fn a_moved_prefix_is_refused_by_the_query_alone() {
    let mut refused = 0;
    for entry in entries(NEGATIVE).iter().filter(|entry| entry.get("encoding_aes_key").is_some()) {
        let name = field(entry, "name");
        let parts @ [token, timestamp, nonce, encrypt] =
            ["token", "timestamp", "nonce", "encrypt"].map(|name| field(entry, name));
        assert_eq!(
            Signature::compute(parts),
            Signature::parse(field(entry, "msg_signature")).unwrap(),
            "{name}"
        );
        let escape = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let query = format!(
            "msg_signature={}&timestamp={}&nonce={}",
            field(entry, "msg_signature"),
            escape(timestamp),
            escape(nonce)
        );
        let grown = match name {
            "cbc-prefix-shift-v011" => Parameter::Timestamp,
            "cbc-prefix-shift-v016" => Parameter::Nonce,
            unknown => panic!("no expectation for `{unknown}`"),
        };
        let encrypted = Verifier::encrypted(token, key(entry), receive_id(entry)).unwrap();
        let wecom = Verifier::wecom(token, key(entry), receive_id(entry)).unwrap();
        let handshake = format!("{query}&echostr={}", escape(encrypt));
        for (verifier, method, query) in
            [(&encrypted, "POST", &query), (&wecom, "POST", &query), (&wecom, "GET", &handshake)]
        {
            assert_eq!(
                verifier.verify(method, query).err(),
                Some(Rejection::Query(QueryFault::Malformed(grown))),
                "{name}"
            );
        }
        refused += 1;
    }
    assert_eq!(refused, 2);
}
