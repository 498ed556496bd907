//! What is said of a body in which nothing is signed, and that nothing of it is opened.

use echostr::{Parameter, Rejection, Signature, Verifier, rejection::BodyFault};

use crate::support::{
    crypto::{KEY, base64, sealed},
    receiver::{open, verifier, wecom},
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, genuine_query, json, query, without, xml},
};

/// What becomes of `body`, with the query that is right for the genuine text.
fn refusal(body: impl Into<Vec<u8>>) -> Rejection {
    let body = body.into();
    let [rejection, same] =
        [verifier(), wecom()].map(|verifier| open(&verifier, &genuine_query(), body.clone()).err());
    assert_eq!(rejection, same, "{:?}", String::from_utf8_lossy(&body));
    rejection.unwrap_or_else(|| panic!("opened: {:?}", String::from_utf8_lossy(&body)))
}

#[track_caller]
fn assert_all(expected: BodyFault, bodies: impl IntoIterator<Item = impl Into<Vec<u8>>>) {
    for body in bodies {
        let body = body.into();
        assert_eq!(refusal(body.clone()), Rejection::Body(expected), "{:?}", String::from_utf8_lossy(&body));
    }
}

/// A text with all three characters that are no letters or digits, and the query that signs it.
fn text_with_all_digits() -> (String, String) {
    let texts =
        (0..200_u32).map(|nth| sealed(KEY, format!("<xml>{nth}</xml>").as_bytes(), APP_ID.as_bytes()));
    let text = texts
        .into_iter()
        .find(|text| ['+', '/', '='].iter().all(|c| text.contains(*c)))
        .expect("one of many");
    let query = query(TOKEN, TIMESTAMP, NONCE, &text);
    (text, query)
}

#[test]
fn no_body() {
    assert_all(BodyFault::Empty, ["", " ", "\r\n\t", "\u{feff}", "\n\u{feff} "]);
}

#[test]
fn no_candidate() {
    assert_all(
        BodyFault::NoEncrypt,
        [
            MESSAGE,
            "<",
            "{",
            "{}",
            "<xml></xml>",
            r#"{"MsgType":"text"}"#,
            "<xml><Encrypt/></xml>",
            "<xml><Encrypt>\r\n \t</Encrypt></xml>",
            "<xml><Encrypt><![CDATA[ \n ]]></Encrypt></xml>",
            "<xml><EncryptType>aes</EncryptType>Encrypt</xml>",
            r#"{"Encrypt":""}"#,
            r#"{"Encrypt":1}"#,
            r#"{"Encrypt":null}"#,
            "\u{feff}<xml/>",
        ],
    );
    assert_all(BodyFault::NoEncrypt, ["<a>".repeat(10_000), format!("{{\"a\":{}", "[".repeat(10_000))]);
    // The control: a plain message whose `signature` holds is refused for it, not for its query.
    let plain = without(&genuine_query(), Parameter::MsgSignature);
    assert!(Verifier::new(TOKEN).unwrap().verify("POST", &plain).is_ok());
}

#[test]
fn something_else_is_signed() {
    let text = genuine();
    let other = sealed(KEY, b"<xml><Content>forged</Content></xml>", APP_ID.as_bytes());
    let (head, tail) = text.split_at(text.len() - 44);
    for body in [
        xml(&other),
        json(&other),
        xml(&text[1..]),
        xml(&text[..text.len() - 1]),
        xml(&format!("{text}=")),
        xml(&format!("A{text}")),
        xml(&text.to_lowercase()),
        // Two pieces that no white space has parted.
        xml(&format!("{head}<!-- -->{tail}")),
        xml(&format!("{head}]]><![CDATA[{tail}")),
        xml(&format!("{head}*{tail}")),
        json(&format!("{head}\\u0000{tail}")),
    ] {
        assert_eq!(refusal(body.clone()), Rejection::WrongSignature, "{body}");
    }
    // Cut off anywhere.
    for whole in [xml(&text), json(&text)] {
        let end = whole.find(&text).unwrap() + text.len();
        for length in 0..end {
            let refused = refusal(&whole.as_bytes()[..length]);
            assert!(
                matches!(
                    refused,
                    Rejection::WrongSignature | Rejection::Body(BodyFault::Empty | BodyFault::NoEncrypt)
                ),
                "{refused:?} of {length}"
            );
        }
        assert!(open(&verifier(), &genuine_query(), whole.as_bytes()[..end].to_vec()).is_ok());
    }
}

#[test]
fn compressed() {
    // `gzip`, `zstd` and zlib of every level, as far as their heads.
    assert_all(
        BodyFault::Compressed,
        [
            &b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xb3\xa9"[..],
            b"\x28\xb5\x2f\xfd\x04\x58",
            b"\x78\x01\xb3\xa9",
            b"\x78\x5e\xb3\xa9",
            b"\x78\x9c\xb3\xa9",
            b"\x78\xda\xb3\xa9",
            b"\x1f\x8b",
        ],
    );
    assert_all(BodyFault::NotADocument, [&b"\x1f"[..], b"\x78\x79", b"x", b"\x28\xb5\x2f"]);
}

#[test]
fn base64_as_a_whole() {
    let text = genuine();
    let gzip = [b"\x1f\x8b\x08\x00".to_vec(), vec![7; 40]].concat();
    for document in [
        xml(&text),
        json(&text),
        format!("\u{feff}{}", xml(&text)),
        "{\"a\":1}".to_owned(),
        MESSAGE.to_owned(),
    ] {
        let whole = base64(document.as_bytes());
        let lines: Vec<_> = whole.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
        assert_all(
            BodyFault::Base64,
            [
                whole.clone(),
                whole.trim_end_matches('=').to_owned(),
                whole.replace('+', "-").replace('/', "_"),
                lines.join("\r\n"),
                format!(" {whole}\n"),
            ],
        );
    }
    assert_all(BodyFault::Base64, [base64(&gzip)]);
    // What is no document in base64 either.
    assert_all(
        BodyFault::NotADocument,
        [&text, "success", "HelloWorldHelloWorld", "null", "Encrypt", "eA==", "P{"],
    );
}

#[test]
fn in_quotes() {
    for document in [xml(&genuine()), json(&genuine()), String::new()] {
        assert_all(
            BodyFault::Quoted,
            [serde_json::Value::from(&*document).to_string(), format!(" \"{document}\"")],
        );
    }
    assert_all(
        BodyFault::NotADocument,
        [format!("'{}'", xml(&genuine())), format!("[{}]", json(&genuine()))],
    );
}

#[test]
fn like_a_form() {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    for document in [xml(&genuine()), json(&genuine())] {
        let escaped = utf8_percent_encode(&document, NON_ALPHANUMERIC).to_string();
        assert_all(
            BodyFault::FormEncoded,
            [
                escaped.clone(),
                escaped.to_lowercase(),
                format!("{escaped}="),
                format!("xml={escaped}"),
                format!("a=1&xml={escaped}\n"),
                escaped.replace("%20", "+"),
                format!("data={document}"),
            ],
        );
    }
    assert_all(BodyFault::FormEncoded, ["Encrypt=AAAA", "a=b&c=d", "a.b-c_d=e"]);
    assert_all(BodyFault::NotADocument, ["=", "a=", "a==", "ab", "&", "%", "%3", "a b=c"]);
}

#[test]
fn utf16() {
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    for document in [xml(&genuine()), json(&genuine()), "<".to_owned()] {
        let marked = format!("\u{feff}{document}");
        assert_all(BodyFault::Utf16, [le(&document), be(&document), le(&marked), be(&marked)]);
    }
}

#[test]
fn anything_else() {
    assert_all(
        BodyFault::NotADocument,
        [
            "null",
            "[]",
            "-",
            "\u{feff}\u{feff}<xml/>",
            "--boundary\r\nContent-Disposition: form-data",
            "你好",
            "&lt;xml&gt;",
        ],
    );
    assert_all(BodyFault::NotADocument, [&b"\xff"[..], b"\xc4\xe3\xba\xc3", b"\xed\xa0\x80"]);
}

#[test]
fn broken_into_lines() {
    let (text, query) = text_with_all_digits();
    for break_ in [
        "\n",
        "\r\n",
        " ",
        "\t",
        "\n    ",
        "&#13;\n",
        "&#10;",
        "&#xD;&#xA;",
        "\\n",
        "\\r\\n",
        "\\u000d\\u000a",
    ] {
        for length in [1, 4, 20, 64, 76] {
            let lines: Vec<_> = text.as_bytes().chunks(length).map(String::from_utf8_lossy).collect();
            let broken = lines.join(break_);
            let ends = [broken.clone(), format!("{break_}{broken}{break_}")];
            for body in ends.iter().flat_map(|broken| [xml(broken), json(broken)]) {
                assert_eq!(
                    open(&verifier(), &query, body.clone()).err(),
                    Some(Rejection::Body(BodyFault::BrokenIntoLines)),
                    "{body}"
                );
                // Who has signed nothing is told nothing.
                let forged = self::query("another", TIMESTAMP, NONCE, &text);
                let forged = without(&forged, Parameter::Signature);
                assert!(
                    matches!(
                        open(&verifier(), &forged, body.clone()).err(),
                        Some(Rejection::WrongSignature | Rejection::Body(BodyFault::NoEncrypt))
                    ),
                    "{body}"
                );
            }
        }
    }
}

#[test]
fn escaped_once_more() {
    let (text, query) = text_with_all_digits();
    let each = |plus: &str, slash: &str, equals: &str| {
        text.replace('+', plus).replace('/', slash).replace('=', equals)
    };
    // A replacement may hold a `/` or `=` itself.
    let slashes = text.replace('/', "\\/");
    for written in [
        each("%2B", "%2F", "%3D"),
        each("%2b", "%2f", "%3d"),
        each("+", "/", "%3D"),
        each("&#43;", "&#47;", "&#61;"),
        each("&#x2B;", "&#x2F;", "&#x3D;"),
        each("&plus;", "&sol;", "&equals;"),
        slashes.replace('\\', "\\\\"),
        slashes.replace("\\/", "\\\\\\/"),
        each("\\\\u002b", "/", "\\\\u003d"),
        each("\\\\u002B", "\\\\/", "\\\\u003D"),
    ] {
        for body in
            [xml(&written), json(&written), format!("{{\"data\":\"{{\\\"Encrypt\\\":\\\"{written}\\\"}}\"}}")]
        {
            assert_eq!(
                open(&verifier(), &query, body.clone()).err(),
                Some(Rejection::Body(BodyFault::EscapedAgain)),
                "{body}"
            );
        }
    }
    // Once in JSON is what encoders write; in XML it is one too many.
    for written in [slashes, each("\\u002b", "\\/", "\\u003d"), each("+", "/", "\\u003D")] {
        assert!(open(&verifier(), &query, json(&written)).is_ok(), "{written}");
        assert_eq!(
            open(&verifier(), &query, xml(&written)).err(),
            Some(Rejection::Body(BodyFault::EscapedAgain)),
            "{written}"
        );
    }
    // The control: with another signature it is what every forged body is.
    let signature = Signature::compute(["another", TIMESTAMP, NONCE, &text]);
    let forged = format!("msg_signature={signature:x}&timestamp={TIMESTAMP}&nonce={NONCE}");
    let refused = open(&verifier(), &forged, xml(&each("%2B", "/", "%3D"))).err();
    assert!(
        matches!(refused, Some(Rejection::WrongSignature | Rejection::Body(BodyFault::NoEncrypt))),
        "{refused:?}"
    );
}
