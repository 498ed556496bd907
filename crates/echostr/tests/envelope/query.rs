//! The first look: what the query alone decides, before a byte of the body has been read.

use std::time::{Duration, SystemTime};

use echostr::{
    Parameter, Rejection, Signature, Verifier,
    adapter::Decision,
    rejection::{QueryFault, WiringFault},
};

use crate::support::{
    crypto::KEY,
    receiver::{app_id, key, open, verifier, wecom},
    request::{NONCE, TIMESTAMP, TOKEN, genuine, genuine_query, without, xml},
};

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
    for method in ["POST", "GET", "HEAD", "PUT", "get", ""] {
        assert_eq!(verifier().verify(method, &plain).err(), missing, "{method}");
        assert_eq!(wecom().verify(method, &plain).err(), missing, "{method}");
    }
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

/// A right `signature` and nothing that speaks of encryption: what every test account sends.
#[test]
fn a_console_page_in_plain_mode() {
    let plain = Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE);
    let forged = plain.replace(NONCE, "1");
    let named = Some(Rejection::Wiring(WiringFault::ConsoleInPlainMode));
    let missing = Some(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature)));
    for extra in ["", "&openid=o1", "&openid=", "&encrypt_type=raw", "&encrypt_type=", "&id=743"] {
        assert_eq!(verifier().verify("POST", &format!("{plain}{extra}")).err(), named, "{extra}");
        // Only then: whoever cannot sign learns nothing, and neither does the log claim anything.
        let refused = verifier().verify("POST", &format!("{forged}{extra}")).err();
        assert_eq!(refused, Some(Rejection::WrongSignature), "{extra}");
        // WeCom knows no plain mode.
        assert_eq!(wecom().verify("POST", &format!("{plain}{extra}")).err(), missing, "{extra}");
    }
    // Any configured token may have signed it.
    let rotated = Verifier::encrypted("another-token", key(KEY), app_id()).unwrap();
    assert_eq!(rotated.verify("POST", &plain).err(), Some(Rejection::WrongSignature));
    assert_eq!(rotated.or_token(TOKEN).unwrap().verify("POST", &plain).err(), named);
    // What says that it is encrypted has lost a part on the way.
    assert_eq!(verifier().verify("POST", &format!("{plain}&encrypt_type=aes")).err(), missing);
    // And an empty `msg_signature` is none of the four that may be.
    assert_eq!(
        verifier().verify("POST", &format!("{plain}&msg_signature=")).err(),
        Some(Rejection::Query(QueryFault::Empty(Parameter::MsgSignature)))
    );
    for (query, parameter) in [
        (without(&plain, Parameter::Signature), Parameter::MsgSignature),
        (without(&plain, Parameter::Nonce), Parameter::MsgSignature),
        (plain.replace("signature=", "signature=x"), Parameter::MsgSignature),
    ] {
        let refused = verifier().verify("POST", &query).err();
        assert_eq!(refused, Some(Rejection::Query(QueryFault::Missing(parameter))), "{query}");
    }
    // The control: a verifier in plain mode passes it.
    assert!(Verifier::new(TOKEN).unwrap().verify("POST", &plain).is_ok());
}

/// What nobody signed may be empty, and counts as absent then.
#[test]
fn empty_parameters() {
    let right = genuine_query();
    let signature = format!("signature={:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let unsigned = without(&right, Parameter::Signature);
    let no_type = without(&right, Parameter::EncryptType);
    for (verifier, name) in [(verifier(), "encrypted"), (wecom(), "wecom")] {
        for query in [
            format!("{right}&openid="),
            format!("openid&{right}"),
            format!("{no_type}&encrypt_type="),
            format!("{no_type}&%65ncrypt_type="),
            format!("signature=&{unsigned}"),
            format!("{unsigned}&signature"),
            format!("openid=&signature=&{}&encrypt_type=", without(&unsigned, Parameter::EncryptType)),
        ] {
            let opened = open(&verifier, &query, xml(&genuine()));
            let opened = opened.unwrap_or_else(|rejection| panic!("{name}, {query}: {rejection}"));
            assert_eq!(opened.callback.openid(), None, "{name}, {query}");
        }
        for (query, expected) in [
            // Twice counts before empty does.
            (format!("{right}&openid=&openid="), QueryFault::Duplicate(Parameter::Openid)),
            (format!("{right}&openid=&openid=o1"), QueryFault::Duplicate(Parameter::Openid)),
            (format!("{right}&openid=o1&openid="), QueryFault::Duplicate(Parameter::Openid)),
            (format!("{right}&encrypt_type="), QueryFault::Duplicate(Parameter::EncryptType)),
            (format!("{right}&signature="), QueryFault::Duplicate(Parameter::Signature)),
            (format!("{right}&msg_signature="), QueryFault::Duplicate(Parameter::MsgSignature)),
            (format!("{right}&echostr="), QueryFault::Empty(Parameter::Echostr)),
            (format!("{}&nonce=", without(&right, Parameter::Nonce)), QueryFault::Empty(Parameter::Nonce)),
            (
                format!("{}&timestamp=", without(&right, Parameter::Timestamp)),
                QueryFault::Empty(Parameter::Timestamp),
            ),
            (
                format!("{}&msg_signature=", without(&right, Parameter::MsgSignature)),
                QueryFault::Empty(Parameter::MsgSignature),
            ),
        ] {
            let refused = verifier.verify("POST", &query).err();
            assert_eq!(refused, Some(Rejection::Query(expected)), "{name}, {query}");
        }
    }
    // Empty is not right: with any other value it is still looked at.
    let forged = right.replace(&signature, "signature=0000000000000000000000000000000000000000");
    assert_ne!(forged, right);
    assert_eq!(verifier().verify("POST", &forged).err(), Some(Rejection::WrongSignature));
    // The handshake of an Official Account is signed by `signature` in every mode.
    let handshake = format!("{}&echostr=1", Verifier::new(TOKEN).unwrap().sign(1_540_176_606, NONCE));
    assert!(matches!(verifier().verify("GET", &format!("{handshake}&openid=")), Ok(Decision::Handshake(_))));
    let empty = handshake.replace(&signature, "signature=");
    assert_eq!(
        verifier().verify("GET", &empty).err(),
        Some(Rejection::Query(QueryFault::Missing(Parameter::Signature)))
    );
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

/// Everything but WeCom sends `signature` too. It never suffices, but whoever cannot make it is refused before the body.
#[test]
fn the_plain_signature_is_looked_at_first() {
    let right = genuine_query();
    let with = |digits: &str| {
        let (_, rest) = right.split_once("&timestamp").expect("a timestamp");
        format!("signature={digits}&timestamp{rest}")
    };
    let forged = with(&"0".repeat(40));
    assert_eq!(verifier().verify("POST", &forged).err(), Some(Rejection::WrongSignature));
    assert_eq!(
        verifier().verify("POST", &with("xyz")).err(),
        Some(Rejection::Query(QueryFault::Malformed(Parameter::Signature)))
    );
    // Any configured token will do.
    let rotated = Verifier::encrypted("another-token", key(KEY), app_id()).unwrap();
    assert_eq!(rotated.verify("POST", &right).err(), Some(Rejection::WrongSignature));
    assert!(rotated.or_token(TOKEN).unwrap().verify("POST", &right).is_ok());
    // The controls: without it, and for WeCom, nothing is known before the body.
    for (verifier, query) in [(verifier(), without(&right, Parameter::Signature)), (wecom(), forged)] {
        assert!(matches!(verifier.verify("POST", &query), Ok(Decision::Envelope(_))), "{query}");
        assert!(open(&verifier, &query, xml(&genuine())).is_ok(), "{query}");
    }
}

#[test]
fn the_callback_says_which_account_it_is_of() {
    let named = verifier().named("shop");
    let opened = open(&named, &genuine_query(), xml(&genuine())).unwrap();
    assert_eq!(opened.callback.account(), Some("shop"));
    assert_eq!(open(&verifier(), &genuine_query(), xml(&genuine())).unwrap().callback.account(), None);
    let plain = Verifier::new(TOKEN).unwrap().named(String::from("news"));
    let query = plain.sign(1_540_176_606, NONCE);
    let Ok(Decision::Callback(callback)) = plain.verify("POST", &query) else { panic!("{query}") };
    assert_eq!(callback.account(), Some("news"));
}
