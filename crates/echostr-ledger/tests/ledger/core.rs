//! What the ledger makes of what the core has passed.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use echostr::{
    EncodingAesKey, ReceiveId, Verifier,
    adapter::{Answer, Decision, Finished, Intake, Received, Sealer},
};
use echostr_ledger::{Arrival, Handled, LateReply, Remembered};
use tokio::time::Instant;

const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

fn encrypted() -> Verifier {
    let (key, id) = (EncodingAesKey::new(AES_KEY).unwrap(), ReceiveId::new("wx5823bf96d3bd56c7").unwrap());
    Verifier::encrypted("a-token-of-the-shop", key, id).unwrap()
}

fn received(verifier: &Verifier, query: &str, body: &str) -> Received {
    let mut intake = match verifier.verify("POST", query).unwrap() {
        Decision::Callback(callback) => Intake::from(callback),
        Decision::Envelope(envelope) => Intake::from(envelope),
        other @ Decision::Handshake(_) => panic!("{other:?}"),
    };
    intake.push(Bytes::copy_from_slice(body.as_bytes())).unwrap();
    intake.finish().unwrap()
}

fn sealer() -> Sealer {
    let request = encrypted().sign_encrypted(1_540_176_606, "1", "<xml></xml>").unwrap();
    received(&encrypted(), &request.query, &request.body).sealer.unwrap()
}

#[tokio::test]
async fn the_key_is_the_account_and_what_was_computed() {
    let now = Instant::now();
    let arrival =
        |verifier: &Verifier, query: &str| Arrival::of(&received(verifier, query, "body"), "POST", now);
    let unnamed = Verifier::new("a-token-of-the-shop").unwrap();
    let (shop, news) = (unnamed.clone().named("shop"), unnamed.clone().named("news"));
    let query = unnamed.sign(1_540_176_606, "1854606751");
    let key = arrival(&unnamed, &query).key;
    // In another order, and with digits in upper case.
    let digits = query.split(['=', '&']).nth(1).unwrap();
    let upper = query.replace(digits, &digits.to_uppercase());
    let turned = query.split('&').rev().collect::<Vec<_>>().join("&");
    assert_ne!((&upper, &turned), (&query, &query));
    assert_eq!((arrival(&unnamed, &upper).key, arrival(&unnamed, &turned).key), (key, key));
    // Timestamp and nonce can be shifted into each other, and the signature stays.
    let shifted = query.replace("1540176606", "154017660").replace("1854606751", "61854606751");
    assert_eq!(arrival(&unnamed, &shifted).key, key);
    // Each account has keys of its own, with the same token too, and an unnamed one does not look like a named one.
    assert_eq!(arrival(&shop, &query).key.account(), "shop");
    let keys = [key, arrival(&shop, &query).key, arrival(&news, &query).key];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2], "{keys:?}");
    let other = Verifier::new("another-token").unwrap();
    let of_other = arrival(&other, &other.sign(1_540_176_606, "1854606751")).key;
    assert_ne!(of_other.account(), key.account());
    // The signature itself can be used to send the request again, so it is not shown.
    let shown = format!("{key} {key:?}");
    assert!(!shown.contains(digits) && !shown.contains("a-token-of-the-shop"), "{shown}");
}

#[tokio::test]
async fn a_record_lives_as_long_as_its_url_is_accepted() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let verifier = Verifier::new("a-token-of-the-shop").unwrap();
    let accepted_for = |verifier: &Verifier| {
        let received = received(verifier, &verifier.sign(now - 100, "1"), "");
        Arrival::of(&received, "POST", Instant::now()).accepted_for
    };
    assert_eq!(accepted_for(&verifier), None);
    let left = accepted_for(&verifier.max_age(Duration::from_secs(300))).unwrap();
    assert!(left > Duration::from_secs(150) && left <= Duration::from_secs(200), "{left:?}");
}

/// In encrypted mode nothing but the signed text tells two requests apart, in plain mode the body does.
#[tokio::test]
async fn the_fingerprint_is_of_what_is_signed() {
    let fingerprint = |received: &Received, method| Arrival::of(received, method, Instant::now()).fingerprint;
    let verifier = encrypted();
    let request = verifier.sign_encrypted(1_540_176_606, "1", "<xml></xml>").unwrap();
    let other_envelope = request.body.replace("<Encrypt>", "<AgentID>1</AgentID><Encrypt>");
    assert_ne!(other_envelope, request.body);
    let [one, other] = [&request.body, &other_envelope].map(|body| received(&verifier, &request.query, body));
    assert_eq!(fingerprint(&one, "POST"), fingerprint(&other, "POST"));
    assert_ne!(fingerprint(&one, "POST"), fingerprint(&one, "PUT"));

    let plain = Verifier::new("a-token-of-the-shop").unwrap();
    let [one, other] = ["one", "other"].map(|body| received(&plain, &plain.sign(1, "1"), body));
    assert_ne!(fingerprint(&one, "POST"), fingerprint(&other, "POST"));
}

#[test]
fn what_becomes_of_a_reply_is_decided_by_its_head() {
    let short = Some(Remembered::LIMIT as u64);
    let long = Some(Remembered::LIMIT as u64 + 1);
    let decided =
        |status, is_compressed, length, sealer| match Handled::of(status, is_compressed, length, sealer) {
            Handled::Failed => "failed",
            Handled::Instead(_) => "instead",
            Handled::Stream => "stream",
            Handled::Collect(_) => "collect",
        };
    for (status, is_compressed, length, plain, sealed) in [
        (200, false, short, "collect", "collect"),
        (200, false, Some(0), "collect", "collect"),
        (200, false, long, "stream", "collect"),
        (200, false, None, "stream", "collect"),
        (200, true, short, "stream", "instead"),
        (201, false, short, "failed", "failed"),
        (204, false, Some(0), "failed", "failed"),
        (302, false, short, "failed", "failed"),
        (500, true, None, "failed", "failed"),
    ] {
        assert_eq!(
            decided(status, is_compressed, length, None),
            plain,
            "{status} {is_compressed} {length:?}"
        );
        assert_eq!(
            decided(status, is_compressed, length, Some(sealer())),
            sealed,
            "{status} {is_compressed} {length:?}"
        );
    }
}

#[test]
fn a_reply_goes_out_sealed_where_the_message_was_and_a_broken_one_is_a_failure() {
    let finished = |sealer, body: Option<&'static str>| match Handled::of(200, false, Some(1), sealer) {
        Handled::Collect(collecting) => collecting.finish(body.map(Bytes::from)),
        other => panic!("{other:?}"),
    };
    assert!(matches!(finished(None, Some("<xml></xml>")), Finished::AsIs(body) if body == "<xml></xml>"));
    assert!(matches!(finished(Some(sealer()), Some("success")), Finished::AsIs(body) if body == "success"));
    assert!(
        matches!(finished(Some(sealer()), Some("<xml></xml>")), Finished::Sealed { body, .. } if body.starts_with(b"<xml>\n<Encrypt>"))
    );
    for sealer in [None, Some(sealer())] {
        assert!(matches!(finished(sealer, None), Finished::Instead(answer) if answer == Answer::unsealed()));
    }
}

#[tokio::test]
async fn a_late_reply_is_read_up_to_a_limit() {
    let whole = || LateReply::whole(Some(Bytes::from_static(b"text/xml")), Bytes::from_static(b"hello"));
    assert_eq!(whole().content_type(), Some("text/xml"));
    assert_eq!(whole().into_bytes(5).await.as_deref(), Some(&b"hello"[..]));
    assert_eq!(whole().into_bytes(4).await, None);
    let stream = |given: &'static [u8]| {
        LateReply::stream(None, move |limit| async move {
            Some(Bytes::from_static(given)).filter(|of| of.len() <= limit)
        })
    };
    assert_eq!(stream(b"hello").into_bytes(5).await.as_deref(), Some(&b"hello"[..]));
    assert_eq!((stream(b"hello").into_bytes(4).await, stream(b"").content_type()), (None, None));
    let shown = format!("{:?}", whole());
    assert!(!shown.contains("hello"), "{shown}");
}
