//! Encrypted mode: what holds for every message, for every changed byte and for every heap of garbage.
//!
//! `PROPTEST_CASES` sets the number of cases.

use std::collections::BTreeMap;

use bytes::Bytes;
use echostr::{
    ReceiveId, Rejection, Signature, Verifier,
    adapter::{Decision, Finished, Opened},
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::support::{
    crypto::{KEY, base64, content, decrypt, encrypt, from_base64, padded, sealed},
    receiver::{app_id, key, open, open_signed, verifier},
    reply::{finished, sealed_reply},
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, json, query, xml},
};

/// Up to so many bytes of any text.
fn text(bytes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let most = *bytes.end();
    vec(any::<char>(), bytes).prop_map(move |chars| {
        let mut text = String::new();
        for c in chars {
            if text.len() + c.len_utf8() <= most {
                text.push(c);
            }
        }
        text
    })
}

/// Mostly short ones, and some of up to 64 KiB.
fn message() -> impl Strategy<Value = String> {
    let long = (text(1..=60), 0..=65_536_usize).prop_filter_map("no text", |(piece, length)| {
        (!piece.is_empty()).then(|| piece.repeat(length / piece.len()))
    });
    prop_oneof![9 => text(0..=300), 1 => long]
}

fn nonce() -> impl Strategy<Value = String> {
    prop_oneof![text(1..=32).prop_filter("empty", |nonce| !nonce.is_empty()), "[0-9]{1,32}"]
}

fn receive_id(id: &str) -> ReceiveId {
    if id.is_empty() { ReceiveId::empty() } else { ReceiveId::new(id).expect("an id") }
}

/// Reasons that come from the query, the document or the hash, before AES has run.
const fn is_before_aes(rejection: Rejection) -> bool {
    matches!(
        rejection,
        Rejection::WrongSignature
            | Rejection::Query(QueryFault::Malformed(_) | QueryFault::EscapedAgain)
            | Rejection::Body(BodyFault::NoEncrypt)
    )
}

/// A body round the text of `Encrypt`: head and tail.
const BODIES: [[&str; 2]; 4] = [
    [
        "<xml>\n    <ToUserName><![CDATA[gh_0]]></ToUserName>\n    <Encrypt><![CDATA[",
        "]]></Encrypt>\n</xml>\n",
    ],
    ["<xml><Encrypt>", "</Encrypt></xml>"],
    ["{\"ToUserName\":\"gh_0\",\"Encrypt\":\"", "\"}"],
    ["{\"encrypt\":\"", "\",\"agentid\":218}"],
];

/// Token, timestamp, nonce, `msg_signature` and `Encrypt`, each in bytes.
type Fields = [Vec<u8>; 5];

fn fields(timestamp: &str, nonce: &str, encrypt: &str) -> Fields {
    let msg_signature = format!("{:x}", Signature::compute([TOKEN, timestamp, nonce, encrypt]));
    [TOKEN, timestamp, nonce, &msg_signature, encrypt].map(|text| text.as_bytes().to_vec())
}

/// Sends a request that is made of these fields as they are.
fn send(
    verifier: &Verifier,
    [_, timestamp, nonce, msg_signature, encrypt]: &Fields,
    body: [&str; 2],
) -> Result<Opened, Rejection> {
    let [timestamp, nonce, msg_signature] =
        [timestamp, nonce, msg_signature].map(|bytes| percent_encode(bytes, NON_ALPHANUMERIC));
    let query = format!("msg_signature={msg_signature}&timestamp={timestamp}&nonce={nonce}");
    let [head, tail] = body;
    open(verifier, &query, [head.as_bytes(), encrypt, tail.as_bytes()].concat())
}

/// Every byte of every field, replaced by each other byte: one message of each format, refused without AES each time.
#[test]
fn every_other_byte_in_every_place() {
    let genuine = fields(TIMESTAMP, NONCE, &sealed(KEY, b"<xml/>", APP_ID.as_bytes()));
    let verifier = verifier();
    let mut refused = BTreeMap::new();
    for (format, body) in BODIES.into_iter().enumerate() {
        assert_eq!(send(&verifier, &genuine, body).unwrap().document, "<xml/>");
        for (field, bytes) in genuine.iter().enumerate() {
            for (place, right) in bytes.iter().enumerate() {
                for wrong in (0..=255).filter(|wrong| wrong != right) {
                    let mut changed = genuine.clone();
                    changed[field][place] = wrong;
                    let rejection = if field == 0 {
                        // The token is this side's own, and a text.
                        let Ok(token) = String::from_utf8(changed[0].clone()) else { continue };
                        let verifier = Verifier::encrypted(token, key(KEY), app_id()).unwrap();
                        send(&verifier, &genuine, body).err()
                    } else {
                        send(&verifier, &changed, body).err()
                    };
                    // In upper case a digit of the signature is the same digit.
                    let is_same = field == 3 && wrong.eq_ignore_ascii_case(right);
                    let Some(rejection) = rejection else {
                        assert!(is_same, "accepted: {wrong} in place {place} of field {field}");
                        continue;
                    };
                    assert!(
                        !is_same && is_before_aes(rejection),
                        "{rejection:?}: {wrong} in {place} of {field}"
                    );
                    *refused.entry((format, field)).or_insert(0) += 1;
                }
            }
        }
    }
    let [token, timestamp, nonce, _, encrypt] = genuine.each_ref().map(Vec::len);
    assert_eq!((token, timestamp, nonce, encrypt), (12, 10, 10, 88));
    let letters = genuine[3].iter().filter(|digit| digit.is_ascii_alphabetic()).count();
    let per_field = [12 * 127, 10 * 255, 10 * 255, 40 * 255 - letters, 88 * 255];
    let expected =
        (0..BODIES.len()).flat_map(|format| (0..5).map(move |field| ((format, field), per_field[field])));
    assert_eq!(refused, expected.collect());
    assert_eq!(refused.values().sum::<usize>(), 4 * (39_264 - letters));
}

/// What the decrypted text says, read once more by the letter of the protocol.
fn reference(plain: &[u8]) -> Result<(String, String), Rejection> {
    let padding = usize::from(plain[plain.len() - 1]);
    if !(1..=32).contains(&padding) || padding > plain.len() {
        return Err(Rejection::Envelope(EnvelopeFault::Padding));
    }
    let (content, pad) = plain.split_at(plain.len() - padding);
    if pad.iter().any(|byte| usize::from(*byte) != padding) {
        return Err(Rejection::Envelope(EnvelopeFault::Padding));
    }
    if content.len() < 20 {
        return Err(Rejection::Envelope(EnvelopeFault::LengthField));
    }
    let length = content[16..20].iter().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
    let rest = &content[20..];
    if length > rest.len() as u64 {
        return Err(Rejection::Envelope(EnvelopeFault::LengthField));
    }
    let (message, id) = rest.split_at(usize::try_from(length).expect("not longer than the rest"));
    let text = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).map_err(|_| Rejection::Envelope(EnvelopeFault::NotUtf8))
    };
    Ok((text(message)?, text(id)?))
}

fn outcome(result: Result<Opened, Rejection>) -> Result<(String, String), Rejection> {
    result.map(|opened| {
        let document = String::from_utf8(opened.document.to_vec()).expect("UTF-8, as documented");
        (document, opened.callback.receive_id().expect("encrypted").to_owned())
    })
}

/// Decrypted texts that are almost right.
fn almost_right() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![4 => (-3..=3_i64).prop_map(Err), 1 => any::<u32>().prop_map(Ok), 1 => (0..200_u32).prop_map(Ok)];
    let tail = prop_oneof![
        Just(None),
        (0..=40_u8, 0..=40_usize).prop_map(|(byte, times)| Some(vec![byte; times])),
        vec(any::<u8>(), 0..40).prop_map(Some)
    ];
    let part = || prop_oneof![text(0..=60).prop_map(String::into_bytes), vec(any::<u8>(), 0..60)];
    (part(), part(), length, tail, 0..=60_usize).prop_map(|(message, id, length, tail, cut)| {
        let mut plain = content(&message, &id);
        let length = length.unwrap_or_else(|off| {
            u32::try_from((message.len() as i64 + off).rem_euclid(1 << 32)).expect("below 2^32")
        });
        plain[16..20].copy_from_slice(&length.to_be_bytes());
        if cut < 10 {
            plain.truncate(plain.len() * cut / 10);
        }
        match tail {
            None => padded(plain, if cut % 2 == 0 { 32 } else { 16 }),
            Some(tail) => {
                plain.extend(tail);
                // Whole blocks; what fills them stands in front, so that the tail stays one.
                let missing = plain.len().next_multiple_of(16).max(16) - plain.len();
                plain.splice(0..0, vec![0; missing]);
                plain
            }
        }
    })
}

/// Documents made of what means something to a parser.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(prop_oneof![9 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => text(0..=4)], 0..14)
        .prop_map(|pieces| pieces.concat())
}

const XML_PIECES: &[&str] = &[
    "<xml>",
    "</xml>",
    "<xml/>",
    "<Encrypt>",
    "</Encrypt>",
    "<Encrypt/>",
    "<Encrypt a='",
    "<![CDATA[",
    "]]>",
    "TEXT",
    "TEXT",
    "<a>",
    "</a>",
    "<a b=\"c\">",
    "<a/>",
    "<!--",
    "-->",
    "<?xml version=\"1.0\"?>",
    "<?",
    "?>",
    "<!DOCTYPE xml [",
    "<!ENTITY e \"x\">",
    "]>",
    "&e;",
    "&amp;",
    "&#65;",
    "&#x110000;",
    "&",
    ";",
    "<",
    ">",
    "/",
    "'",
    "\"",
    "=",
    " ",
    "\n",
    "\0",
    "\u{feff}",
    "你好",
    "<Encrypt>TEXT</Encrypt>",
    "<Encrypt><![CDATA[TEXT]]></Encrypt>",
    "<xml><Encrypt>",
    "</Encrypt></xml>",
];

const JSON_PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0045",
    "\\ud800",
    "\\/",
    "\"Encrypt\"",
    "\"encrypt\"",
    "\"Encrypt\":",
    "\"TEXT\"",
    "TEXT",
    "\"Encrypt\":\"TEXT\"",
    "{\"Encrypt\":\"TEXT\"",
    "{\"a\":1,",
    "\"a\":",
    "null",
    "true",
    "1",
    "-",
    "1e999",
    "0.1",
    " ",
    "\n",
    "\0",
    "\u{feff}",
    "你好",
    "\"\"",
];

/// Every way in which `body` can come to the verifiers of this test. Where it is accepted it must hold the one message.
fn assert_sound(body: &[u8], text: &str) {
    for verifier in [verifier(), Verifier::wecom(TOKEN, key(KEY), ReceiveId::any()).expect("a token")] {
        for text in [text, "", "TEXT"] {
            if let Ok(opened) = open(&verifier, &query(TOKEN, TIMESTAMP, NONCE, text), body.to_vec()) {
                assert_eq!(opened.document, MESSAGE, "{:?}", String::from_utf8_lossy(body));
            }
        }
    }
}

proptest! {
    // The default configuration is the one that heeds PROPTEST_CASES.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_platform_encrypts_is_opened(
        message in message(), id in text(0..=64), nonce in nonce(), timestamp: u64, block in prop::sample::select(&[16, 32][..]),
        format in 0..BODIES.len(),
    ) {
        // Not WeCom's, which takes only what looks like a document for a message.
        let verifier = Verifier::encrypted(TOKEN, key(KEY), receive_id(&id)).unwrap().body_limit(1 << 20);
        let encrypt = base64(&encrypt(KEY, &padded(content(message.as_bytes(), id.as_bytes()), block)));
        let timestamp = timestamp.to_string();
        let opened = send(&verifier, &fields(&timestamp, &nonce, &encrypt), BODIES[format]);
        let Ok(Opened { callback, document, sealer, .. }) = opened else { panic!("{opened:?}") };
        prop_assert!(document == message);
        prop_assert_eq!(callback.receive_id(), Some(id.as_str()));
        prop_assert_eq!(callback.nonce(), nonce);
        prop_assert_eq!(callback.timestamp(), timestamp);

        // And back: the platform can read the reply.
        if matches!(message.as_bytes().trim_ascii(), b"" | b"success") {
            prop_assert!(matches!(finished(&sealer, message.as_bytes()), Finished::AsIs(_)));
        } else {
            let reply = sealed_reply(&sealer, message.as_bytes());
            let first = message.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r', '\u{c}']).chars().next();
            let is_xml = match first {
                Some('<') => true,
                Some('{') => false,
                _ => format < 2,
            };
            let start = if is_xml { "<Encrypt><![CDATA[" } else { "{\"Encrypt\":\"" };
            let text = reply.split_once(start).unwrap().1.split_once([']', '"']).unwrap().0;
            let plain = decrypt(KEY, &from_base64(text));
            prop_assert_eq!(plain.len() % 32, 0);
            prop_assert!(reference(&plain) == Ok((message, id)));
        }
    }

    #[test]
    fn what_is_signed_for_tests_is_opened(message in message(), id in text(0..=64), nonce in nonce(), timestamp: u64) {
        let verifier = Verifier::encrypted(TOKEN, key(KEY), receive_id(&id)).unwrap().body_limit(1 << 20);
        let request = verifier.sign_encrypted(timestamp, &nonce, &message).unwrap();
        let opened = open(&verifier, &request.query, request.body).unwrap();
        prop_assert!(opened.document == message);
        prop_assert_eq!(opened.callback.receive_id(), Some(id.as_str()));
        prop_assert_eq!(opened.callback.nonce(), nonce);
        prop_assert_eq!(opened.callback.unix_time().unwrap().as_secs(), timestamp);
    }

    #[test]
    fn every_changed_byte_is_refused_before_aes_runs(
        message in text(0..=60), nonce in nonce(), timestamp: u64, format in 0..BODIES.len(), seed in 1..=255_u8,
    ) {
        let genuine = fields(&timestamp.to_string(), &nonce, &sealed(KEY, message.as_bytes(), APP_ID.as_bytes()));
        let verifier = verifier();
        prop_assert!(send(&verifier, &genuine, BODIES[format]).is_ok());
        let (mut refused, mut same) = (0, 0);
        for (field, bytes) in genuine.iter().enumerate() {
            for place in 0..bytes.len() {
                let mut changed = genuine.clone();
                let byte = &mut changed[field][place];
                // Another one of the 255 in each place; a token stays ASCII.
                let difference = seed.wrapping_mul(u8::try_from(place % 256).unwrap() | 1).max(1);
                *byte ^= if field == 0 { difference & 0x7f | 1 } else { difference };
                if field == 3 && byte.eq_ignore_ascii_case(&bytes[place]) {
                    same += 1;
                    continue;
                }
                let result = if field == 0 {
                    let token = String::from_utf8(changed[0].clone()).unwrap();
                    send(&Verifier::encrypted(token, key(KEY), app_id()).unwrap(), &genuine, BODIES[format])
                } else {
                    send(&verifier, &changed, BODIES[format])
                };
                let Err(rejection) = result else { panic!("accepted: place {place} of field {field}") };
                prop_assert!(is_before_aes(rejection), "{:?}: place {} of field {}", rejection, place, field);
                refused += 1;
            }
        }
        prop_assert_eq!(refused + same, genuine.iter().map(Vec::len).sum::<usize>());
    }

    #[test]
    fn another_key_never_opens(message in text(0..=60), other in "[A-Za-z0-9+/]{43}") {
        prop_assume!(from_base64(&other) != from_base64(KEY));
        let verifier = Verifier::encrypted(TOKEN, key(&other), app_id()).unwrap();
        let rejection = open_signed(&verifier, &sealed(KEY, message.as_bytes(), APP_ID.as_bytes())).unwrap_err();
        prop_assert!(matches!(rejection, Rejection::Envelope(EnvelopeFault::Padding) | Rejection::Envelope(EnvelopeFault::LengthField) | Rejection::Envelope(EnvelopeFault::WrongReceiveId)));
    }

    #[test]
    fn decrypted_texts_are_read_by_the_letter(plain in almost_right()) {
        let any = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::any()).unwrap();
        let encrypt = base64(&encrypt(KEY, &plain));
        let by_the_letter = reference(&plain);
        let opened = outcome(open_signed(&any, &encrypt));
        if encrypt.len() < 44 {
            prop_assert_eq!(opened, Err(Rejection::Body(BodyFault::NoEncrypt)));
        } else {
            prop_assert_eq!(&opened, &by_the_letter);
        }
        // The handshake of WeCom reads it the same way, but gives no message away.
        let wecom = Verifier::wecom(TOKEN, key(KEY), ReceiveId::any()).unwrap();
        let is_echo = |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let echostr = percent_encode(encrypt.as_bytes(), NON_ALPHANUMERIC);
        let handshake = format!("{}&echostr={echostr}", query(TOKEN, TIMESTAMP, NONCE, &encrypt));
        match wecom.verify("GET", &handshake) {
            Err(Rejection::Envelope(EnvelopeFault::MessageAsEcho)) => {
                prop_assert!(by_the_letter.is_ok_and(|(message, _)| !is_echo(&message)));
            }
            Ok(Decision::Handshake(echo)) if !is_echo(&echo) => panic!("{echo}"),
            Ok(Decision::Handshake(echo)) => {
                prop_assert_eq!(Ok(&*echo), by_the_letter.as_ref().map(|(message, _)| message.as_str()));
            }
            other => prop_assert_eq!(other.err(), by_the_letter.err()),
        }
    }

    #[test]
    fn signed_garbage_never_panics(bytes in vec(any::<u8>(), 0..300), noise in text(0..=100)) {
        for verifier in [verifier(), Verifier::wecom(TOKEN, key(KEY), ReceiveId::any()).unwrap()] {
            // Cipher texts of any length: AES runs on those that fill whole blocks.
            let result = open_signed(&verifier, &base64(&bytes));
            let expected = if base64(&bytes).len() < 44 {
                Some(Rejection::Body(BodyFault::NoEncrypt))
            } else if bytes.len() % 16 != 0 {
                Some(Rejection::Envelope(EnvelopeFault::CipherLength))
            } else {
                None
            };
            prop_assert!(expected.is_none() || result.err() == expected, "{:?}", bytes);
            let whole = &bytes[..bytes.len() / 16 * 16];
            let _ = open_signed(&verifier, &base64(whole));
            // Any text in place of base64.
            let _ = open_signed(&verifier, &noise);
            let lossy = String::from_utf8_lossy(&bytes);
            let echostr = percent_encode(lossy.as_bytes(), NON_ALPHANUMERIC);
            let _ = verifier.verify("GET", &format!("{}&echostr={echostr}", query(TOKEN, TIMESTAMP, NONCE, &lossy)));
        }
    }

    #[test]
    fn any_body_is_refused_or_right(
        bytes in vec(any::<u8>(), 0..200), xml_like in pieces(XML_PIECES), json_like in pieces(JSON_PIECES),
        place: Index, cut in 0..20_usize,
    ) {
        let text = sealed(KEY, MESSAGE.as_bytes(), APP_ID.as_bytes());
        assert_sound(&bytes, &text);
        for document in [xml_like, json_like] {
            assert_sound(document.as_bytes(), &text);
            assert_sound(document.replace("TEXT", &text).as_bytes(), &text);
        }
        // Damaged in one place.
        for body in [xml(&text), json(&text)] {
            let (head, tail) = body.as_bytes().split_at(place.index(body.len()));
            assert_sound(&[head, &bytes[..cut.min(bytes.len())], tail].concat(), &text);
            assert_sound(&[head, tail.get(cut..).unwrap_or_default()].concat(), &text);
        }
    }

    #[test]
    fn chunks_do_not_matter(
        message in text(0..=300), noise in vec(any::<u8>(), 0..100), cuts in vec(any::<Index>(), 0..40), format in 0..BODIES.len(),
        promised in prop::option::of(0..2000_usize),
    ) {
        let verifier = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::any()).unwrap();
        let encrypt = sealed(KEY, message.as_bytes(), b"");
        let query = query(TOKEN, TIMESTAMP, NONCE, &encrypt);
        let [head, tail] = BODIES[format];
        let genuine = [head, &encrypt, tail].concat().into_bytes();
        for body in [genuine.clone(), noise.clone(), [&genuine[..], &noise].concat()] {
            let whole = outcome(open(&verifier, &query, body.clone()));
            let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            places.sort_unstable();
            let Ok(Decision::Envelope(mut envelope)) = verifier.verify("POST", &query) else { panic!("{query}") };
            // What the header promises need not come true.
            envelope.expect_length(promised.map(|length| length.to_string()).as_deref().map(str::as_bytes)).unwrap();
            let mut rest = Bytes::from(body);
            let mut taken = 0;
            for place in places {
                envelope.push(rest.split_to(place - taken)).unwrap();
                taken = place;
            }
            envelope.push(rest).unwrap();
            prop_assert_eq!(outcome(envelope.open()), whole);
        }
    }
}
