//! What the caller learns of a refusal, and what the operator does.

use std::collections::HashSet;

use echostr::{
    Rejection,
    adapter::Answer,
    rejection::{BodyFault, EnvelopeFault},
};

#[test]
fn the_caller_learns_nothing() {
    for rejection in Rejection::all() {
        let answer = Answer::refusal(rejection);
        let (status, closes) = match rejection {
            Rejection::Body(BodyFault::TooLarge) => (413, true),
            Rejection::Body(BodyFault::Timeout) => (408, true),
            _ => (403, false),
        };
        assert_eq!((rejection.status(), answer.status()), (status, status), "{rejection:?}");
        assert_eq!(rejection.closes_connection(), closes, "{rejection:?}");
        if status == 403 {
            assert_eq!(answer, Answer::refusal(Rejection::WrongSignature), "{rejection:?}");
            assert_eq!(answer.into_body(), "forbidden");
        }
    }
    let unsealed = Answer::unsealed();
    assert_eq!((unsealed.status(), &*unsealed.into_body()), (500, "internal error"));
}

#[test]
fn the_operator_learns_the_official_code() {
    let mut codes = vec![];
    let mut texts = HashSet::new();
    for rejection in Rejection::all() {
        let text = rejection.to_string();
        match rejection.official_code() {
            Some(code) => {
                assert!(text.ends_with(&format!(" ({code})")), "{text}");
                codes.push((rejection, code));
            }
            None => assert!(!text.contains("-400"), "{text}"),
        }
        assert!(text.len() > 20 && !text.contains('\n'), "{text}");
        assert!(texts.insert(text), "each reason reads differently");
    }
    assert_eq!(
        codes,
        [
            (Rejection::WrongSignature, -40001),
            (Rejection::Body(BodyFault::Empty), -40002),
            (Rejection::Body(BodyFault::Compressed), -40002),
            (Rejection::Body(BodyFault::Base64), -40002),
            (Rejection::Body(BodyFault::Quoted), -40002),
            (Rejection::Body(BodyFault::FormEncoded), -40002),
            (Rejection::Body(BodyFault::Utf16), -40002),
            (Rejection::Body(BodyFault::NotADocument), -40002),
            (Rejection::Body(BodyFault::NoEncrypt), -40002),
            (Rejection::Body(BodyFault::BrokenIntoLines), -40002),
            (Rejection::Body(BodyFault::EscapedAgain), -40002),
            (Rejection::Envelope(EnvelopeFault::NotBase64), -40010),
            (Rejection::Envelope(EnvelopeFault::CipherLength), -40008),
            (Rejection::Envelope(EnvelopeFault::Padding), -40007),
            (Rejection::Envelope(EnvelopeFault::LengthField), -40008),
            (Rejection::Envelope(EnvelopeFault::WrongReceiveId), -40005),
            (Rejection::Envelope(EnvelopeFault::NotUtf8), -40008),
        ]
    );
}
