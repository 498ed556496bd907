//! The handshake, which each platform does its own way, and which is never a message.

use std::time::{Duration, SystemTime};

use echostr::{
    Parameter, ReceiveId, Rejection, Signature, Verifier,
    adapter::Decision,
    rejection::{EnvelopeFault, QueryFault, WiringFault},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::{
    crypto::{KEY, base64, encrypt, sealed},
    receiver::{key, open, verifier, wecom},
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, query, without, xml},
};

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
        Some(Rejection::Wiring(WiringFault::ConsoleInPlainMode)),
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
    assert_eq!(refused(&echo(&[b'1'; 64], APP_ID)), None);
    let signed = |text: &str| {
        let query = without(&query(TOKEN, TIMESTAMP, NONCE, text), Parameter::Signature);
        format!("{query}&echostr={}", utf8_percent_encode(text, NON_ALPHANUMERIC))
    };
    assert_eq!(refused(&signed("3892692869596528638")), Some(Rejection::Envelope(EnvelopeFault::NotBase64)));
    assert_eq!(refused(&signed("AAAA")), Some(Rejection::Envelope(EnvelopeFault::CipherLength)));
    assert_eq!(refused(&signed(&base64(&[7; 32]))), Some(Rejection::Envelope(EnvelopeFault::Padding)));
    // More padding than text.
    for one_block in [[17; 16], [32; 16]] {
        let text = base64(&encrypt(KEY, &one_block));
        assert_eq!(refused(&signed(&text)), Some(Rejection::Envelope(EnvelopeFault::Padding)));
    }
    assert_eq!(
        refused(&signed(&base64(&encrypt(KEY, &[16; 16])))),
        Some(Rejection::Envelope(EnvelopeFault::LengthField))
    );
    assert_eq!(
        refused(&format!("{}&echostr=%ff", without(&valid, Parameter::Echostr))),
        Some(Rejection::Query(QueryFault::Malformed(Parameter::Echostr)))
    );

    let strict = wecom().max_age(Duration::from_secs(300));
    assert_eq!(strict.verify("GET", &valid).err(), Some(Rejection::Stale));
    let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(TIMESTAMP.parse().unwrap());
    assert!(matches!(strict.verify_at(sent, "GET", &valid), Ok(Decision::Handshake(_))));
}

/// A proxy that decodes once too often makes a space of a `+`. There is none in base64, so it is read back, before the hash.
#[test]
fn a_space_in_the_echostr_of_wecom_is_a_plus() {
    let sealed = |echo: String| (sealed(KEY, echo.as_bytes(), APP_ID.as_bytes()), echo);
    let mut texts = (1_000_000_000..).map(|nth: u64| sealed(nth.to_string()));
    let (text, echo) =
        texts.find(|(text, _)| text.matches('+').count() > 1 && text.contains('/')).expect("one of many");
    let any = Verifier::wecom(TOKEN, key(KEY), ReceiveId::any()).unwrap();
    let signed = without(&query(TOKEN, TIMESTAMP, NONCE, &text), Parameter::Signature);
    let whole = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
    for echostr in [
        text.clone(),
        whole.clone(),
        whole.replace("%2B", "+"),
        whole.replace("%2B", "%20"),
        whole.replace("%2B", " "),
        whole.replacen("%2B", "%20", 1),
        text.replace('+', "%20"),
        text.replacen('+', "%20", 1),
    ] {
        match any.verify("GET", &format!("{signed}&echostr={echostr}")) {
            Ok(Decision::Handshake(answered)) => assert_eq!(answered, echo, "{echostr}"),
            other => panic!("{echostr}: {other:?}"),
        }
    }
    // A `+` alone: no other white space, and no other character.
    for other in ["%09", "%0A", "%C2%A0", "-", "%2B%20", "%252B", ""] {
        let echostr = whole.replace("%2B", other);
        assert!(any.verify("GET", &format!("{signed}&echostr={echostr}")).is_err(), "{other}");
    }
    assert_eq!(
        any.verify("GET", &format!("{signed}&echostr={}", whole.replace("%2B", "%252B"))).err(),
        Some(Rejection::Query(QueryFault::EscapedAgain))
    );
    // An Official Account's is any text, and comes back as it is.
    let plain = Verifier::new(TOKEN).unwrap();
    for account in [plain, verifier()] {
        let signed = Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE);
        for (echostr, expected) in [("a%20b", "a b"), ("a b", "a b"), ("a+b", "a+b"), ("a%2Bb", "a+b")] {
            match account.verify("GET", &format!("{signed}&echostr={echostr}")) {
                Ok(Decision::Handshake(answered)) => assert_eq!(answered, expected),
                other => panic!("{echostr}: {other:?}"),
            }
        }
    }
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
    let long = "1".repeat(65);
    for message in
        [MESSAGE, "{\"a\":1}", " \n<xml/>", "", "success!", "1 2", "你好", "a-b", "\u{feff}1", &long]
    {
        let query = as_handshake(&sealed(message));
        assert_eq!(
            wecom().verify("GET", &query).err(),
            Some(Rejection::Envelope(EnvelopeFault::MessageAsEcho)),
            "{message}"
        );
    }
    // The control: an echo is answered.
    let echo = sealed("4375120948345356249");
    for echo in [&*echo, &sealed("a"), &sealed(&"Z9".repeat(32))] {
        assert!(matches!(wecom().verify("GET", &as_handshake(echo)), Ok(Decision::Handshake(_))));
    }
    // And sent as a message it is refused.
    assert_eq!(
        open(&wecom(), &query(&echo), xml(&echo)).err(),
        Some(Rejection::Envelope(EnvelopeFault::EchoAsMessage))
    );
}
