//! The first look: what the query alone decides, before a byte of the body has been read.

use std::time::{Duration, SystemTime};

use echostr::{Parameter, Rejection, Signature, Verifier, adapter::Decision, rejection::QueryFault};

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
    for query in [plain.clone(), without(&plain, Parameter::EncryptType), raw.replace("msg_signature=", "x=")]
    {
        for method in ["POST", "GET", "HEAD", "PUT", "get", ""] {
            assert_eq!(verifier().verify(method, &query).err(), missing, "{method} {query}");
            assert_eq!(wecom().verify(method, &query).err(), missing, "{method} {query}");
        }
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
