//! `verify` allocates nothing, whether it accepts or refuses.

use std::time::Duration;

use allocation_counter::measure;
use echostr::{Parameter, Rejection, Signature, Verifier, adapter::Decision, rejection::QueryFault};

const TOKEN: &str = "Zq8vT3nLw5Rk";
const HANDSHAKE: &str = "signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba&timestamp=1540176606&nonce=1854606751\
                         &echostr=3892692869596528638";

#[test]
fn the_counter_counts() {
    let verifier = Verifier::new(TOKEN).unwrap();
    assert!(measure(|| drop(verifier.sign(1_540_176_606, "1854606751"))).count_total > 0);
    // The one thing for which `verify` allocates, and says so: the text to echo, where it carries an escape.
    let handshake = format!("{}&echostr=%41", verifier.sign(1_540_176_606, "1854606751"));
    assert!(measure(|| assert!(verifier.verify("GET", &handshake).is_ok())).count_total > 0);
}

#[test]
fn accepted_callbacks() {
    let verifier = Verifier::new(TOKEN).unwrap();
    let signed = verifier.sign(1_540_176_606, "1854606751");
    let escaped_nonce = verifier.sign(1_540_176_606, "随机 + nonce");
    assert!(escaped_nonce.contains('%'));
    let rotated = Verifier::new("Current1Token").unwrap().or_token(TOKEN).unwrap();
    // The system's clock is read too.
    let fresh = verifier.clone().max_age(Duration::MAX);

    for (what, verifier, query) in [
        ("plain", &verifier, signed.clone()),
        ("with an empty openid", &verifier, format!("{signed}&openid=&encrypt_type=&msg_signature=")),
        ("with openid", &verifier, format!("{signed}&openid=ooUo26seZPcU3qKfcMiXLneG3fO4")),
        ("with the user's own", &verifier, format!("id=743&%6eame=%E4%BD%A0&{signed}&flag")),
        ("with an escaped nonce", &verifier, escaped_nonce),
        ("upper-case signature", &verifier, upper_case_signature()),
        ("two tokens", &rotated, signed.clone()),
        ("max_age", &fresh, signed),
    ] {
        let allocated = measure(|| {
            assert!(matches!(verifier.verify("POST", &query), Ok(Decision::Callback(_))), "{what}");
        });
        assert_eq!(allocated.count_total, 0, "{what}");
    }
}

fn upper_case_signature() -> String {
    let signature = format!("{:x}", Signature::compute([TOKEN, "1540176606", "1854606751"]));
    format!("signature={}&timestamp=1540176606&nonce=1854606751", signature.to_uppercase())
}

#[test]
fn accepted_handshake() {
    let verifier = Verifier::new("weixin").unwrap();
    let allocated = measure(|| {
        assert!(matches!(verifier.verify("GET", HANDSHAKE), Ok(Decision::Handshake(_))));
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn refused() {
    let verifier = Verifier::new(TOKEN).unwrap().max_age(Duration::from_secs(300));
    let old = verifier.sign(1_540_176_606, "1854606751");
    for (expected, query) in [
        (Rejection::Query(QueryFault::NoParameters), String::new()),
        (Rejection::Query(QueryFault::NoParameters), "id=743".to_owned()),
        (
            Rejection::Query(QueryFault::Missing(Parameter::Signature)),
            old.replace("signature=", "msg_signature="),
        ),
        (Rejection::Query(QueryFault::Empty(Parameter::Echostr)), format!("{old}&openid=&echostr=")),
        (Rejection::Query(QueryFault::Duplicate(Parameter::Nonce)), format!("{old}&%6eonce=1")),
        (
            Rejection::Query(QueryFault::Malformed(Parameter::Timestamp)),
            old.replace("timestamp=", "timestamp=x"),
        ),
        (
            Rejection::Query(QueryFault::Malformed(Parameter::Nonce)),
            old.replace("nonce=", &format!("nonce={}", "%41".repeat(32))),
        ),
        (Rejection::Query(QueryFault::BadEscape), format!("{old}&own=%")),
        (Rejection::Query(QueryFault::TooLong), "x".repeat(8193)),
        (Rejection::WrongSignature, HANDSHAKE.to_owned()),
        // What is said of a query that was rewritten costs nothing either.
        (Rejection::Query(QueryFault::Repeated), format!("{old}&{old}")),
        (Rejection::Query(QueryFault::HtmlEscaped), old.replace('&', "&amp;")),
        (Rejection::Query(QueryFault::EscapedAgain), old.replace('=', "%3D").replace('&', "%26")),
        (Rejection::Query(QueryFault::EscapedAgain), old.replace("nonce=1", "nonce=%2531")),
        (Rejection::Stale, old),
    ] {
        let allocated = measure(|| assert_eq!(verifier.verify("GET", &query).err(), Some(expected)));
        assert_eq!(allocated.count_total, 0, "{expected:?}");
    }
}
