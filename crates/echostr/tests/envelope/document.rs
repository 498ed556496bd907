//! Finding the one `Encrypt` in the body, in XML and in JSON.

use bytes::Bytes;
use echostr::{
    Parameter, Rejection, Signature, Verifier,
    adapter::Opened,
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};

use crate::support::{
    receiver::{open, open_signed, verifier, wecom},
    reply::reply_type,
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, genuine_query, json, without, xml},
};

/// What becomes of `body`, with the query that would be right for the genuine text.
fn refusal(body: impl Into<Bytes>) -> Option<Rejection> {
    open(&verifier(), &genuine_query(), body).err()
}

#[test]
fn a_genuine_message_is_opened() {
    for (body, content_type) in [
        (xml(&genuine()), "text/xml; charset=utf-8"),
        (json(&genuine()), "application/json; charset=utf-8"),
        (
            json(&genuine()).to_lowercase().replace(&genuine().to_lowercase(), &genuine()),
            "application/json; charset=utf-8",
        ),
        (json(&genuine()).replace("Encrypt", "ENCRYPT"), "application/json; charset=utf-8"),
        (json(&genuine()).replace("Encrypt", "\\u0045ncrypt"), "application/json; charset=utf-8"),
        // As PHP writes it.
        (json(&genuine().replace('/', "\\/")), "application/json; charset=utf-8"),
        (format!("\n {} \n", json(&genuine())), "application/json; charset=utf-8"),
        (
            format!("<?xml version=\"1.0\"?>\n<!-- 1 -->{}<!-- 2 -->\n", xml(&genuine())),
            "text/xml; charset=utf-8",
        ),
        (xml(&genuine()).replace("<Encrypt>", "<Encrypt a='1'>"), "text/xml; charset=utf-8"),
    ] {
        for verifier in [verifier(), wecom()] {
            let Opened { callback, document, content_type: seen, sealer } =
                open(&verifier, &genuine_query(), body.clone()).unwrap();
            assert_eq!(document, MESSAGE);
            assert!(callback.is_encrypted());
            assert_eq!(callback.receive_id(), Some(APP_ID));
            assert_eq!((callback.timestamp(), callback.nonce()), (TIMESTAMP, NONCE));
            // What the handler reads says itself what it is; the reply has the format of the body.
            assert_eq!(seen, "text/xml; charset=utf-8", "{body}");
            assert_eq!(reply_type(&sealer), content_type, "{body}");
        }
    }
}

#[test]
fn a_plain_body_is_refused() {
    let query = genuine_query();
    // `signature` is right in all of them, and `msg_signature` in the last over the three plain parts.
    let three_parts = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let msg_signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE, &genuine()]));
    let no_encrypt = Some(Rejection::Body(BodyFault::NoEncrypt));
    for body in [MESSAGE, "<xml></xml>", r#"{"MsgType":"text"}"#, "{}"] {
        for query in [query.clone(), query.replace(&msg_signature, &three_parts)] {
            assert_eq!(open(&verifier(), &query, body).err(), no_encrypt, "{body}");
            assert_eq!(open(&wecom(), &query, body).err(), no_encrypt, "{body}");
        }
        let plain = without(&query, Parameter::MsgSignature);
        assert!(
            Verifier::new(TOKEN).unwrap().verify("POST", &plain).is_ok(),
            "the signature itself is right"
        );
        assert_eq!(
            verifier().verify("POST", &plain).err(),
            Some(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature)))
        );
    }
    // The three-part hash is that of an empty `Encrypt` too, so an empty one must never get as far as the hash.
    let query = query.replace(&msg_signature, &three_parts);
    for body in [xml(""), json(""), xml(" \n\t "), json(" "), xml("").replace("<![CDATA[]]>", "")] {
        assert_eq!(open(&verifier(), &query, body.clone()).err(), no_encrypt, "{body}");
    }
}

#[test]
fn no_encrypt() {
    for body in [
        "<xml><Encrypt/></xml>",
        "<xml><Encrypt /></xml>",
        "<xml><Encrypt></Encrypt></xml>",
        "<xml><Encrypt>\r\n \t</Encrypt></xml>",
        "<xml><Encrypt> <![CDATA[]]> </Encrypt></xml>",
        "<xml><Encrypt><![CDATA[ \n ]]></Encrypt></xml>",
        "<xml><encrypt>x</encrypt></xml>",
        "<xml><x:Encrypt>x</x:Encrypt></xml>",
        "<xml><EncryptType>aes</EncryptType>Encrypt</xml>",
        "<xml><!-- <Encrypt>x</Encrypt> --></xml>",
        "<xml><Content><![CDATA[<Encrypt>x</Encrypt>]]></Content></xml>",
        r#"{"Encrypt":""}"#,
        r#"{"Encrypt":" \n"}"#,
        r#"{"Encrypted":"x"," Encrypt":"x"}"#,
        r#"{"a":{"Encrypt":"x"},"b":[{"Encrypt":"x"}]}"#,
    ] {
        assert_eq!(refusal(body), Some(Rejection::Body(BodyFault::NoEncrypt)), "{body}");
    }
}

#[test]
fn several_encrypts() {
    let text = genuine();
    let element = format!("<Encrypt>{text}</Encrypt>");
    for body in [
        format!("<xml>{element}{element}</xml>"),
        format!("<xml>{element}<a/>{element}{element}</xml>"),
        format!("<xml>{element}<Encrypt/></xml>"),
        format!("<xml><Encrypt/>{element}</xml>"),
        format!("<xml>{element}<Encrypt></Encrypt></xml>"),
        format!("<xml><Encrypt> </Encrypt>{element}</xml>"),
        format!(r#"{{"Encrypt":"{text}","Encrypt":"{text}"}}"#),
        format!(r#"{{"Encrypt":"{text}","encrypt":"{text}"}}"#),
        format!(r#"{{"ENCRYPT":"","Encrypt":"{text}"}}"#),
        format!(r#"{{"Encrypt":"{text}","encrypt":""}}"#),
        format!(r#"{{"Encrypt":"{text}","\u0065ncrypt":"x","encrypt":"y"}}"#),
    ] {
        assert_eq!(refusal(body.clone()), Some(Rejection::Body(BodyFault::SeveralEncrypts)), "{body}");
    }
}

#[test]
fn malformed_bodies() {
    let text = genuine();
    let (head, tail) = text.split_at(text.len() / 2);
    let inside = |inner: &str| format!("<xml><Encrypt>{inner}</Encrypt></xml>");
    let entity = r#"<!DOCTYPE xml [<!ENTITY e "x">]>"#;
    let external = r#"<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/hostname">]>"#;
    let laughs = r#"<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"#;
    let mut bodies: Vec<String> = [
        // Somewhere else than directly in the root.
        format!("<Encrypt>{text}</Encrypt>"),
        format!("<xml><a><Encrypt>{text}</Encrypt></a></xml>"),
        format!("<xml><a><b><Encrypt>{text}</Encrypt></b></a></xml>"),
        format!("<xml><a><Encrypt>{text}</Encrypt></a><Encrypt>{text}</Encrypt></xml>"),
        inside(&format!("<Encrypt>{text}</Encrypt>")),
        "<Encrypt/>".to_owned(),
        // Document types and entities.
        format!("<!DOCTYPE xml>{}", xml(&text)),
        format!("{entity}{}", xml(&text)),
        format!("{external}{}", xml(&text)),
        format!("{laughs}<xml><a>&c;</a><Encrypt>{text}</Encrypt></xml>"),
        format!("<xml>{entity}<Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><a>&e;</a><Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><a>&Amp;</a><Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><a>&;</a><Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><a>a & b</a><Encrypt>{text}</Encrypt></xml>"),
        // Inside `Encrypt` there is one piece of text.
        inside(&format!("&e;{text}")),
        inside(&format!("{text}&amp;")),
        inside(&format!("{head}&#65;{tail}")),
        inside(&format!("{head}<!-- -->{tail}")),
        inside(&format!("<!-- -->{text}")),
        inside(&format!("{text}<!-- -->")),
        inside(&format!("{head}<?a b?>{tail}")),
        inside(&format!("<?a b?>{text}")),
        inside(&format!("{head}<a/>{tail}")),
        inside(&format!("<a>{text}</a>")),
        inside(&format!("{text}<a></a>")),
        inside(&format!("{head}<![CDATA[{tail}]]>")),
        inside(&format!("<![CDATA[{head}]]>{tail}")),
        inside(&format!("<![CDATA[{head}]]><![CDATA[{tail}]]>")),
        inside(&format!("<![CDATA[{text}]]>x")),
        inside(&format!("<![CDATA[{head}]]> <![CDATA[{tail}]]>")),
        // More than one document, or less.
        format!("{}{}", xml(&text), xml(&text)),
        format!("{}<xml/>", xml(&text)),
        format!("<xml/>{}", xml(&text)),
        format!("{}x", xml(&text)),
        format!("{}<![CDATA[x]]>", xml(&text)),
        format!("{}&amp;&e;", xml(&text)),
        format!("{}</xml>", xml(&text)),
        format!("{}{{}}", json(&text)),
        format!("{},", json(&text)),
        format!("{}\0", json(&text)),
        format!("<xml><Encrypt>{text}</encrypt></xml>"),
        format!("<xml><a><Encrypt>{text}</a></Encrypt></xml>"),
        // Not an object whose `Encrypt` is a text.
        r#"{"Encrypt":1}"#.to_owned(),
        r#"{"Encrypt":null}"#.to_owned(),
        r#"{"Encrypt":["x"]}"#.to_owned(),
        r#"{"Encrypt":{"Encrypt":"x"}}"#.to_owned(),
        format!(r#"[{{"Encrypt":"{text}"}}]"#),
        format!("\"{text}\""),
        format!("{{'Encrypt':'{text}'}}"),
        format!(r#"{{"Encrypt":"{text}",}}"#),
        format!(r#"{{"Encrypt":"{text}" /* */}}"#),
        // Neither format.
        String::new(),
        " \n".to_owned(),
        "null".to_owned(),
        text.clone(),
        format!("Encrypt={text}"),
        format!("-{}", xml(&text)),
        format!("\u{feff}{}", xml(&text)),
        format!("\u{feff}{}", json(&text)),
    ]
    .into();
    // Cut off anywhere: only the final newline may be missing.
    let whole = xml(&text);
    bodies.extend((0..whole.len() - 1).map(|end| whole[..end].to_owned()));
    let whole = json(&text);
    bodies.extend((0..whole.len()).map(|end| whole[..end].to_owned()));
    for body in bodies {
        assert_eq!(refusal(body.clone()), Some(Rejection::Body(BodyFault::Malformed)), "{body}");
    }
}

#[test]
fn bodies_that_are_not_utf8() {
    for bytes in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc4\xe3\xba\xc3"] {
        for body in [
            [b"<xml><a>", bytes, b"</a><Encrypt>x</Encrypt></xml>"].concat(),
            [b"<xml><Encrypt>", bytes, b"</Encrypt></xml>"].concat(),
            [b"{\"a\":\"", bytes, b"\",\"Encrypt\":\"x\"}"].concat(),
            bytes.to_vec(),
        ] {
            assert_eq!(refusal(body.clone()), Some(Rejection::Body(BodyFault::Malformed)), "{body:?}");
        }
    }
    // UTF-16, with and without a mark.
    let utf16: Vec<_> = xml(&genuine()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refusal(utf16.clone()).is_some());
    assert_eq!(refusal([b"\xff\xfe".to_vec(), utf16].concat()), Some(Rejection::Body(BodyFault::Malformed)));
}

#[test]
fn compatible_mode() {
    let text = genuine();
    let plain = "<FromUserName>forged</FromUserName><Content>a &amp; b &lt;&gt;&quot;&apos; &#20320; &#x4f60;</Content>\
                 <!-- a comment --><Empty/><Event><![CDATA[Encrypt]]></Event>";
    let (open_tags, close_tags) = ("<a>".repeat(30), "</a>".repeat(30));
    let (open_brackets, close_brackets) = ("[".repeat(10_000), "]".repeat(10_000));
    for body in [
        // Nothing goes down into the plain copy, so no depth of it overflows the stack. The XML parser remembers the names
        // on its way, so that its depth is limited to 32: see `deep_documents` in memory.rs.
        format!("<xml>{open_tags}{close_tags}<Encrypt>{text}</Encrypt></xml>"),
        format!(r#"{{"Content":{open_brackets}1{close_brackets},"Encrypt":"{text}"}}"#),
        format!("<xml>{plain}<Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><Encrypt>{text}</Encrypt>{plain}</xml>"),
        format!(
            "<xml>{plain}<List><Item><Encryption>x</Encryption></Item></List><Encrypt>{text}</Encrypt></xml>"
        ),
        format!(r#"{{"Content":"forged","List":[{{"Encrypt":"x"}}],"Encrypt":"{text}"}}"#),
    ] {
        let opened = open(&verifier(), &genuine_query(), body.clone()).unwrap();
        assert_eq!(opened.document, MESSAGE, "the plain copy is dropped");
    }
}

#[test]
fn white_space_round_the_text() {
    let text = genuine();
    for body in [
        format!("<xml><Encrypt>\r\n\t {text} \r\n</Encrypt></xml>"),
        format!("<xml><Encrypt> <![CDATA[ {text}\n]]>\n</Encrypt></xml>"),
        format!("<xml>\n<Encrypt\n>{text}</Encrypt >\n</xml >"),
        format!(r#"{{ "Encrypt" : " \n{text}\t" }}"#),
    ] {
        assert_eq!(open(&verifier(), &genuine_query(), body).unwrap().document, MESSAGE);
    }
    // Inside the text it is signed like every other character, and no base64.
    let (head, tail) = text.split_at(64);
    for space in [" ", "\n", "\r\n"] {
        let broken = format!("{head}{space}{tail}");
        assert_eq!(refusal(xml(&broken)), Some(Rejection::WrongSignature));
        assert_eq!(
            open_signed(&verifier(), &broken).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64))
        );
    }
}
