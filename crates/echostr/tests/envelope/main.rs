//! Encrypted mode: each reason for a refusal with its neighbour that is accepted, and what the reply looks like.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a helper that fails must fail the test"
)]

mod properties;
mod support;

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use echostr::{
    ConfigError, EncodingAesKey, Parameter, ReceiveId, Rejection, Signature, Verifier,
    adapter::{Answer, Decision, Envelope, Finished, Opened, Outgoing, SealError, Sealer},
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use support::{
    APP_ID, KEY, NONCE, TIMESTAMP, TOKEN, app_id, base64, content, decrypt, encrypt, finished, from_base64,
    json, key, open, open_signed, padded, query, sealed, sealed_reply, verifier, xml,
};

const MESSAGE: &str = "<xml><Content><![CDATA[你好]]></Content></xml>";

/// Another key, to go with [`KEY`].
const OTHER_KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

fn wecom() -> Verifier {
    Verifier::wecom(TOKEN, key(KEY), app_id()).expect("a token")
}

/// The right text of `Encrypt` for [`MESSAGE`].
fn genuine() -> String {
    sealed(KEY, MESSAGE.as_bytes(), APP_ID.as_bytes())
}

/// The query that signs [`genuine`].
fn genuine_query() -> String {
    query(TOKEN, TIMESTAMP, NONCE, &genuine())
}

/// What becomes of `body`, with the query that would be right for the genuine text.
fn refusal(body: impl Into<Bytes>) -> Option<Rejection> {
    open(&verifier(), &genuine_query(), body).err()
}

/// What becomes of a message that is decrypted to `plain`: it fills whole blocks, and is signed and encrypted rightly.
fn refusal_of_plain(plain: &[u8]) -> Option<Rejection> {
    open_signed(&verifier(), &base64(&encrypt(KEY, plain))).err()
}

fn envelope(verifier: &Verifier, query: &str) -> Envelope {
    match verifier.verify("POST", query) {
        Ok(Decision::Envelope(envelope)) => Some(envelope),
        _ => None,
    }
    .expect("an envelope")
}

fn without(query: &str, parameter: Parameter) -> String {
    let name = format!("{parameter}=");
    query.split('&').filter(|pair| !pair.starts_with(&name)).collect::<Vec<_>>().join("&")
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
fn the_url_decides_nothing() {
    let query = genuine_query();
    assert!(open(&verifier(), &query, xml(&genuine())).is_ok());
    // Neither of these two has a say.
    for ignored in [Parameter::Signature, Parameter::EncryptType] {
        assert!(open(&verifier(), &without(&query, ignored), xml(&genuine())).is_ok(), "{ignored}");
    }
    let raw = query.replace("encrypt_type=aes", "encrypt_type=raw");
    assert!(open(&verifier(), &raw, xml(&genuine())).is_ok());

    // Without `msg_signature` nothing helps, whatever the method.
    let plain = without(&query, Parameter::MsgSignature);
    let missing = Some(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature)));
    for query in [plain.clone(), without(&plain, Parameter::EncryptType), raw.replace("msg_signature=", "x=")]
    {
        for method in ["POST", "GET", "HEAD", "PUT", "get", ""] {
            assert_eq!(verifier().verify(method, &query).err(), missing, "{method} {query}");
            assert_eq!(wecom().verify(method, &query).err(), missing, "{method} {query}");
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

#[test]
fn wrong_secrets() {
    let text = genuine();
    let query = |token| query(token, TIMESTAMP, NONCE, &text);
    assert!(open(&verifier(), &query(TOKEN), xml(&text)).is_ok());
    for token in ["Zq8vT3nLw5R", "Zq8vT3nLw5Rk ", "zq8vT3nLw5Rk", ""] {
        assert_eq!(
            open(&verifier(), &query(token), xml(&text)).err(),
            Some(Rejection::WrongSignature),
            "{token}"
        );
    }
    let foreign = sealed(OTHER_KEY, MESSAGE.as_bytes(), APP_ID.as_bytes());
    assert_eq!(open_signed(&verifier(), &foreign).err(), Some(Rejection::Envelope(EnvelopeFault::Padding)));
    for id in [
        &b""[..],
        b"wx5823bf96d3bd56c",
        b"wx5823bf96d3bd56c77",
        b"WX5823BF96D3BD56C7",
        b"wx5823bf96d3bd56c7\0",
    ] {
        let text = sealed(KEY, MESSAGE.as_bytes(), id);
        assert_eq!(
            open_signed(&verifier(), &text).err(),
            Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
            "{id:?}"
        );
    }
}

/// Whatever a wrong key makes of a message, it is refused: now and then the padding looks right by chance.
#[test]
fn wrong_keys() {
    let mut reasons = HashSet::new();
    for byte in 0..=255_u8 {
        for other in 0..4_u8 {
            let foreign = base64(&[[byte; 31].as_slice(), &[other]].concat());
            let text = sealed(foreign.trim_end_matches('='), MESSAGE.as_bytes(), APP_ID.as_bytes());
            for receive_id in [app_id(), ReceiveId::any()] {
                let verifier = Verifier::encrypted(TOKEN, key(KEY), receive_id).unwrap();
                reasons.insert(open_signed(&verifier, &text).unwrap_err());
            }
        }
    }
    assert_eq!(
        reasons,
        HashSet::from([
            Rejection::Envelope(EnvelopeFault::Padding),
            Rejection::Envelope(EnvelopeFault::LengthField)
        ])
    );
}

#[test]
fn not_base64() {
    // 128 bytes, so that one digit is missing from the last group.
    let text = sealed(KEY, &[b'x'; 60], APP_ID.as_bytes());
    let unpadded = text.trim_end_matches('=').to_owned();
    assert_ne!(unpadded, text);
    for broken in [
        "x".to_owned(),
        "=".to_owned(),
        "====".to_owned(),
        "你好".to_owned(),
        format!("{text}="),
        format!("{text}AAAA"),
        format!("*{}", &text[1..]),
        text.replacen(&text[4..5], "-", 1),
        text.replacen(&text[4..5], "_", 1),
        // The filling before the last digit.
        format!("{}={}", &text[..text.len() - 2], &text[text.len() - 2..text.len() - 1]),
        unpadded,
    ] {
        assert_eq!(
            open_signed(&verifier(), &broken).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64)),
            "{broken}"
        );
    }
}

/// The bits that belong to no byte could carry another text with the same meaning: only the key is read leniently.
#[test]
fn bits_left_over() {
    for blocks in [2, 4, 6] {
        let text = base64(&encrypt(KEY, &vec![7; 16 * blocks]));
        let last = text.trim_end_matches('=').len() - 1;
        if last + 1 == text.len() {
            assert_eq!(blocks, 6, "48 bytes fill whole groups");
            continue;
        }
        let digit = char::from(text.as_bytes()[last]);
        let next = char::from(text.as_bytes()[last] + 1);
        assert!(
            matches!(digit, 'A'..='Y' | 'a'..='y' | '0'..='8'),
            "the next character is the next digit: {digit}"
        );
        let changed = format!("{}{next}{}", &text[..last], &text[last + 1..]);
        assert_eq!(from_base64(&changed), from_base64(&text));
        assert_eq!(
            open_signed(&verifier(), &changed).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64))
        );
        assert_ne!(
            open_signed(&verifier(), &text).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64))
        );
    }
}

#[test]
fn length_of_the_cipher_text() {
    let whole = from_base64(&genuine());
    for length in 1..whole.len() {
        let reason = open_signed(&verifier(), &base64(&whole[..length])).unwrap_err();
        if length % 16 == 0 {
            // Whole blocks are decrypted, and what stands at the end is no padding.
            assert!(
                matches!(
                    reason,
                    Rejection::Envelope(EnvelopeFault::Padding)
                        | Rejection::Envelope(EnvelopeFault::LengthField)
                ),
                "{length}: {reason:?}"
            );
        } else {
            assert_eq!(reason, Rejection::Envelope(EnvelopeFault::CipherLength), "{length}");
        }
    }
}

#[test]
fn padding() {
    // A message that ends on a block, so that any padding may follow.
    let whole = content(&[b'x'; 58], APP_ID.as_bytes());
    assert_eq!(whole.len(), 96);
    let with = |padding: &[u8]| refusal_of_plain(&[&whole[..], padding].concat());
    for length in [16, 32] {
        assert_eq!(with(&vec![u8::try_from(length).unwrap(); length]), None);
    }
    for shorter in 1..=31 {
        let whole = content(&vec![b'x'; 90 - shorter], APP_ID.as_bytes());
        assert_eq!(refusal_of_plain(&padded(whole, 32)), None, "{shorter}");
    }

    let refused = Some(Rejection::Envelope(EnvelopeFault::Padding));
    assert_eq!(with(&[0; 16]), refused);
    assert_eq!(with(&[0; 32]), refused);
    assert_eq!(with(&[33; 48]), refused);
    assert_eq!(with(&[48; 48]), refused);
    assert_eq!(with(&[255; 32]), refused);
    for wrong in 0..31 {
        let mut padding = [32; 32];
        padding[wrong] = 31;
        assert_eq!(with(&padding), refused, "{wrong}");
    }
    // More padding than text.
    assert_eq!(refusal_of_plain(&[17; 16]), refused);
    assert_eq!(refusal_of_plain(&[32; 16]), refused);
}

#[test]
fn the_length_field() {
    let of = |length: u32, message: &[u8]| {
        let plain = [&[b'r'; 16], &length.to_be_bytes()[..], message, APP_ID.as_bytes()].concat();
        refusal_of_plain(&padded(plain, 32))
    };
    let message = b"0123456789";
    let rest = u32::try_from(message.len() + APP_ID.len()).unwrap();
    assert_eq!(of(10, message), None);
    // It fits the text, and leaves another id.
    for length in [0, 1, 9, 11, rest] {
        assert_eq!(of(length, message), Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)), "{length}");
    }
    for length in
        [rest + 1, rest + 32, 0x0a00_0000, i32::MAX.unsigned_abs(), 1 << 31, u32::MAX - 20, u32::MAX]
    {
        assert_eq!(of(length, message), Some(Rejection::Envelope(EnvelopeFault::LengthField)), "{length}");
    }

    // Too short for a length at all.
    for length in 0..=19 {
        let plain = padded(vec![0; length], 32);
        assert_eq!(
            refusal_of_plain(&plain),
            Some(Rejection::Envelope(EnvelopeFault::LengthField)),
            "{length}"
        );
    }
    assert_eq!(refusal_of_plain(&[32; 32]), Some(Rejection::Envelope(EnvelopeFault::LengthField)));
    assert_eq!(refusal_of_plain(&[16; 16]), Some(Rejection::Envelope(EnvelopeFault::LengthField)));
    // Just enough: an empty message without an id.
    let shortest = base64(&encrypt(KEY, &padded(vec![0; 20], 32)));
    let no_id = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::empty()).unwrap();
    assert_eq!(open_signed(&no_id, &shortest).unwrap().document, "");
    assert_eq!(
        open_signed(&verifier(), &shortest).err(),
        Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId))
    );
}

#[test]
fn text_that_is_not_utf8() {
    let any = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::any()).unwrap();
    for bytes in [&b"\xff"[..], b"\xc3", b"abc\xed\xa0\x80", b"\xc4\xe3\xba\xc3"] {
        let message = sealed(KEY, bytes, APP_ID.as_bytes());
        assert_eq!(
            open_signed(&verifier(), &message).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotUtf8)),
            "{bytes:?}"
        );
        let id = sealed(KEY, MESSAGE.as_bytes(), bytes);
        assert_eq!(
            open_signed(&verifier(), &id).err(),
            Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
            "{bytes:?}"
        );
        assert_eq!(
            open_signed(&any, &id).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotUtf8)),
            "{bytes:?}"
        );
    }
    // A character cut in two by the length, one half in the message and one in the id.
    let mut plain = content("你".as_bytes(), b"");
    plain[19] = 1;
    assert_eq!(
        open_signed(&any, &base64(&encrypt(KEY, &padded(plain, 32)))).err(),
        Some(Rejection::Envelope(EnvelopeFault::NotUtf8))
    );
}

#[test]
fn receive_ids() {
    let of = |id: &str| sealed(KEY, MESSAGE.as_bytes(), id.as_bytes());
    let one = ReceiveId::new("wx1").unwrap();
    let several = one.clone().or("wx2").unwrap().or("wx3").unwrap();
    let some = ReceiveId::empty().or("wx1").unwrap();
    assert_eq!(
        ReceiveId::any().or("wx1").err(),
        Some(ConfigError::AnyReceiveId),
        "it would restrict nothing"
    );
    for (accepted, ids) in [
        (one, &["wx1"][..]),
        (several, &["wx1", "wx2", "wx3"]),
        (ReceiveId::empty(), &[""]),
        (some, &["", "wx1"]),
        (ReceiveId::any(), &["", "wx1", "wx2", "wx3", "WX1", "wx", "wx11", "企业"]),
    ] {
        let verifier = Verifier::wecom(TOKEN, key(KEY), accepted.clone()).unwrap();
        for id in ["", "wx1", "wx2", "wx3", "WX1", "wx", "wx11", "企业"] {
            match open_signed(&verifier, &of(id)) {
                Ok(opened) => {
                    assert!(ids.contains(&id), "{accepted:?} accepts {id}");
                    assert_eq!(opened.callback.receive_id(), Some(id));
                    assert_eq!(opened.document, MESSAGE);
                }
                Err(reason) => {
                    assert_eq!(reason, Rejection::Envelope(EnvelopeFault::WrongReceiveId));
                    assert!(!ids.contains(&id), "{accepted:?} refuses {id}");
                }
            }
        }
    }
}

#[test]
fn the_body_limit() {
    let body = Bytes::from(xml(&genuine()));
    let limit = body.len();
    let query = genuine_query();
    let mut within = envelope(&verifier().body_limit(limit), &query);
    let mut below = envelope(&verifier().body_limit(limit - 1), &query);

    // What the request announces.
    assert_eq!(within.expect_length(Some(b"0")), Ok(()));
    assert_eq!(within.expect_length(Some(limit.to_string().as_bytes())), Ok(()));
    for length in [limit as u64 + 1, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        assert_eq!(
            within.expect_length(Some(length.to_string().as_bytes())),
            Err(Rejection::Body(BodyFault::TooLarge))
        );
    }
    assert_eq!(
        below.expect_length(Some(limit.to_string().as_bytes())),
        Err(Rejection::Body(BodyFault::TooLarge))
    );

    // What arrives, in pieces of any size. A short announcement does not help.
    for size in [1, 2, 3, 7, 64, limit - 1, limit] {
        let (mut within, mut below) = (within.clone(), below.clone());
        assert_eq!(below.expect_length(Some(b"1")), Ok(()));
        let pieces = body.len().div_ceil(size);
        for (nth, chunk) in body.chunks(size).enumerate() {
            let chunk = Bytes::copy_from_slice(chunk);
            assert_eq!(within.push(chunk.clone()), Ok(()));
            let expected = if nth + 1 == pieces { Err(Rejection::Body(BodyFault::TooLarge)) } else { Ok(()) };
            assert_eq!(below.push(chunk), expected, "{size}");
        }
        assert_eq!(within.open().unwrap().document, MESSAGE, "{size}");
    }

    // Empty pieces are nothing, anywhere.
    let mut with_empty = within.clone();
    with_empty.push(Bytes::new()).unwrap();
    with_empty.push(body.clone()).unwrap();
    with_empty.push(Bytes::new()).unwrap();
    assert_eq!(with_empty.open().unwrap().document, MESSAGE);

    // No piece at all, and after the limit nothing gets in any more.
    assert_eq!(within.clone().open().err(), Some(Rejection::Body(BodyFault::Malformed)));
    let mut full = within;
    full.push(body).unwrap();
    for _ in 0..2 {
        assert_eq!(full.push(Bytes::from_static(b" ")), Err(Rejection::Body(BodyFault::TooLarge)));
    }

    // The defaults: 1 MiB and 5 seconds.
    let mut default = envelope(&verifier(), &query);
    assert_eq!(default.expect_length(Some(b"1048576")), Ok(()));
    assert_eq!(default.expect_length(Some(b"1048577")), Err(Rejection::Body(BodyFault::TooLarge)));
    assert_eq!(default.body_timeout(), Duration::from_secs(5));
    let patient = verifier().body_timeout(Duration::from_millis(1234));
    assert_eq!(envelope(&patient, &query).body_timeout(), Duration::from_millis(1234));
}

/// Everything that the query alone can tell is told before the body is asked for.
#[test]
fn the_query_comes_first() {
    let sent: u64 = TIMESTAMP.parse().unwrap();
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let query = genuine_query();
    for strict in [verifier().max_age(Duration::from_secs(300)), wecom().max_age(Duration::from_secs(300))] {
        for now in [sent - 300, sent, sent + 300] {
            assert!(matches!(strict.verify_at(at(now), "POST", &query), Ok(Decision::Envelope(_))));
        }
        for now in [sent - 301, sent + 301] {
            assert_eq!(strict.verify_at(at(now), "POST", &query).err(), Some(Rejection::Stale));
        }
        assert_eq!(strict.verify("POST", &query).err(), Some(Rejection::Stale), "by the system's clock too");
    }
    let msg_signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE, &genuine()]));
    for (changed, expected) in [
        (without(&query, Parameter::Timestamp), Rejection::Query(QueryFault::Missing(Parameter::Timestamp))),
        (without(&query, Parameter::Nonce), Rejection::Query(QueryFault::Missing(Parameter::Nonce))),
        (query.replace(&msg_signature, ""), Rejection::Query(QueryFault::Empty(Parameter::MsgSignature))),
        (
            query.replace(&msg_signature, &msg_signature[1..]),
            Rejection::Query(QueryFault::Malformed(Parameter::MsgSignature)),
        ),
        (
            query.replace(&msg_signature, &"g".repeat(40)),
            Rejection::Query(QueryFault::Malformed(Parameter::MsgSignature)),
        ),
        (
            format!("{query}&msg_signature={msg_signature}"),
            Rejection::Query(QueryFault::Duplicate(Parameter::MsgSignature)),
        ),
        (
            format!("{query}&%6dsg_signature={msg_signature}"),
            Rejection::Query(QueryFault::Duplicate(Parameter::MsgSignature)),
        ),
        (
            query.replace(TIMESTAMP, "15401766x6"),
            Rejection::Query(QueryFault::Malformed(Parameter::Timestamp)),
        ),
        (query.replace(NONCE, &"1".repeat(33)), Rejection::Query(QueryFault::Malformed(Parameter::Nonce))),
        (
            format!("{query}&openid={}", "o".repeat(65)),
            Rejection::Query(QueryFault::Malformed(Parameter::Openid)),
        ),
        (format!("{query}&own=%"), Rejection::Query(QueryFault::BadEscape)),
        (String::new(), Rejection::Query(QueryFault::NoParameters)),
    ] {
        for verifier in [verifier(), wecom()] {
            assert_eq!(verifier.verify("POST", &changed).err(), Some(expected), "{changed}");
        }
    }
    // In upper case it is the same signature.
    let upper = query.replace(&msg_signature, &msg_signature.to_uppercase());
    assert!(open(&verifier(), &upper, xml(&genuine())).is_ok());
}

#[test]
fn handshake_of_an_official_account() {
    let handshake =
        format!("{}&echostr=3892692869596528638", Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE));
    let forged = handshake.replace(NONCE, "1");
    for extra in
        ["", "&encrypt_type=aes", "&encrypt_type=aes&msg_signature=0000", "&msg_signature=x&openid=o1"]
    {
        match verifier().verify("GET", &format!("{handshake}{extra}")) {
            Ok(Decision::Handshake(echo)) => assert_eq!(echo, "3892692869596528638"),
            other => panic!("{extra}: {other:?}"),
        }
        assert_eq!(
            verifier().verify("GET", &format!("{forged}{extra}")).err(),
            Some(Rejection::WrongSignature)
        );
    }
    // A right `msg_signature` is no substitute for `signature`, not even one over the `echostr`.
    let text = genuine();
    let msg = query(TOKEN, TIMESTAMP, NONCE, &text);
    let echostr = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    let unsigned = format!("{}&echostr={echostr}", without(&msg, Parameter::Signature));
    assert_eq!(
        verifier().verify("GET", &unsigned).err(),
        Some(Rejection::Query(QueryFault::Missing(Parameter::Signature)))
    );
    // What is encrypted is echoed as it is: this platform sends plain text.
    match verifier().verify("GET", &format!("{msg}&echostr={echostr}")) {
        Ok(Decision::Handshake(echo)) => assert_eq!(echo, text),
        other => panic!("{other:?}"),
    }
    // On a POST an `echostr` is nobody's parameter.
    assert!(matches!(verifier().verify("POST", &format!("{msg}&echostr=1")), Ok(Decision::Envelope(_))));
    assert_eq!(
        verifier().verify("POST", &handshake).err(),
        Some(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        "a handshake's query does not let a POST in"
    );
}

#[test]
fn handshake_of_wecom() {
    let echo = |message: &[u8], id: &str| {
        let text = sealed(KEY, message, id.as_bytes());
        let query = without(&query(TOKEN, TIMESTAMP, NONCE, &text), Parameter::Signature);
        format!("{query}&echostr={}", utf8_percent_encode(&text, NON_ALPHANUMERIC))
    };
    let valid = echo(b"1616140317555161061", APP_ID);
    match wecom().verify("GET", &valid) {
        Ok(Decision::Handshake(echo)) => assert_eq!(echo, "1616140317555161061"),
        other => panic!("{other:?}"),
    }
    // With `+`, `/` and `=` as they are; a `+` is no space.
    let raw = valid.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert_ne!(raw, valid);
    assert!(matches!(wecom().verify("GET", &raw), Ok(Decision::Handshake(_))));

    let refused = |query: &str| wecom().verify("GET", query).err();
    let plain = Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE);
    for query in [format!("{plain}&echostr=3892692869596528638"), format!("{plain}&echostr={}", genuine())] {
        assert_eq!(
            refused(&query),
            Some(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
            "{query}"
        );
    }
    let three_parts = Signature::compute([TOKEN, TIMESTAMP, NONCE]);
    assert_eq!(
        refused(&format!("{plain}&echostr=3892692869596528638&msg_signature={three_parts:x}")),
        Some(Rejection::WrongSignature)
    );
    assert_eq!(refused(&valid.replace("echostr=", "echostr=A")), Some(Rejection::WrongSignature));
    assert_eq!(refused(&valid.replace(NONCE, "1")), Some(Rejection::WrongSignature));
    assert_eq!(refused(&echo(b"1", "another")), Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)));
    assert_eq!(refused(&echo(b"\xff", APP_ID)), Some(Rejection::Envelope(EnvelopeFault::NotUtf8)));
    let signed = |text: &str| {
        let query = without(&query(TOKEN, TIMESTAMP, NONCE, text), Parameter::Signature);
        format!("{query}&echostr={}", utf8_percent_encode(text, NON_ALPHANUMERIC))
    };
    assert_eq!(refused(&signed("3892692869596528638")), Some(Rejection::Envelope(EnvelopeFault::NotBase64)));
    assert_eq!(refused(&signed("AAAA")), Some(Rejection::Envelope(EnvelopeFault::CipherLength)));
    assert_eq!(refused(&signed(&base64(&[7; 32]))), Some(Rejection::Envelope(EnvelopeFault::Padding)));
    assert_eq!(
        refused(&format!("{}&echostr=%ff", without(&valid, Parameter::Echostr))),
        Some(Rejection::Query(QueryFault::Malformed(Parameter::Echostr)))
    );

    let strict = wecom().max_age(Duration::from_secs(300));
    assert_eq!(strict.verify("GET", &valid).err(), Some(Rejection::Stale));
    let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(TIMESTAMP.parse().unwrap());
    assert!(matches!(strict.verify_at(sent, "GET", &valid), Ok(Decision::Handshake(_))));
}

/// A `Callback` from `verify` itself would send a plain body to the handler.
#[test]
fn never_a_callback_without_a_body() {
    let plain = Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE);
    let queries = [
        plain.clone(),
        genuine_query(),
        format!("{plain}&echostr=1"),
        format!("{}&echostr=1", genuine_query()),
    ];
    for verifier in [verifier(), wecom()] {
        for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", ""] {
            for query in &queries {
                let verified = verifier.verify(method, query);
                assert!(!matches!(verified, Ok(Decision::Callback(_))), "{method} {query}");
                let is_signed = query.contains("msg_signature");
                let has_echo = method == "GET" && query.contains("echostr");
                if is_signed && !has_echo {
                    assert!(matches!(verified, Ok(Decision::Envelope(_))), "{method} {query}");
                }
            }
        }
    }
}

#[test]
fn rotation() {
    let tokens = ["current-token", "previous-token", "older-token"];
    let keys = [KEY, OTHER_KEY, "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"];
    for build in [Verifier::encrypted, Verifier::wecom] {
        let verifier = build(tokens[0], key(keys[0]), app_id()).unwrap();
        let verifier = verifier.or_token(tokens[1]).unwrap().or_key(key(keys[1])).unwrap();
        let verifier = verifier.or_key(key(keys[2])).unwrap().or_token(tokens[2]).unwrap();
        for token in tokens {
            for text_key in keys {
                let text = sealed(text_key, MESSAGE.as_bytes(), APP_ID.as_bytes());
                let opened = open(&verifier, &query(token, TIMESTAMP, NONCE, &text), xml(&text)).unwrap();
                assert_eq!(opened.document, MESSAGE);
                // The reply is made with the two that worked.
                let reply = Reply::read_xml(&sealed_reply(&opened.sealer, b"<xml/>"));
                assert_eq!(reply.signature(token), reply.msg_signature);
                assert_eq!(reply.decrypted(text_key), ("<xml/>".to_owned(), APP_ID.to_owned()));
            }
            let unknown = sealed("x".repeat(43).as_str(), MESSAGE.as_bytes(), APP_ID.as_bytes());
            let refused = open(&verifier, &query(token, TIMESTAMP, NONCE, &unknown), xml(&unknown)).err();
            assert_eq!(refused, Some(Rejection::Envelope(EnvelopeFault::Padding)));
        }
        let refused = open(&verifier, &query("unknown", TIMESTAMP, NONCE, &genuine()), xml(&genuine())).err();
        assert_eq!(refused, Some(Rejection::WrongSignature));
    }
    // The handshake of WeCom too.
    let verifier = wecom().or_key(key(OTHER_KEY)).unwrap().or_token(tokens[1]).unwrap();
    let text = sealed(OTHER_KEY, b"123", APP_ID.as_bytes());
    let echostr = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    let handshake = format!("{}&echostr={echostr}", query(tokens[1], TIMESTAMP, NONCE, &text));
    assert!(matches!(verifier.verify("GET", &handshake), Ok(Decision::Handshake(echo)) if echo == "123"));
    // The reason is what the current key says: the previous one fails differently.
    let wrong_id = sealed(KEY, MESSAGE.as_bytes(), b"another");
    let verifier = self::verifier().or_key(key(OTHER_KEY)).unwrap();
    assert_eq!(
        open_signed(&verifier, &wrong_id).err(),
        Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId))
    );
}

#[test]
fn configuration_errors() {
    assert_eq!(Verifier::encrypted("", key(KEY), app_id()).err(), Some(ConfigError::EmptyToken));
    assert_eq!(Verifier::wecom("", key(KEY), app_id()).err(), Some(ConfigError::EmptyToken));
    assert_eq!(verifier().or_token("").err(), Some(ConfigError::EmptyToken));
    assert_eq!(ReceiveId::new("").err(), Some(ConfigError::EmptyReceiveId));
    assert_eq!(app_id().or("").err(), Some(ConfigError::EmptyReceiveId));
    assert_eq!(Verifier::new(TOKEN).unwrap().or_key(key(KEY)).err(), Some(ConfigError::KeyInPlainMode));

    for (text, expected, says) in [
        (String::new(), ConfigError::KeyLength(0), "0 characters"),
        (KEY[1..].to_owned(), ConfigError::KeyLength(42), "42 characters"),
        (format!("{KEY}="), ConfigError::KeyLength(44), "44 characters"),
        (format!("{KEY}\n"), ConfigError::KeyLength(44), "44 characters"),
        ("a".repeat(10_000), ConfigError::KeyLength(10_000), "10000 characters"),
        // As many characters, and more bytes.
        (format!("{}好", &KEY[1..]), ConfigError::KeyCharacter(43), "character 43 "),
        (format!("好{}", &KEY[1..]), ConfigError::KeyCharacter(1), "character 1 "),
        (format!("{}=", &KEY[1..]), ConfigError::KeyCharacter(43), "character 43 "),
        (format!("{} {}", &KEY[..20], &KEY[21..]), ConfigError::KeyCharacter(21), "character 21 "),
        (format!("{}-{}", &KEY[..20], &KEY[21..]), ConfigError::KeyCharacter(21), "character 21 "),
        (format!("{}_{}", &KEY[..20], &KEY[21..]), ConfigError::KeyCharacter(21), "character 21 "),
        (format!("{}\0", &KEY[1..]), ConfigError::KeyCharacter(43), "character 43 "),
    ] {
        let error = EncodingAesKey::new(text.clone()).unwrap_err();
        assert_eq!(error, expected, "{text:?}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(says) && shown.contains("-40004"), "{shown}");
        // Not even a part of it.
        for part in text.as_bytes().windows(6) {
            assert!(!shown.as_bytes().windows(6).any(|shown| shown == part), "{shown}");
        }
    }
    // Each of the 64 digits, everywhere; the last one may have bits left over.
    for digit in ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']) {
        assert!(EncodingAesKey::new(digit.to_string().repeat(43)).is_ok(), "{digit}");
        assert!(EncodingAesKey::new(format!("{}{digit}", &KEY[1..])).is_ok(), "{digit}");
    }
}

/// Those bits do not matter: four texts are one key.
#[test]
fn bits_left_over_in_the_key() {
    let text = sealed("0123456789012345678901234567890123456789012", MESSAGE.as_bytes(), APP_ID.as_bytes());
    for last in "0123".chars() {
        let key = key(&format!("012345678901234567890123456789012345678901{last}"));
        let verifier = Verifier::encrypted(TOKEN, key, app_id()).unwrap();
        assert_eq!(open_signed(&verifier, &text).unwrap().document, MESSAGE, "{last}");
    }
    let key = key("0123456789012345678901234567890123456789014");
    let verifier = Verifier::encrypted(TOKEN, key, app_id()).unwrap();
    assert!(open_signed(&verifier, &text).is_err());
}

#[test]
fn debug_shows_no_secret() {
    let both = verifier().or_token("previous-token").unwrap().or_key(key(OTHER_KEY)).unwrap();
    let mut envelope = envelope(&both, &genuine_query());
    envelope.push(xml(&genuine()).into()).unwrap();
    let opened = envelope.clone().open().unwrap();
    let msg_signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE, &genuine()]));
    let keys = [KEY, OTHER_KEY].map(from_base64);
    let mut secrets = vec![TOKEN.to_owned(), "previous-token".to_owned(), msg_signature, genuine()];
    secrets.extend([KEY, OTHER_KEY].map(str::to_owned));
    secrets.extend(keys.iter().map(|key| format!("{key:?}").trim_matches(['[', ']']).to_owned()));
    secrets.extend(keys.iter().map(|key| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>()));
    for shown in [
        format!("{both:?} {both:#?}"),
        format!("{:?} {:#?}", key(KEY), key(KEY)),
        format!("{envelope:?} {envelope:#?}"),
        format!("{opened:?} {opened:#?}"),
        format!("{:?} {:#?}", opened.sealer, opened.sealer),
        format!("{:?}", both.verify("POST", &genuine_query())),
    ] {
        for secret in &secrets {
            assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
            // Pretty-printed lists have a line for each byte.
            let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(!flat.contains(secret.as_str()), "{secret} in {flat}");
        }
    }
    assert_eq!(format!("{:?}", key(KEY)), "[REDACTED]");
    assert_eq!(format!("{both:?}").matches("[REDACTED]").count(), 4);
}

#[test]
fn the_caller_learns_nothing() {
    for rejection in Rejection::all() {
        let answer = Answer::refusal(rejection);
        let (status, closes) = match rejection {
            Rejection::Body(BodyFault::TooLarge) => (413, true),
            Rejection::Body(BodyFault::Timeout) => (408, true),
            _ => (403, false),
        };
        assert_eq!((rejection.status(), answer.status()), (status, status), "{rejection:?}");
        assert_eq!(rejection.closes_connection(), closes, "{rejection:?}");
        if status == 403 {
            assert_eq!(answer, Answer::refusal(Rejection::WrongSignature), "{rejection:?}");
            assert_eq!(answer.into_body(), "forbidden");
        }
    }
    let unsealed = Answer::unsealed();
    assert_eq!((unsealed.status(), &*unsealed.into_body()), (500, "internal error"));
}

#[test]
fn the_operator_learns_the_official_code() {
    let mut codes = vec![];
    let mut texts = HashSet::new();
    for rejection in Rejection::all() {
        let text = rejection.to_string();
        match rejection.official_code() {
            Some(code) => {
                assert!(text.ends_with(&format!(" ({code})")), "{text}");
                codes.push((rejection, code));
            }
            None => assert!(!text.contains("-400"), "{text}"),
        }
        assert!(text.len() > 20 && !text.contains('\n'), "{text}");
        assert!(texts.insert(text), "each reason reads differently");
    }
    assert_eq!(
        codes,
        [
            (Rejection::WrongSignature, -40001),
            (Rejection::Body(BodyFault::Malformed), -40002),
            (Rejection::Body(BodyFault::NoEncrypt), -40002),
            (Rejection::Body(BodyFault::SeveralEncrypts), -40002),
            (Rejection::Envelope(EnvelopeFault::NotBase64), -40010),
            (Rejection::Envelope(EnvelopeFault::CipherLength), -40008),
            (Rejection::Envelope(EnvelopeFault::Padding), -40007),
            (Rejection::Envelope(EnvelopeFault::LengthField), -40008),
            (Rejection::Envelope(EnvelopeFault::WrongReceiveId), -40005),
            (Rejection::Envelope(EnvelopeFault::NotUtf8), -40008),
        ]
    );
}

/// A reply, taken apart as the platform would.
struct Reply {
    encrypt: String,
    msg_signature: String,
    timestamp: String,
    nonce: String,
}

impl Reply {
    /// Byte for byte the shape of the official samples, with nothing between or around the parts.
    fn read_xml(reply: &str) -> Self {
        let rest = reply.strip_prefix("<xml>\n<Encrypt><![CDATA[").expect("Encrypt");
        let (encrypt, rest) =
            rest.split_once("]]></Encrypt>\n<MsgSignature><![CDATA[").expect("MsgSignature");
        let (msg_signature, rest) = rest.split_once("]]></MsgSignature>\n<TimeStamp>").expect("TimeStamp");
        let (timestamp, rest) = rest.split_once("</TimeStamp>\n<Nonce><![CDATA[").expect("Nonce");
        let nonce = rest.strip_suffix("]]></Nonce>\n</xml>").expect("the end");
        let [encrypt, msg_signature, timestamp, nonce] =
            [encrypt, msg_signature, timestamp, nonce].map(str::to_owned);
        Self { encrypt, msg_signature, timestamp, nonce }
    }

    fn signature(&self, token: &str) -> String {
        format!("{:x}", Signature::compute([token, &self.timestamp, &self.nonce, &self.encrypt]))
    }

    /// The message and the receive id, after the checks that the platform makes.
    fn decrypted(&self, key: &str) -> (String, String) {
        let mut plain = decrypt(key, &from_base64(&self.encrypt));
        assert_eq!(plain.len() % 32, 0);
        let padding = usize::from(*plain.last().expect("a padding"));
        assert!((1..=32).contains(&padding));
        let pad = plain.split_off(plain.len() - padding);
        assert!(pad.iter().all(|byte| usize::from(*byte) == padding));
        let length = u32::from_be_bytes(plain[16..20].try_into().expect("four bytes"));
        let (message, receive_id) = plain[20..].split_at(length.try_into().expect("a short message"));
        [message, receive_id].map(|text| String::from_utf8(text.to_vec()).expect("UTF-8")).into()
    }
}

/// In which format replies are sealed.
fn reply_type(sealer: &Sealer) -> &'static str {
    match finished(sealer, b"<xml/>") {
        Finished::Sealed { content_type, .. } => content_type,
        other => unreachable!("not sealed: {other:?}"),
    }
}

fn sealer(body: String, nonce: &str) -> Sealer {
    open(&verifier(), &query(TOKEN, TIMESTAMP, nonce, &genuine()), body).expect("a genuine message").sealer
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn what_is_not_sealed() {
    for body in [xml(&genuine()), json(&genuine())] {
        let sealer = sealer(body, NONCE);
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
    let sealer = sealer(xml(&genuine()), NONCE);
    let Outgoing::Instead(compressed) = sealer.clone().reply(200, true) else { panic!("a compressed reply") };
    let Outgoing::Collect(collect) = sealer.reply(200, false) else { panic!("a reply") };
    let Finished::Instead(broken_off) = collect.finish(None) else { panic!("a reply that broke off") };
    assert_eq!((compressed.status(), broken_off.status()), (500, 500));
}

#[test]
fn xml_reply() {
    let sealer = sealer(xml(&genuine()), NONCE);
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

#[test]
fn json_reply() {
    let sealer = sealer(json(&genuine()), NONCE);
    assert_eq!(reply_type(&sealer), "application/json; charset=utf-8");
    let before = now();
    let text = sealed_reply(&sealer, br#"{"demo_resp":"good luck"}"#);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let field = |name: &str| value[name].as_str().unwrap().to_owned();
    let timestamp = value["TimeStamp"].as_u64().unwrap();
    assert!((before..=now()).contains(&timestamp));
    let reply = Reply {
        encrypt: field("Encrypt"),
        msg_signature: field("MsgSignature"),
        timestamp: timestamp.to_string(),
        nonce: field("Nonce"),
    };
    // Byte for byte, with nothing between the parts.
    assert_eq!(
        text,
        format!(
            r#"{{"Encrypt":"{}","MsgSignature":"{}","TimeStamp":{timestamp},"Nonce":"{NONCE}"}}"#,
            reply.encrypt, reply.msg_signature
        )
    );
    assert_eq!(reply.msg_signature, reply.signature(TOKEN));
    assert_eq!(reply.decrypted(KEY), (r#"{"demo_resp":"good luck"}"#.to_owned(), APP_ID.to_owned()));
}

/// Each reply has random bytes of its own.
#[test]
fn no_two_replies_are_alike() {
    let sealer = sealer(xml(&genuine()), NONCE);
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
        let reply = sealed_reply(&sealer(xml(&genuine()), nonce), b"<xml/>");
        // Read by a parser: one root, four children, and the nonce whole.
        assert_eq!(nonce_of(&reply), nonce, "{reply}");

        let reply = sealed_reply(&sealer(json(&genuine()), nonce), b"{}");
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

#[test]
fn signed_for_tests_and_tools() {
    for (is_wecom, verifier) in [(false, verifier()), (true, wecom())] {
        for (document, content_type) in [
            (MESSAGE, "text/xml; charset=utf-8"),
            ("plain text", "text/xml; charset=utf-8"),
            ("", "text/xml; charset=utf-8"),
            (r#"{"MsgType":"text"}"#, "application/json; charset=utf-8"),
            (" {}", "application/json; charset=utf-8"),
        ] {
            for nonce in [NONCE, "随机 + & nonce", "]]>\""] {
                let request = verifier.sign_encrypted(1_540_176_606, nonce, document).unwrap();
                if is_wecom && !document.contains(['<', '{']) {
                    let refused = open(&verifier, &request.query, request.body.clone()).err();
                    assert_eq!(
                        refused,
                        Some(Rejection::Envelope(EnvelopeFault::WrongKind)),
                        "an echo, not a message"
                    );
                    continue;
                }
                let opened = open(&verifier, &request.query, request.body.clone()).unwrap();
                assert_eq!(opened.document, document);
                assert_eq!(opened.callback.nonce(), nonce);
                assert_eq!(opened.callback.timestamp(), "1540176606");
                assert_eq!(opened.callback.receive_id(), Some(APP_ID));
                assert_eq!(reply_type(&opened.sealer), content_type);
                let other = verifier.sign_encrypted(1_540_176_606, nonce, document).unwrap();
                assert_ne!(other, request, "random bytes");
            }
        }
    }
    // In the platform's shape.
    let request = verifier().sign_encrypted(1_540_176_606, NONCE, MESSAGE).unwrap();
    let text = request.body.split_once("<Encrypt><![CDATA[").unwrap().1.split_once("]]>").unwrap().0;
    assert_eq!(request.body, xml(text));
    assert_eq!(request.query, query(TOKEN, TIMESTAMP, NONCE, text));
    let request = wecom().sign_encrypted(1_540_176_606, NONCE, "{}").unwrap();
    let text = request.body.split_once("\"Encrypt\":\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(request.body, json(text));
    assert!(!format!("&{}", request.query).contains("&signature="));

    // The current secrets and the first id, where there are several.
    let several =
        Verifier::encrypted("current-token", key(OTHER_KEY), ReceiveId::empty().or("wx2").unwrap()).unwrap();
    let several = several.or_token(TOKEN).unwrap().or_key(key(KEY)).unwrap();
    let current = Verifier::encrypted("current-token", key(OTHER_KEY), ReceiveId::empty()).unwrap();
    let request = several.sign_encrypted(1_540_176_606, NONCE, MESSAGE).unwrap();
    assert_eq!(open(&current, &request.query, request.body).unwrap().document, MESSAGE);

    let plain = Verifier::new(TOKEN).unwrap();
    assert_eq!(plain.sign_encrypted(1, "1", "<xml/>").err(), Some(SealError::PlainMode));
    let texts: HashSet<_> = [SealError::PlainMode, SealError::Random, SealError::TooLong]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts.len(), 3);
}

/// A verifier in plain mode does not look at the body, so an encrypted one passes as it is: documented, and the reason
/// why the mode is configuration.
#[test]
fn plain_mode_knows_no_envelope() {
    let plain = Verifier::new(TOKEN).unwrap();
    match plain.verify("POST", &genuine_query()) {
        Ok(Decision::Callback(callback)) => {
            assert!(!callback.is_encrypted());
            assert_eq!(callback.receive_id(), None);
        }
        other => panic!("{other:?}"),
    }
    assert!(!plain.is_encrypted());
    assert!(verifier().is_encrypted() && wecom().is_encrypted());
}

/// WeCom encrypts the echo of the handshake as it does messages, so one could be passed off as the other.
#[test]
fn a_message_is_no_handshake_and_a_handshake_no_message() {
    let query = |encrypt: &str| {
        let signature = Signature::compute([TOKEN, TIMESTAMP, NONCE, encrypt]);
        format!("msg_signature={signature:x}&timestamp={TIMESTAMP}&nonce={NONCE}")
    };
    let as_handshake = |encrypt: &str| {
        let echostr = encrypt.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("{}&echostr={echostr}", query(encrypt))
    };
    let sealed = |text: &str| sealed(KEY, text.as_bytes(), APP_ID.as_bytes());

    // A captured message, and a captured reply, sent as a handshake would otherwise come back decrypted.
    for message in [MESSAGE, "{\"a\":1}", " \n<xml/>"] {
        let query = as_handshake(&sealed(message));
        assert_eq!(
            wecom().verify("GET", &query).err(),
            Some(Rejection::Envelope(EnvelopeFault::WrongKind)),
            "{message}"
        );
    }
    // The control: an echo is answered.
    let echo = sealed("4375120948345356249");
    assert!(matches!(wecom().verify("GET", &as_handshake(&echo)), Ok(Decision::Handshake(_))));
    // And sent as a message it is refused.
    assert_eq!(
        open(&wecom(), &query(&echo), xml(&echo)).err(),
        Some(Rejection::Envelope(EnvelopeFault::WrongKind))
    );
}
