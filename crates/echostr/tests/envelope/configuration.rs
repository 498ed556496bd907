//! Tokens, keys and ids: several at a time, wrong ones, and none of them shown.

use echostr::{
    ConfigError, EncodingAesKey, ReceiveId, Rejection, Signature, Verifier, adapter::Decision,
    rejection::EnvelopeFault,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::{
    crypto::{KEY, OTHER_KEY, from_base64, sealed},
    receiver::{app_id, envelope, key, open, open_signed, verifier, wecom},
    reply::{Reply, sealed_reply},
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, genuine_query, query, xml},
};

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
