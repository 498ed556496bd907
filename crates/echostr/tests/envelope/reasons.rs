//! What the caller learns of a refusal, and what the operator does.

use std::collections::HashSet;

use echostr::{
    Language, Rejection,
    adapter::Answer,
    rejection::{BodyFault, EnvelopeFault, WiringFault},
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

/// Every sentence is there in both languages, and each is a text of its own.
#[test]
fn the_operator_reads_english_or_chinese() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut texts = HashSet::new();
    for rejection in Rejection::all() {
        let [english, chinese] = [Language::English, Language::Chinese]
            .map(|language| rejection.in_language(language).to_string());
        assert_eq!(english, rejection.to_string());
        assert!(chinese.chars().filter(|c| is_chinese(*c)).count() > 8, "{chinese}");
        for text in [&english, &chinese] {
            assert!(!text.contains("  ") && !text.contains('\n') && !text.contains("{}"), "{text}");
            assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            if let Some(code) = rejection.official_code() {
                assert!(text.ends_with(&format!(" ({code})")), "{text}");
            }
        }
        // The punctuation is Chinese too, and no half-width mark stands behind a Chinese character.
        let pairs = chinese.chars().zip(chinese.chars().skip(1));
        for (one, next) in pairs {
            assert!(!(is_chinese(one) && ",.:;!?".contains(next)), "{chinese}");
        }
        // What is to be changed has the same name in both.
        for name in [
            "EncodingAESKey",
            "body_limit",
            "body_timeout",
            "or_key",
            "max_age",
            "per_request",
            "protect",
            "nginx",
        ] {
            assert_eq!(english.contains(name), chinese.contains(name), "{name}: {english} {chinese}");
        }
        assert!(texts.insert(english) && texts.insert(chinese));
    }
    assert_eq!(texts.len(), 2 * Rejection::all().count());
}

/// What names a key or an id says which one, as the platforms have several.
#[test]
fn a_reason_names_the_right_cure() {
    for (fault, names) in [
        (EnvelopeFault::Padding, &["EncodingAESKey", "or_key"][..]),
        (EnvelopeFault::LengthField, &["EncodingAESKey", "or_key"]),
        (EnvelopeFault::WrongReceiveId, &["AppID", "component", "CorpID", "SuiteID"]),
    ] {
        for language in [Language::English, Language::Chinese] {
            let text = Rejection::Envelope(fault).in_language(language).to_string();
            assert!(names.iter().all(|name| text.contains(name)), "{text}");
        }
    }
    let console = Rejection::Wiring(WiringFault::ConsoleInPlainMode);
    for language in [Language::English, Language::Chinese] {
        let text = console.in_language(language).to_string();
        assert!(
            ["明文模式", "EncodingAESKey", "安全模式", "Verifier::new"]
                .iter()
                .all(|part| text.contains(part)),
            "{text}"
        );
        // What sent people to WeCom and to their proxy.
        assert!(["WeCom", "企业微信", "proxy", "代理"].iter().all(|part| !text.contains(part)), "{text}");
    }
}
