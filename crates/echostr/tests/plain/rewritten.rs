//! What is said of a query that something on the way has rewritten. It is refused all the same.

use echostr::{
    EncodingAesKey, Parameter, ReceiveId, Rejection, Verifier, adapter::Decision, rejection::QueryFault,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::{NONCE, TOKEN, all_seven, fully_escaped, refusal, signed, valid, verifier, with_value};

/// A verifier of each mode with a message and a handshake that it takes.
fn accounts() -> Vec<(Verifier, [(&'static str, String); 2])> {
    let key = || EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let verifiers = [
        verifier(),
        Verifier::encrypted(TOKEN, key(), ReceiveId::any()).expect("a token"),
        Verifier::wecom(TOKEN, key(), ReceiveId::any()).expect("a token"),
    ];
    let with_requests = |verifier: Verifier| {
        let message = verifier.platform().message(1_540_176_606, NONCE, "<xml/>").expect("a key").query;
        let handshake = verifier.sign_handshake(1_540_176_606, NONCE, "38926928").expect("a key");
        (verifier, [("POST", message), ("GET", handshake)])
    };
    verifiers.map(with_requests).into()
}

#[track_caller]
fn assert_said(verifier: &Verifier, method: &str, query: &str, expected: QueryFault) {
    assert_eq!(verifier.verify(method, query).err(), Some(Rejection::Query(expected)), "{method} {query}");
}

#[test]
fn a_query_that_stands_there_twice() {
    for (verifier, requests) in accounts() {
        for (method, query) in requests {
            assert!(verifier.verify(method, &query).is_ok(), "{query}");
            for rewritten in [
                format!("{query}&{query}"),
                format!("{query}?{query}"),
                format!("{query}&{query}&{query}"),
                format!("id=743&{query}?id=743&{query}"),
                format!("{query}&id=743&{query}"),
                format!("s=/wx&{query}&{query}"),
            ] {
                assert_said(&verifier, method, &rewritten, QueryFault::Repeated);
            }
        }
    }
    // One parameter alone, or another value: that is no rewrite.
    for (extra, parameter) in [
        (format!("&nonce={NONCE}"), Parameter::Nonce),
        (format!("&timestamp=1&nonce={NONCE}"), Parameter::Timestamp),
        (format!("&{}", signed("1540176606", "1")), Parameter::Signature),
        (format!("&{}", valid().replace("timestamp=", "timestamp=0")), Parameter::Signature),
    ] {
        let query = format!("{}{extra}", valid());
        assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::Duplicate(parameter))), "{query}");
    }
    let openid_once = format!("{}&openid=o1&{}", valid(), valid());
    assert_eq!(
        refusal(&openid_once),
        Some(Rejection::Query(QueryFault::Duplicate(Parameter::Signature))),
        "not everything of WeChat's"
    );
}

#[test]
fn escaped_or_unescaped_as_html() {
    for (verifier, requests) in accounts() {
        for (method, query) in requests {
            for escape in ["&amp;", "&#38;", "&#x26;"] {
                assert_said(&verifier, method, &query.replace('&', escape), QueryFault::HtmlEscaped);
                let own = format!("id=743{escape}{}", query.replace('&', escape));
                assert_said(&verifier, method, &own, QueryFault::HtmlEscaped);
            }
            for times in ["×tamp=", "%C3%97tamp=", "%c3%97tamp=", "&times;tamp="] {
                let rewritten = query.replace("&timestamp=", times);
                assert_ne!(rewritten, query);
                assert_said(&verifier, method, &rewritten, QueryFault::HtmlEscaped);
            }
        }
    }
    // In a parameter of the user's own it does no harm, and is not said where something else is wrong.
    let own = format!("{}&page=a&amp;b=1&x=×", valid());
    assert_eq!(refusal(&own), None);
    let forged = with_value(&own, Parameter::Nonce, "1");
    assert_eq!(refusal(&forged), Some(Rejection::WrongSignature));
    let missing = own.replace("nonce=", "none=");
    assert_eq!(refusal(&missing), Some(Rejection::Query(QueryFault::Missing(Parameter::Nonce))));
}

#[test]
fn percent_encoded_once_more() {
    for (verifier, requests) in accounts() {
        for (method, query) in requests {
            let whole = utf8_percent_encode(&query, NON_ALPHANUMERIC).to_string();
            for rewritten in [
                whole.clone(),
                whole.to_lowercase(),
                format!("id=743&{whole}"),
                query.replace('&', "%26"),
                query.replace('=', "%3D"),
            ] {
                assert_said(&verifier, method, &rewritten, QueryFault::EscapedAgain);
            }
        }
    }
    // A value that had an escape already.
    let wecom = accounts().pop().unwrap();
    let (verifier, [_, (method, handshake)]) = &wecom;
    assert!(handshake.contains("%3D"));
    assert_said(verifier, method, &handshake.replace('%', "%25"), QueryFault::EscapedAgain);
    assert_said(verifier, method, &handshake.replace("%3D", "%253D"), QueryFault::EscapedAgain);
    assert_said(verifier, method, &handshake.replace("%3D", "%253d"), QueryFault::EscapedAgain);
    for parameter in [Parameter::Signature, Parameter::Timestamp, Parameter::Nonce] {
        let (_, value) = valid()
            .split('&')
            .find_map(|pair| pair.strip_prefix(&format!("{parameter}=")).map(|value| ((), value.to_owned())))
            .unwrap();
        let twice = fully_escaped(&value).replace('%', "%25");
        assert_eq!(
            refusal(&with_value(&valid(), parameter, &twice)),
            Some(Rejection::Query(QueryFault::EscapedAgain)),
            "{parameter}"
        );
    }
}

/// A token that is wrong is not called a rewrite, however many escapes a genuine query has.
#[test]
fn a_wrong_token_stays_a_wrong_token() {
    for (verifier, requests) in accounts() {
        let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
        let stranger = match verifier.verify("GET", &requests[1].1) {
            Ok(Decision::Handshake(_)) if !verifier.is_encrypted() => Verifier::new("another").unwrap(),
            _ if requests[1].1.starts_with("msg_signature") => {
                Verifier::wecom("another", key, ReceiveId::any()).unwrap()
            }
            _ => Verifier::encrypted("another", key, ReceiveId::any()).unwrap(),
        };
        for (method, query) in &requests {
            for query in [
                query.clone(),
                query.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="),
                query.replace("%2B", "%20"),
                format!("own=a%253Db&{query}&own=a%253Db"),
                format!("own=https%3A%2F%2Fx%2F%3Fsignature%3D1%26timestamp%3D1%26nonce%3D1&{query}"),
                format!("{query}&a=100%25"),
            ] {
                let is_open = matches!(stranger.verify(method, &query), Ok(Decision::Envelope(_)));
                let refused = stranger.verify(method, &query).err();
                assert!(
                    is_open || refused == Some(Rejection::WrongSignature),
                    "{refused:?} of {method} {query}"
                );
            }
        }
    }
    assert_eq!(refusal(&with_value(&valid(), Parameter::Nonce, "a%25")), Some(Rejection::WrongSignature));
    assert_eq!(refusal(&with_value(&valid(), Parameter::Nonce, "a%25z1")), Some(Rejection::WrongSignature));
    // Other reasons stay what they are.
    for (query, expected) in [
        (String::new(), QueryFault::NoParameters),
        ("id=%253D".to_owned(), QueryFault::NoParameters),
        (format!("{}&own=%&x=%2541", valid()), QueryFault::BadEscape),
        (format!("{}&{}", valid(), "x".repeat(9000)), QueryFault::TooLong),
        (format!("{0}&{0}&{1}", valid(), "x".repeat(9000)), QueryFault::TooLong),
        (with_value(&all_seven(), Parameter::Nonce, ""), QueryFault::Empty(Parameter::Nonce)),
    ] {
        assert_eq!(refusal(&query), Some(Rejection::Query(expected)), "{query}");
    }
}
