//! Which text of the body is opened: the one that is signed, wherever it stands and whatever stands beside it.

use echostr::{
    Rejection, Signature, Verifier,
    adapter::{Opened, candidates},
    rejection::{BodyFault, EnvelopeFault},
};

use crate::support::{
    crypto::{KEY, sealed},
    receiver::{open, open_signed, verifier, wecom},
    reply::reply_type,
    request::{
        APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, escaped_as_unicode, genuine, genuine_query, json, query,
        xml,
    },
};

/// What becomes of `body`, with the query that is right for the genuine text.
fn refusal(body: impl Into<String>) -> Option<Rejection> {
    open(&verifier(), &genuine_query(), body.into()).err()
}

#[test]
fn a_genuine_message_is_opened() {
    let text = genuine();
    for body in [
        xml(&text),
        json(&text),
        format!("<xml><Encrypt>{text}</Encrypt></xml>"),
        format!("<xml><Encrypt a='1'>\r\n\t {text} \r\n</Encrypt></xml>"),
        format!("<?xml version=\"1.0\"?>\n<!-- 1 -->{}<!-- 2 -->\n", xml(&text)),
        format!(r#"{{ "encrypt" : " \n{text}\t", "agentid": 218 }}"#),
        format!(r#"{{"\u0065ncrypt":"{text}"}}"#),
        // Neither a document type nor what it declares is ever looked at.
        format!("<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>{}", xml(&text)),
        format!("<!DOCTYPE xml [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><a>&b;</a>{}", xml(&text)),
        xml(&text).replace("<Encrypt>", "<a>&e; &; a & b</a><Encrypt>"),
        // Nor whether it is a document at all, as long as it begins like one.
        xml(&text).replace("</xml>", ""),
        format!("<{text}"),
        format!("{{{text}"),
        format!("<xml><a><b><Encrypt>{text}</Encrypt></b></a></xml>"),
        format!("{}{}", xml(&text), xml(&text)),
        format!("{}{}", xml(&text), json(&text)),
        format!("{{\"a\":{}\"Encrypt\":\"{text}\"}}", "[".repeat(10_000)),
        format!("{}{text}", "<a>".repeat(10_000)),
    ] {
        for verifier in [verifier(), wecom()] {
            let Opened { callback, document, content_type, signed, sealer } =
                open(&verifier, &genuine_query(), body.clone()).unwrap();
            assert_eq!(document, MESSAGE);
            assert_eq!(signed, text.replace("\\/", "/"));
            assert!(callback.is_encrypted());
            assert_eq!(callback.receive_id(), Some(APP_ID));
            assert_eq!((callback.timestamp(), callback.nonce()), (TIMESTAMP, NONCE));
            // The document says itself what it is, and its reply has the same format, whatever was round it.
            assert_eq!((content_type, reply_type(&sealer)), (XML_TYPE, XML_TYPE), "{body}");
        }
    }
    for bytes in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc4\xe3\xba\xc3", b"\0"] {
        let copy = [b"<xml><Content>", bytes, b"</Content>", xml(&text).as_bytes()].concat();
        assert_eq!(open(&verifier(), &genuine_query(), copy).unwrap().document, MESSAGE, "{bytes:?}");
    }
}

const XML_TYPE: &str = "text/xml; charset=utf-8";
const JSON_TYPE: &str = "application/json; charset=utf-8";

/// What users type, as it stands in the plain copy of compatible mode.
const TYPED: [&str; 12] = [
    "]]></Content>",
    "<status><id><![CDATA[1]]></id></status>",
    "]]> & b",
    "if a[b[0]]>1 && c<2",
    "]]><!DOCTYPE html>",
    "]]></Content><Encrypt>x</Encrypt><Content><![CDATA[",
    "]]></Content><Encrypt><![CDATA[AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=]]></Encrypt><Content><![CDATA[",
    "\",\"Encrypt\":\"x\"}{",
    "\\",
    "\\u0041\\n\\/\\x\\u00zz",
    "\u{1}\u{feff}\u{fffe} ]]>\u{8}",
    "",
];

/// The messages that hold a typed text: in XML and in JSON.
fn messages(typed: &str) -> [String; 2] {
    let text = serde_json::Value::from(typed);
    [
        format!("<xml><MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[{typed}]]></Content>\n</xml>"),
        format!("{{\"MsgType\":\"text\",\"Content\":{text},\"MsgId\":1}}"),
    ]
}

/// Every body that can carry `message`, whose plain copy is `copy`.
fn bodies(copy: &str, encrypt: &str) -> Vec<String> {
    if let Some(fields) = copy.strip_prefix('{').and_then(|copy| copy.strip_suffix('}')) {
        let php = fields.replace('/', "\\/");
        let escaped = encrypt.replace('/', "\\/");
        let gson = encrypt.replace('=', "\\u003d").replace('+', "\\u002b");
        return vec![
            format!("{{{fields},\"Encrypt\":\"{encrypt}\"}}"),
            format!("{{\"Encrypt\":\"{encrypt}\",{fields}}}"),
            format!("{{{php},\"Encrypt\":\"{escaped}\"}}"),
            format!("{{\"encrypt\":\"{gson}\",{fields}}}"),
        ];
    }
    let fields = copy.strip_prefix("<xml>").and_then(|copy| copy.strip_suffix("</xml>")).expect("XML");
    let element = format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt>");
    vec![
        format!("<xml>{fields}{element}\n</xml>"),
        format!("<xml>{element}\n{fields}</xml>"),
        format!("<xml>{fields}{element}{fields}</xml>"),
    ]
}

/// The document of a message in compatible mode, in each body.
fn assert_opened(message: &str) {
    let encrypt = sealed(KEY, message.as_bytes(), APP_ID.as_bytes());
    let content_type = if message.starts_with('<') { XML_TYPE } else { JSON_TYPE };
    for body in bodies(message, &encrypt) {
        for verifier in [verifier(), wecom()] {
            let query = query(TOKEN, TIMESTAMP, NONCE, &encrypt);
            let opened = open(&verifier, &query, body.clone());
            let Opened { document, content_type: seen, sealer, .. } =
                opened.unwrap_or_else(|rejection| panic!("{rejection:?}: {body}"));
            assert_eq!(document, message);
            assert_eq!((seen, reply_type(&sealer)), (content_type, content_type), "{body}");
        }
        // The control: what is signed is the text of the platform's `Encrypt`, and nothing else in there.
        let other = query(TOKEN, TIMESTAMP, NONCE, &sealed(KEY, b"<xml/>", APP_ID.as_bytes()));
        assert_eq!(open(&verifier(), &other, body.clone()).err(), Some(Rejection::WrongSignature), "{body}");
    }
}

#[test]
fn compatible_mode_and_what_users_type() {
    for message in TYPED.iter().flat_map(|typed| messages(typed)) {
        assert_opened(&message);
    }
}

/// Base64 too, of any length, any number and any filling: the cipher text holds it all, and is longer by a third.
#[test]
fn users_that_type_base64() {
    let digits = "QUJD+/9z".repeat(600);
    for length in (1..=100).chain([127, 128, 129, 1000, 1023, 4000]) {
        for filling in ["", "=", "==", "==="] {
            let run = format!("{}{filling}", &digits[..length]);
            for message in messages(&run) {
                assert_opened(&message);
            }
        }
    }
    for length in [44, 64, 200] {
        // Many, all of one length, and of lengths that grow.
        let equal = vec![&digits[..length]; 40].join(" ");
        let growing = (0..40).map(|nth| &digits[..length + nth]).collect::<Vec<_>>().join("=");
        // In JSON each of these takes six bytes, or two.
        let quotes = vec![format!("{}\"\u{1}", &digits[..length]); 20].concat();
        let slashes = "/".repeat(length * 4);
        for typed in [equal, growing, quotes, slashes] {
            for message in messages(&typed) {
                assert_opened(&message);
            }
        }
    }
    // A captured cipher text, typed by a user: it is signed with another timestamp, or it is the message itself.
    for message in messages(&genuine()) {
        assert_opened(&message);
    }
}

/// Four are tried, the longest first, of one length the first ones. More can only stand there if somebody puts them there.
#[test]
fn the_longest_four_are_tried() {
    let text = genuine();
    let longer = |nth: usize| format!("<a>{}</a>", "x".repeat(text.len() + 1 + nth));
    let (three, four) = ((0..3).map(longer).collect::<String>(), (0..4).map(longer).collect::<String>());
    let same = |times| format!("<a>{}</a>", "x".repeat(text.len())).repeat(times);
    let shorter = format!("<a>{}</a>", "x".repeat(text.len() - 1)).repeat(9);
    for body in [
        format!("<xml>{three}{text}</xml>"),
        format!("<xml>{text}{three}</xml>"),
        format!("<xml>{shorter}{text}{shorter}"),
        format!("<xml>{}{text}</xml>", same(3)),
        format!("<xml>{text}{}</xml>", same(9)),
    ] {
        assert_eq!(open(&verifier(), &genuine_query(), body.clone()).unwrap().document, MESSAGE, "{body}");
    }
    for body in [
        format!("<xml>{four}{text}</xml>"),
        format!("<xml>{text}{four}</xml>"),
        format!("<xml>{}{text}</xml>", same(4)),
    ] {
        assert_eq!(refusal(body.clone()), Some(Rejection::WrongSignature), "{body}");
    }

    let run = |digit: &str, length| digit.repeat(length);
    let body = format!(
        "<xml>{} {} {} {} {} {}</xml>",
        run("a", 44),
        run("b", 46),
        run("c", 44),
        run("d", 43),
        run("e", 50),
        run("f", 46)
    );
    assert_eq!(candidates(body.as_bytes()), [run("e", 50), run("b", 46), run("f", 46), run("a", 44)]);
}

/// JSON may write any character of the text as an escape.
#[test]
fn escapes_of_json() {
    // With all three that are no letters or digits.
    let message = (0..200_u32)
        .map(|nth| format!("<xml>{nth}</xml>"))
        .find(|message| {
            let text = sealed(KEY, message.as_bytes(), APP_ID.as_bytes());
            ['+', '/', '='].iter().all(|c| text.contains(*c))
        })
        .unwrap();
    let text = sealed(KEY, message.as_bytes(), APP_ID.as_bytes());
    let query = query(TOKEN, TIMESTAMP, NONCE, &text);
    let one = |c: char, escape: &str| text.replace(c, escape);
    for written in [
        one('/', "\\/"),
        one('=', "\\u003d"),
        one('=', "\\u003D"),
        one('+', "\\u002b"),
        one('+', "\\u002B"),
        one('/', "\\u002f"),
        one('/', "\\u002F"),
        one('/', "\\/").replace('+', "\\u002b").replace('=', "\\u003d"),
        one(text.chars().next().unwrap(), &format!("\\u{:04x}", u32::from(text.as_bytes()[0]))),
        escaped_as_unicode(&text),
        escaped_as_unicode(&text).to_uppercase().replace("\\U", "\\u"),
    ] {
        // What ends the text in front and behind lends it no letter.
        for (before, after) in [
            ("", ""),
            ("\\n", "\\n"),
            ("\\r\\t\\b\\f", "\\r\\t\\b\\f"),
            ("\\u003e", "\\u003c"),
            ("\\u000a", "\\u0020"),
            ("\\u4f60", "\\ud83d\\ude00"),
            ("\\u00e9", "\\uffff"),
            ("\\\\", "\\\\n"),
            ("\\\"", "\\\""),
            (" ", "\\"),
            ("-\\n", "\\x"),
        ] {
            let body = format!("{{\"encrypt\":\"{before}{written}{after}\"}}");
            let opened = open(&verifier(), &query, body.clone());
            let document = opened.unwrap_or_else(|rejection| panic!("{rejection:?}: {body}")).document;
            assert_eq!(document, message, "{body}");
        }
    }
    // In XML a backslash is a backslash.
    let body = xml(&one('/', "\\/"));
    assert_eq!(
        open(&verifier(), &query, body).err(),
        Some(Rejection::Body(BodyFault::EscapedAgain)),
        "said, and not opened"
    );

    let run = "A".repeat(44);
    let undone = |text: &str| candidates(format!("{{\"{text}\"").as_bytes()).join(" ");
    assert_eq!(undone(&run), run);
    for (text, expected) in [
        // An escape for a digit is one, and counts as one.
        (format!("{}\\u0041", &run[1..]), run.clone()),
        (format!("{}\\/", &run[1..]), format!("{}/", &run[1..])),
        (format!("{}\\u003d\\u003D", &run[2..]), format!("{}==", &run[2..])),
        (format!("{}=\\u003d=", &run[2..]), format!("{}==", &run[2..])),
        (format!("{}\\u003d", &run[2..]), String::new()),
        // A malformed one ends the run, and only its backslash is passed over.
        (format!("{run}\\x{run}"), format!("x{run} {run}")),
        (format!("{run}\\u00zz{run}"), format!("u00zz{run} {run}")),
        (format!("{run}\\u{run}"), format!("{run} {}", &run[4..]).trim_end().to_owned()),
        (format!("{}\\x{}", &run[1..], &run[1..]), format!("x{}", &run[1..])),
        (format!("\\{run}"), run.clone()),
        (format!("\\\\\\{run}"), run.clone()),
        // Another one is passed over whole.
        (format!("\\n{run}"), run.clone()),
        (format!("\\n{}", &run[1..]), String::new()),
        (format!("\\\\n{}", &run[1..]), format!("n{}", &run[1..])),
        (format!("\\u003e{}", &run[1..]), String::new()),
        (format!("{run}\\\\"), run.clone()),
    ] {
        // `\uAAAA` is a character that is no digit.
        let expected = if text.contains("\\uA") { run.clone() } else { expected };
        assert_eq!(undone(&text), expected, "{text}");
    }
    // At the very end.
    for end in ["\\", "\\u", "\\u0", "\\u00", "\\u003"] {
        assert_eq!(candidates(format!("{{{run}{end}").as_bytes()), [run.as_str()], "{end}");
    }
}

#[test]
fn filling() {
    let run = "A".repeat(44);
    let found = |text: &str| candidates(format!("<{text}>").as_bytes()).join(" ");
    for (text, expected) in [
        (run.clone(), run.clone()),
        (run[1..].to_owned(), String::new()),
        (format!("{}=", &run[1..]), format!("{}=", &run[1..])),
        (format!("{}=", &run[2..]), String::new()),
        (format!("{}==", &run[2..]), format!("{}==", &run[2..])),
        (format!("{}==", &run[3..]), String::new()),
        (format!("{}===", &run[3..]), String::new()),
        (format!("{run}==="), format!("{run}==")),
        (format!("{run}==={run}"), format!("{run}== {run}")),
        (format!("{run}={}", &run[1..]), format!("{run}=")),
        (format!("={run}"), run.clone()),
        (format!("{}==={}", &run[4..], &run[4..]), String::new()),
    ] {
        assert_eq!(found(&text), expected, "{text}");
    }
}

const BOM: &str = "\u{feff}";

#[test]
fn marks_and_white_space_in_front() {
    let (xml, json) = (xml(&genuine()), json(&genuine()));
    for front in ["", " ", "\r\n\t ", BOM, "\u{feff}\n ", " \u{feff}", "\n\u{feff}\r\n", "\u{feff}\t\u{c}"] {
        for body in [&xml, &json] {
            for behind in ["", "\n", BOM, "\0"] {
                let body = format!("{front}{body}{behind}");
                assert_eq!(open(&verifier(), &genuine_query(), body).unwrap().document, MESSAGE, "{front:?}");
            }
        }
    }
    // The control: nothing else may stand there.
    for front in ["x", "-", "[", "\"", "\u{feff}\u{feff}", "\u{a0}", "\u{feff} \u{feff}", "\0", "]"] {
        for body in [&xml, &json] {
            let body = format!("{front}{body}");
            assert!(candidates(body.as_bytes()).is_empty());
            assert!(matches!(refusal(body), Some(Rejection::Body(_))), "{front:?}");
        }
    }
}

/// The decrypted document may begin with a mark or white space too. It reaches the handler as it is.
#[test]
fn marks_and_white_space_in_the_document() {
    for front in ["", " ", BOM, "\n\u{feff} "] {
        for (document, expected) in [("<xml/>", XML_TYPE), ("{\"a\":1}", JSON_TYPE)] {
            let document = format!("{front}{document}");
            let encrypt = sealed(KEY, document.as_bytes(), APP_ID.as_bytes());
            for body in [xml(&encrypt), json(&encrypt), format!("{BOM}{}", xml(&encrypt))] {
                for verifier in [verifier(), wecom()] {
                    let opened =
                        open(&verifier, &query(TOKEN, TIMESTAMP, NONCE, &encrypt), body.clone()).unwrap();
                    assert_eq!(opened.document, document);
                    assert_eq!(
                        (opened.content_type, reply_type(&opened.sealer)),
                        (expected, expected),
                        "{body}"
                    );
                }
            }
        }
    }
    // Where it is neither, the envelope says; an Official Account may send any text.
    for document in ["text", "", "[1]", "\u{feff}[1]"] {
        let encrypt = sealed(KEY, document.as_bytes(), APP_ID.as_bytes());
        let query = query(TOKEN, TIMESTAMP, NONCE, &encrypt);
        for (body, expected) in [(xml(&encrypt), XML_TYPE), (json(&encrypt), JSON_TYPE)] {
            let opened = open(&verifier(), &query, body).unwrap();
            assert_eq!((opened.content_type, reply_type(&opened.sealer)), (expected, expected), "{document}");
        }
    }
}

/// WeCom's are told from a handshake by it, and what is neither is named.
#[test]
fn wecom_says_what_was_no_message() {
    for (document, expected) in [
        ("", EnvelopeFault::EmptyMessage),
        (" \n", EnvelopeFault::EmptyMessage),
        (BOM, EnvelopeFault::EmptyMessage),
        ("[]", EnvelopeFault::ListAsMessage),
        (" [{\"a\":1}]", EnvelopeFault::ListAsMessage),
        ("\u{feff}[1]", EnvelopeFault::ListAsMessage),
        ("1616140317555161061", EnvelopeFault::EchoAsMessage),
        ("a", EnvelopeFault::EchoAsMessage),
        ("\"text\"", EnvelopeFault::NoDocument),
        ("你好", EnvelopeFault::NoDocument),
        ("a b", EnvelopeFault::NoDocument),
        ("\0", EnvelopeFault::NoDocument),
    ] {
        let encrypt = sealed(KEY, document.as_bytes(), APP_ID.as_bytes());
        assert_eq!(
            open(&wecom(), &query(TOKEN, TIMESTAMP, NONCE, &encrypt), json(&encrypt)).err(),
            Some(Rejection::Envelope(expected)),
            "{document:?}"
        );
        assert!(open_signed(&verifier(), &encrypt).is_ok(), "an Official Account's is its own affair");
    }
}

/// The hash over the three plain parts is that of an empty text too, so nothing empty must get as far as the hash; nor anything
/// shorter than two blocks of AES.
#[test]
fn nothing_short_is_a_candidate() {
    let three_parts = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let plain = Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE);
    let unsigned = format!("{plain}&msg_signature={three_parts}");
    for body in [xml(""), json(""), xml(" \n\t "), json(" "), MESSAGE.to_owned(), "<xml/>".to_owned()] {
        for verifier in [verifier(), wecom()] {
            let refused = open(&verifier, &unsigned, body.clone()).err();
            assert_eq!(refused, Some(Rejection::Body(BodyFault::NoEncrypt)), "{body}");
        }
    }
    for short in ["x", "=", "====", "AAAA", "AAAAAAAAAAA=", &"A".repeat(43), &format!("{}==", "A".repeat(41))]
    {
        assert_eq!(
            open_signed(&verifier(), short).err(),
            Some(Rejection::Body(BodyFault::NoEncrypt)),
            "{short}"
        );
    }
}
