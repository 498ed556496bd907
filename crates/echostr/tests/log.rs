//! What stands in the log: enough to find a request, nothing that lets its reader forge one.

use std::{
    cell::Cell,
    fmt::{Debug, Write as _},
    io,
    sync::{Arc, Mutex, PoisonError},
};

use echostr::{
    EncodingAesKey, Language, Parameter, ReceiveId, Rejection, Verifier,
    adapter::log,
    rejection::{QueryFault, WiringFault},
};
use proptest::prelude::*;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber::with_default,
};
use tracing_subscriber::{
    filter::LevelFilter,
    layer::{Context, Layer, SubscriberExt as _},
};

const TOKEN: &str = "Zq8vT3nLw5Rk";
const SIGNATURE: &str = "6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";
const MSG_SIGNATURE: &str = "71dc359205a4660bc3b3046b643452c994b5897d";
const QUERY: &str = "id=743&signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba&timestamp=1540176606&nonce=1854606751\
                     &openid=ooUo26seZPcU3qKfcMiXLneG3fO4&encrypt_type=aes\
                     &msg_signature=71dc359205a4660bc3b3046b643452c994b5897d&%E5%90%8D=a%20b+c&flag";

type Headers<'h> = &'h [(&'h str, &'h [u8])];

struct Line {
    level: Level,
    target: String,
    text: String,
}

/// Keeps every event of its thread.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Line>>>);

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        let metadata = event.metadata();
        let line = Line { level: *metadata.level(), target: metadata.target().to_owned(), text: text.0 };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

/// The events that `run` emits.
///
/// Everything in this file runs in here: where a call site is first met on a thread without a subscriber, `tracing`
/// may take it for switched off.
fn recorded(run: impl FnOnce()) -> Vec<Line> {
    let recorder = Recorder::default();
    with_default(tracing_subscriber::registry().with(recorder.clone()), run);
    std::mem::take(&mut *recorder.0.lock().unwrap_or_else(PoisonError::into_inner))
}

fn received(query: &str, headers: Headers<'_>) -> Vec<Line> {
    recorded(|| log::received("POST", "/wx", query, || headers.iter().copied()))
}

/// Like [`received`], for a single event.
fn received_text(query: &str, headers: Headers<'_>) -> String {
    received(query, headers).into_iter().map(|line| line.text).collect()
}

#[test]
fn a_request_is_one_event_with_everything_in_it() {
    let lines = received(
        QUERY,
        &[
            ("user-agent", b"Mozilla/4.0"),
            ("accept", b"*/*"),
            ("x-forwarded-for", b"1.2.3.4"),
            ("accept", b"text/xml"),
        ],
    );
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!((line.level, &*line.target), (Level::INFO, "echostr::callback"));
    assert_eq!(line.target, echostr::CALLBACK_TARGET);
    for expected in [
        "POST",
        "/wx",
        r#""id": "743""#,
        r#""signature": "6a62fc79…""#,
        r#""timestamp": "1540176606""#,
        r#""nonce": "1854606751""#,
        r#""openid": "ooUo26seZPcU3qKfcMiXLneG3fO4""#,
        r#""encrypt_type": "aes""#,
        r#""msg_signature": "71dc3592…""#,
        r#""名": "a b+c""#,
        r#""flag": """#,
        r#""user-agent": "Mozilla/4.0""#,
        r#""accept": "*/*""#,
        r#""x-forwarded-for": "1.2.3.4""#,
        r#""accept": "text/xml""#,
    ] {
        assert!(line.text.contains(expected), "{expected} in {}", line.text);
    }
    assert_no_signature(&line.text);
}

/// Not even one digit more than the eight.
fn assert_no_signature(text: &str) {
    let text = text.to_lowercase();
    for signature in [SIGNATURE, MSG_SIGNATURE] {
        let (nine, _) = signature.split_at(9);
        assert!(!text.contains(nine), "{text}");
    }
}

#[test]
fn a_signature_is_shortened_wherever_it_stands() {
    let url = format!("/wx?{QUERY}");
    let nested = format!("own=https%3A%2F%2Fexample.com%2F%3Fsignature%3D{SIGNATURE}%26a%3D1");
    let upper = format!("signature={}", SIGNATURE.to_uppercase());
    let escaped = format!("%73ignature={SIGNATURE}");
    let escaped_value = QUERY.replace("=6a62", "=%36%61%36%32");
    let twice = format!("{QUERY}&signature={SIGNATURE}");
    for query in [QUERY, &nested, &upper, &escaped, &escaped_value, &twice] {
        let text = received_text(query, &[]);
        assert!(text.to_lowercase().contains("6a62fc79…"), "{text}");
        assert_no_signature(&text);
    }
    let referer = format!("https://example.com/?u=%3Fsignature%3D{SIGNATURE}");
    for (name, value) in [
        ("x-original-uri", url.as_str()),
        ("referer", &referer),
        ("x-own", SIGNATURE),
        ("X-Original-URL", &upper),
    ] {
        let text = received_text("", &[(name, value.as_bytes())]);
        assert!(text.contains(name) && text.contains('…'), "{text}");
        assert_no_signature(&text);
    }
    // By its name, even if some of its digits are missing.
    for name in ["signature", "msg_signature"] {
        let text = received_text(&format!("{name}=6a62fc79ddf8"), &[]);
        assert!(text.contains(r#"signature": "6a62fc79…""#), "{text}");
    }
    // What is shorter than a signature stays whole elsewhere.
    let text =
        received_text("own=6a62fc79ddf83b3f", &[("x-request-id", b"0123456789abcdef0123456789abcdef")]);
    assert!(text.contains("6a62fc79ddf83b3f") && text.contains("0123456789abcdef0123456789abcdef"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_surroundings_bring_a_signature_to_light(before: Vec<u8>, after: Vec<u8>) {
        let value = [&before, SIGNATURE.as_bytes(), &after].concat();
        let own = percent_encoding::percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
        let text = received_text(&format!("own={own}&nonce={own}&signature={own}"), &[("x-original-uri", &value)]);
        prop_assert!(!text.contains(SIGNATURE), "{}", text);
        prop_assert!(text.contains('…') && !text.contains('\n'), "{}", text);
    }
}

/// Frameworks that make a header's texts as they are asked for them have none to lend.
#[test]
fn headers_may_be_owned() {
    let headers = [("Cookie".to_owned(), "a".to_owned()), ("host".to_owned(), "example.com".to_owned())];
    let owned = recorded(|| log::received("POST", "/wx", QUERY, || headers.clone().into_iter()));
    let borrowed = received(QUERY, &[("Cookie", b"a"), ("host", b"example.com")]);
    assert_eq!(owned.len(), 1);
    assert_eq!(owned[0].text, borrowed[0].text);
    assert!(owned[0].text.contains(r#""Cookie": "[REDACTED]", "host": "example.com""#), "{}", owned[0].text);
}

#[test]
fn credentials_are_masked() {
    for name in ["authorization", "Authorization", "COOKIE", "cookie", "Proxy-Authorization", "Set-Cookie"] {
        let text = received_text(QUERY, &[(name, b"opensesame"), ("host", b"example.com")]);
        assert!(text.contains(&format!(r#""{name}": "[REDACTED]""#)), "{text}");
        assert!(!text.contains("opensesame") && text.contains("example.com"), "{text}");
    }
}

/// What the examples do: `tracing_subscriber::fmt` writes to a file.
#[test]
fn a_line_stays_a_line() {
    #[derive(Clone, Default)]
    struct File(Arc<Mutex<Vec<u8>>>);

    impl io::Write for File {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let file = File::default();
    let writer = file.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    with_default(subscriber, || {
        let query = "a=1%0A2%0D%0A3&%0Akey=%1B[31m&b=%E2%80%A8%C2%85&nonce=%0a";
        let headers: Headers<'_> = &[("x-own", b"1\n2\r3"), ("x-bytes", b"\xff\xfe\n\x00")];
        log::received("POST\n", "/wx\n2018 INFO forged", query, || headers.iter().copied());
        log::refused(Rejection::WrongSignature, Language::English, "POST\n", "/wx\r\n2018 INFO forged");
    });
    let written = String::from_utf8(std::mem::take(&mut *file.0.lock().unwrap())).unwrap();
    assert_eq!(written.lines().count(), 2, "{written}");
    for control in ['\r', '\u{1b}', '\u{2028}', '\u{85}', '\0'] {
        assert!(!written.contains(control), "{written:?}");
    }
    assert!(written.contains(r"1\n2\r\n3") && written.contains(r"\u{1b}[31m"), "{written}");
}

#[test]
fn bytes_that_are_not_utf_8() {
    let text =
        received_text("own=%ff%fe&signature=%ff%ff", &[("x-own", b"\xff\xfeseen"), ("x-more", b"\xc3")]);
    assert!(text.contains("seen") && text.contains("x-more") && text.contains("own"), "{text}");
}

#[test]
fn nothing_is_formatted_while_nobody_listens() {
    let asked = Cell::new(0);
    let headers = || {
        asked.set(asked.get() + 1);
        std::iter::empty::<(&str, &[u8])>()
    };
    let listen = |level: LevelFilter| {
        let recorder = Recorder::default();
        let enabled = with_default(tracing_subscriber::registry().with(recorder.clone()).with(level), || {
            log::received("POST", "/wx", QUERY, headers);
            log::received_is_enabled()
        });
        (enabled, recorder.0.lock().unwrap().len(), asked.replace(0))
    };
    assert_eq!(listen(LevelFilter::OFF), (false, 0, 0));
    assert_eq!(listen(LevelFilter::WARN), (false, 0, 0));
    assert_eq!(listen(LevelFilter::INFO), (true, 1, 1));
}

#[test]
fn refusals() {
    let rejections = [
        (Rejection::Query(QueryFault::NoParameters), Level::DEBUG),
        (Rejection::WrongSignature, Level::WARN),
        (Rejection::Stale, Level::WARN),
        (Rejection::Query(QueryFault::Missing(Parameter::Nonce)), Level::WARN),
        (Rejection::Wiring(WiringFault::UnknownAccount), Level::WARN),
    ];
    for (rejection, level) in rejections {
        for language in [Language::English, Language::Chinese] {
            let lines = recorded(|| log::refused(rejection, language, "POST", "/wx"));
            assert_eq!(lines.len(), 1);
            assert_eq!(lines[0].level, level, "{rejection:?}");
            // Not among the requests that a user writes to a file.
            assert_ne!(lines[0].target, echostr::CALLBACK_TARGET);
            for expected in ["POST", "/wx", &rejection.in_language(language).to_string()] {
                assert!(lines[0].text.contains(expected), "{}", lines[0].text);
            }
        }
    }
}

/// A console page that encrypts and a server in plain mode: said once, at a message that is genuine.
#[test]
fn encrypted_messages_at_a_plain_verifier_are_warned_of_once() {
    let mut verifier = None;
    recorded(|| {
        verifier = Some(Verifier::new(TOKEN).and_then(|new| new.or_token("Previous1Token")).unwrap());
    });
    let verifier = verifier.unwrap();
    let plain = verifier.sign(1_540_176_606, "1854606751");
    let encrypted = format!("{plain}&encrypt_type=aes&msg_signature={MSG_SIGNATURE}");
    let handshake = format!("{encrypted}&echostr=1");
    let lines = |verifier: &Verifier, method: &str, query: &str, is_genuine: bool| {
        recorded(|| assert_eq!(verifier.verify(method, query).is_ok(), is_genuine, "{query}"))
    };

    // Neither a forged one nor one that is not encrypted, however it says so, nor a handshake.
    let strict = verifier.clone().max_age(std::time::Duration::from_secs(300));
    assert_eq!(lines(&verifier, "POST", &encrypted.replace("1854606751", "1"), false).len(), 0);
    assert_eq!(lines(&strict, "POST", &encrypted, false).len(), 0, "an old one sent again");
    for query in [&plain, &format!("{plain}&encrypt_type=raw"), &format!("{plain}&encrypt_type=")] {
        assert_eq!(lines(&verifier, "POST", query, true).len(), 0, "{query}");
    }
    assert_eq!(lines(&verifier, "GET", &handshake, true).len(), 0);

    let clone = verifier.clone().named("shop");
    let warned = lines(&clone, "POST", &encrypted, true);
    assert_eq!(warned.len(), 1);
    assert_eq!(warned[0].level, Level::WARN);
    for part in ["encrypt_type=aes", "明文模式", "Verifier::encrypted"] {
        assert!(warned[0].text.contains(part), "{}", warned[0].text);
    }
    assert!(!warned[0].text.contains(TOKEN));
    assert_no_signature(&warned[0].text);
    for verifier in [&clone, &verifier, &verifier.clone()] {
        assert_eq!(lines(verifier, "POST", &encrypted, true).len(), 0, "once for all clones");
    }
    // Another verifier says it again; one with a key has nothing to say.
    let mut other = None;
    recorded(|| other = Some(Verifier::new(TOKEN).unwrap()));
    assert_eq!(lines(&other.unwrap(), "POST", &encrypted, true).len(), 1);
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
    let with_key = Verifier::encrypted(TOKEN, key, ReceiveId::any()).unwrap();
    assert_eq!(lines(&with_key, "POST", &encrypted, true).len(), 0);
}

#[test]
fn weak_tokens_are_warned_of() {
    for (token, reason) in [
        ("weixin", "tutorials"),
        ("test", "tutorials"),
        ("ab", "shorter than 3"),
        ("微信", "shorter than 3"),
        (" token ", "white space"),
        ("Zq8vT3nLw5Rk\n", "white space"),
    ] {
        let new = recorded(|| assert!(Verifier::new(token).is_ok(), "{token:?} works"));
        let previous = recorded(|| assert!(Verifier::new(TOKEN).and_then(|new| new.or_token(token)).is_ok()));
        for lines in [new, previous] {
            assert_eq!(lines.len(), 1, "{token:?}");
            assert_eq!(lines[0].level, Level::WARN);
            assert!(lines[0].text.contains(reason), "{}", lines[0].text);
            assert!(!lines[0].text.contains("weixin") && !lines[0].text.contains(TOKEN), "{}", lines[0].text);
        }
    }
}

#[test]
fn a_good_token_is_not_warned_of() {
    for token in [TOKEN, "LTS_TOKEN", "abc", "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo"] {
        let lines = recorded(|| assert!(Verifier::new(token).is_ok()));
        assert!(lines.is_empty(), "{token}");
    }
}

/// The core decides; the adapter logs. Nor is the token or the expected signature ever in an event of its own.
#[test]
fn verify_itself_is_silent() {
    let lines = recorded(|| {
        let verifier = Verifier::new(TOKEN).unwrap();
        assert!(verifier.verify("POST", &verifier.sign(1_540_176_606, "1854606751")).is_ok());
        assert_eq!(verifier.verify("POST", QUERY).err(), Some(Rejection::WrongSignature));
    });
    assert!(lines.is_empty());
}

#[cfg(debug_assertions)]
#[test]
fn dangerous_unverified_warns_each_time() {
    let mut verifier = None;
    let built = recorded(|| verifier = Some(Verifier::dangerous_unverified()));
    assert_eq!(built.len(), 1);
    assert_eq!(built[0].level, Level::WARN);
    assert!(built[0].text.contains("dangerous_unverified"), "{}", built[0].text);

    let verifier = verifier.unwrap();
    for query in ["", QUERY, "echostr=1", "nonce=1&nonce=2"] {
        for method in ["GET", "POST"] {
            let lines = recorded(|| assert!(verifier.verify(method, query).is_ok()));
            assert_eq!(lines.len(), 1, "{method} {query}");
            assert_eq!(lines[0].level, Level::WARN);
            assert!(lines[0].text.contains("dangerous_unverified"), "{}", lines[0].text);
            assert_no_signature(&lines[0].text);
        }
    }
}

#[cfg(debug_assertions)]
#[test]
fn dangerous_unverified_passes_everything_on() {
    use echostr::adapter::Decision;

    recorded(|| {
        let verifier = Verifier::dangerous_unverified();
        for (query, expected) in [
            ("echostr=3892692869596528638", "3892692869596528638"),
            ("id=743&echostr=a%2Bb+c&signature=forged", "a+b+c"),
            ("%65chostr=1", "1"),
        ] {
            let Ok(Decision::Handshake(echo)) = verifier.verify("GET", query) else { panic!("{query}") };
            assert_eq!(echo, expected);
            // Not reflected here either.
            assert!(matches!(verifier.verify("POST", query), Ok(Decision::Callback(_))), "{query}");
        }

        let Ok(Decision::Callback(callback)) = verifier.verify("POST", QUERY) else { panic!("{QUERY}") };
        assert_eq!(callback.timestamp(), "1540176606");
        assert_eq!(callback.nonce(), "1854606751");
        assert_eq!(callback.openid(), Some("ooUo26seZPcU3qKfcMiXLneG3fO4"));
        assert_eq!(format!("{:x}", callback.signature()), SIGNATURE);

        let long = "x".repeat(10_000);
        for query in ["", "&=&", "nonce=%ff%", "signature=1&timestamp=x", "nonce=1&nonce=2", long.as_str()] {
            for method in ["GET", "POST"] {
                assert!(
                    matches!(verifier.verify(method, query), Ok(Decision::Callback(_))),
                    "{method} {query}"
                );
            }
        }
    });
}
