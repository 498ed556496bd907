//! The reply: what is sealed, what is left as it is, and what the sealed document looks like.

use std::{
    collections::HashSet,
    time::{SystemTime, UNIX_EPOCH},
};

use echostr::{
    Signature,
    adapter::{Finished, Outgoing},
};

use crate::support::{
    crypto::{KEY, from_base64},
    receiver::{verifier, wecom},
    reply::{Reply, finished, reply_type, sealed_reply, sealer},
    request::{APP_ID, MESSAGE, NONCE, TOKEN},
};

/// A message in JSON, to go with [`MESSAGE`].
const JSON: &str = "{\"Content\":\"你好\"}";

#[test]
fn what_is_not_sealed() {
    for document in [MESSAGE, JSON] {
        let sealer = sealer(&verifier(), document, NONCE);
        for reply in ["", " ", "\r\n\t", "success", " success\n", "\nsuccess"] {
            assert!(
                matches!(finished(&sealer, reply.as_bytes()), Finished::AsIs(body) if body == reply),
                "{reply:?}"
            );
        }
        for reply in ["Success", "success.", "succes", "fail", "\0", "\u{a0}", "<xml/>", "{}", "你好"] {
            assert!(matches!(finished(&sealer, reply.as_bytes()), Finished::Sealed { .. }), "{reply:?}");
        }
        assert!(
            matches!(finished(&sealer, b"\xff\xfe"), Finished::Sealed { .. }),
            "whatever the handler answers"
        );
        for status in [200, 0, 100, 199, 201, 204, 206, 302, 400, 403, 404, 500] {
            let outgoing = sealer.clone().reply(status, true);
            assert_eq!(matches!(outgoing, Outgoing::AsIs), status != 200, "{status}");
            assert_eq!(
                matches!(sealer.clone().reply(status, false), Outgoing::Collect(_)),
                status == 200,
                "{status}"
            );
        }
    }
}

#[test]
fn what_cannot_be_sealed() {
    let sealer = sealer(&verifier(), MESSAGE, NONCE);
    let Outgoing::Instead(compressed) = sealer.clone().reply(200, true) else { panic!("a compressed reply") };
    let Outgoing::Collect(collect) = sealer.reply(200, false) else { panic!("a reply") };
    let Finished::Instead(broken_off) = collect.finish(None) else { panic!("a reply that broke off") };
    assert_eq!((compressed.status(), broken_off.status()), (500, 500));
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn xml_reply() {
    let sealer = sealer(&verifier(), MESSAGE, NONCE);
    assert_eq!(reply_type(&sealer), "text/xml; charset=utf-8");
    for message in [MESSAGE.to_owned(), " <xml/>\n".to_owned(), "x".repeat(70_000)] {
        let before = now();
        let reply = Reply::read_xml(&sealed_reply(&sealer, message.as_bytes()));
        assert_eq!(reply.msg_signature, reply.signature(TOKEN));
        assert_eq!(reply.decrypted(KEY), (message, APP_ID.to_owned()));
        assert_eq!(reply.nonce, NONCE);
        assert!((before..=now()).contains(&reply.timestamp.parse().unwrap()), "the server's own time");
    }
    // Replies of every length round the block are padded rightly: the reader checks.
    for length in 1..=100 {
        let message = "x".repeat(length);
        let reply = Reply::read_xml(&sealed_reply(&sealer, message.as_bytes()));
        assert_eq!(reply.decrypted(KEY).0, message);
    }
}

/// WeCom's in lower case: its samples read nothing else, and those of the others read nothing but their own.
#[test]
fn json_reply() {
    for (verifier, names) in [
        (verifier(), ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]),
        (wecom(), ["encrypt", "msgsignature", "timestamp", "nonce"]),
    ] {
        let sealer = sealer(&verifier, JSON, NONCE);
        assert_eq!(reply_type(&sealer), "application/json; charset=utf-8");
        let before = now();
        let text = sealed_reply(&sealer, br#"{"demo_resp":"good luck"}"#);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let [encrypt, msg_signature, timestamp, nonce] = names;
        let field = |name: &str| value[name].as_str().unwrap().to_owned();
        let seconds = value[timestamp].as_u64().unwrap();
        assert!((before..=now()).contains(&seconds));
        let reply = Reply {
            encrypt: field(encrypt),
            msg_signature: field(msg_signature),
            timestamp: seconds.to_string(),
            nonce: field(nonce),
        };
        // Byte for byte, with nothing between the parts.
        assert_eq!(
            text,
            format!(
                r#"{{"{encrypt}":"{}","{msg_signature}":"{}","{timestamp}":{seconds},"{nonce}":"{NONCE}"}}"#,
                reply.encrypt, reply.msg_signature
            )
        );
        assert_eq!(reply.msg_signature, reply.signature(TOKEN));
        assert_eq!(reply.decrypted(KEY), (r#"{"demo_resp":"good luck"}"#.to_owned(), APP_ID.to_owned()));
    }
    // In XML both are the same.
    let reply = Reply::read_xml(&sealed_reply(&sealer(&wecom(), MESSAGE, NONCE), b"<xml/>"));
    assert_eq!(reply.decrypted(KEY), ("<xml/>".to_owned(), APP_ID.to_owned()));
}

/// Each reply has random bytes of its own.
#[test]
fn no_two_replies_are_alike() {
    let sealer = sealer(&verifier(), MESSAGE, NONCE);
    let replies: HashSet<_> =
        (0..64).map(|_| Reply::read_xml(&sealed_reply(&sealer, b"<xml/>")).encrypt).collect();
    assert_eq!(replies.len(), 64);
    let first_blocks: HashSet<_> = replies.iter().map(|text| from_base64(text)[..16].to_vec()).collect();
    assert_eq!(first_blocks.len(), 64);
}

/// The nonce is any text of the sender's, and must not end the field in which it is given back.
#[test]
fn a_nonce_cannot_break_out() {
    for nonce in [
        "]]>",
        "]]></Nonce><Encrypt>x</Encrypt>",
        "]]]]>>",
        "a]]>b]]>c",
        "]]",
        "]",
        ">",
        "&amp;&e;<x>",
        "\"",
        "\",\"Encrypt\":\"x",
        "\\",
        "\\\"\n\r\t\0",
        "随机数",
        "\u{2028}'",
    ] {
        let reply = sealed_reply(&sealer(&verifier(), MESSAGE, nonce), b"<xml/>");
        // Read by a parser: one root, four children, and the nonce whole.
        assert_eq!(nonce_of(&reply), nonce, "{reply}");

        let reply = sealed_reply(&sealer(&verifier(), JSON, nonce), b"{}");
        let value: serde_json::Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(value["Nonce"], nonce);
        assert_eq!(value.as_object().unwrap().len(), 4);
        assert_eq!(
            value["MsgSignature"].as_str().unwrap(),
            format!(
                "{:x}",
                Signature::compute([
                    TOKEN,
                    &value["TimeStamp"].to_string(),
                    nonce,
                    value["Encrypt"].as_str().unwrap()
                ])
            )
        );
    }
}

/// The nonce of a reply, as a parser reads it; the document has one root and the four elements, each once.
fn nonce_of(reply: &str) -> String {
    use quick_xml::{Reader, events::Event};

    let mut reader = Reader::from_str(reply);
    let mut nonce = String::new();
    let mut path: Vec<String> = vec![];
    let mut elements = vec![];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                path.push(tag.name().as_ref().to_owned());
                elements.push(path.join("/"));
            }
            Event::End(_) => drop(path.pop()),
            Event::CData(text) if path == ["xml", "Nonce"] => nonce.push_str(&text.into_inner()),
            Event::CData(_) | Event::Text(_) => {}
            Event::Eof => break,
            other => unreachable!("{other:?}"),
        }
    }
    assert_eq!(elements, ["xml", "xml/Encrypt", "xml/MsgSignature", "xml/TimeStamp", "xml/Nonce"]);
    nonce
}
