//! One way to take the body in for both modes.

use std::time::Duration;

use bytes::Bytes;
use echostr::{
    Rejection, Verifier,
    adapter::{Decision, Intake, Received},
    rejection::BodyFault,
};

use crate::support::{
    receiver::{verifier, wecom},
    request::{MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, genuine_query, json, query, xml},
};

fn plain() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

fn plain_query() -> String {
    plain().sign(TIMESTAMP.parse().expect("a number"), NONCE)
}

fn intake(verifier: &Verifier, query: &str) -> Intake {
    match verifier.verify("POST", query) {
        Ok(Decision::Callback(callback)) => callback.into(),
        Ok(Decision::Envelope(envelope)) => envelope.into(),
        other => panic!("{other:?}"),
    }
}

fn received(verifier: &Verifier, query: &str, body: &str) -> Result<Received, Rejection> {
    let mut intake = intake(verifier, query);
    for piece in body.as_bytes().chunks(7) {
        intake.push(Bytes::copy_from_slice(piece))?;
    }
    intake.finish()
}

#[test]
fn in_plain_mode_the_body_is_the_document_and_all_that_sends_have_in_common() {
    for body in [MESSAGE, "", "anything"] {
        let Received { callback, document, signed, sealer } =
            received(&plain(), &plain_query(), body).expect("a genuine request");
        assert_eq!((&document[..], &signed[..]), (body.as_bytes(), body.as_bytes()));
        assert!(sealer.is_none());
        assert_eq!((callback.timestamp(), callback.is_encrypted()), (TIMESTAMP, false));
    }
}

/// What stands around it is not signed, so it must not tell two sends apart.
#[test]
fn in_encrypted_mode_it_is_the_text_of_encrypt_whatever_stands_around_it() {
    let text = genuine();
    for verifier in [verifier(), wecom()] {
        for body in [
            xml(&text),
            json(&text),
            xml(&text).replace("<Encrypt>", "<ToUserName>somebody else</ToUserName><Encrypt>"),
            json(&text).replace('/', "\\/"),
            format!("<xml><Encrypt>\n{text}\n</Encrypt></xml>"),
        ] {
            let Received { callback, document, signed, sealer } =
                received(&verifier, &genuine_query(), &body).expect("a genuine request");
            assert_eq!((&document[..], &signed[..]), (MESSAGE.as_bytes(), text.as_bytes()), "{body}");
            assert!(sealer.is_some() && callback.is_encrypted());
        }
        // The control: what was not signed is not opened.
        let forged = received(&verifier, &query(TOKEN, TIMESTAMP, NONCE, "another text"), &xml(&text));
        assert_eq!(forged.map(|received| received.document), Err(Rejection::WrongSignature));
    }
}

#[test]
fn both_keep_to_the_limits_of_the_verifier() {
    let too_large = Err(Rejection::Body(BodyFault::TooLarge));
    let limits = |verifier: Verifier| verifier.body_limit(10).body_timeout(Duration::from_millis(7));
    for (verifier, query) in [(plain(), plain_query()), (verifier(), genuine_query())] {
        let mut intake = intake(&limits(verifier), &query);
        assert_eq!(intake.body_timeout(), Duration::from_millis(7));
        assert_eq!((intake.expect_length(Some(b"10")), intake.expect_length(None)), (Ok(()), Ok(())));
        assert_eq!(intake.expect_length(Some(b"11")), too_large);
        assert_eq!(intake.push(Bytes::from_static(b"<123456789")), Ok(()));
        assert_eq!(intake.push(Bytes::from_static(b"0")), too_large);
    }
}

/// `Debug` ends up in logs.
#[test]
fn what_was_received_does_not_show_the_message() {
    let received = received(&plain(), &plain_query(), MESSAGE).expect("a genuine request");
    let shown = format!("{received:?}");
    assert!(shown.contains(&format!("{} bytes", MESSAGE.len())) && !shown.contains("Content"), "{shown}");
}
