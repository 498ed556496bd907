//! What holds for every input, checked on random ones.

use std::time::{Duration, SystemTime};

use echostr::{
    Callback, Parameter, Rejection, Signature, Verifier, adapter::Decision, rejection::QueryFault,
};
use proptest::{collection::vec, prelude::*};

use crate::support::fully_escaped;

const METHODS: [&str; 6] = ["GET", "POST", "HEAD", "PUT", "get", ""];

fn verifier(token: &str) -> Verifier {
    Verifier::new(token).expect("a token")
}

/// `bytes` with every one of them escaped.
fn escaped(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn text(bytes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let most = *bytes.end();
    let any_text = vec(any::<char>(), bytes.clone()).prop_map(move |chars| {
        let mut text = String::new();
        for c in chars {
            if text.len().saturating_add(c.len_utf8()) <= most {
                text.push(c);
            }
        }
        text
    });
    // Digits are what the platform sends, and what sorts in among the digits of the timestamp.
    let digits = vec(proptest::char::range('0', '9'), bytes).prop_map(String::from_iter);
    prop_oneof![any_text, digits]
}

fn token() -> impl Strategy<Value = String> {
    text(1..=40)
}

fn nonce() -> impl Strategy<Value = String> {
    text(1..=32)
}

fn same(one: &Callback, other: &Callback) -> bool {
    one.timestamp() == other.timestamp()
        && one.nonce() == other.nonce()
        && one.openid() == other.openid()
        && one.signature() == other.signature()
}

/// What must hold whenever a query is accepted, however odd it looks.
fn assert_sound(token: &str, query: &str) {
    for method in METHODS {
        match verifier(token).verify(method, query) {
            Ok(Decision::Callback(callback)) => {
                let expected = Signature::compute([token, callback.timestamp(), callback.nonce()]);
                assert_eq!(callback.signature(), &expected);
                assert!(callback.timestamp().bytes().all(|byte| byte.is_ascii_digit()));
                assert!((1..=20).contains(&callback.timestamp().len()));
                assert!((1..=32).contains(&callback.nonce().len()));
            }
            Ok(Decision::Handshake(echo)) => assert!(method == "GET" && !echo.is_empty()),
            Ok(Decision::Envelope(_)) => unreachable!("an envelope in plain mode: {query}"),
            Err(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn anything_signed_verifies(token in token(), timestamp: u64, nonce in nonce()) {
        let verifier = verifier(&token);
        let query = verifier.sign(timestamp, &nonce);
        for method in METHODS {
            let Ok(Decision::Callback(callback)) = verifier.verify(method, &query) else {
                panic!("{method} {query}: {:?}", verifier.verify(method, &query));
            };
            prop_assert_eq!(callback.timestamp(), timestamp.to_string());
            prop_assert_eq!(callback.unix_time(), Some(Duration::from_secs(timestamp)));
            prop_assert_eq!(callback.nonce(), &nonce);
            prop_assert_eq!(callback.openid(), None);
        }
    }

    #[test]
    fn the_echo_is_the_text_that_was_sent(token in token(), timestamp: u64, nonce in nonce(), echo in text(1..=100)) {
        let verifier = verifier(&token);
        for escape in [escaped, |bytes: &[u8]| fully_escaped(bytes)] {
            let query = format!("{}&echostr={}", verifier.sign(timestamp, &nonce), escape(echo.as_bytes()));
            let Ok(Decision::Handshake(answered)) = verifier.verify("GET", &query) else { panic!("{query}") };
            prop_assert_eq!(&answered, &echo);
            prop_assert!(matches!(verifier.verify("POST", &query), Ok(Decision::Callback(_))));
        }
    }

    /// Against the SHA-1 of another author, for every length around the end of a block and for parts that differ late.
    #[test]
    fn a_signature_is_the_sha1_of_the_sorted_parts(parts in [part(), part(), part(), part()]) {
        let sha1 = |parts: &[&[u8]]| {
            let mut sorted = parts.to_vec();
            sorted.sort_unstable();
            sha1_smol::Sha1::from(sorted.concat()).hexdigest()
        };
        let [a, b, c, d] = parts.each_ref().map(Vec::as_slice);
        prop_assert_eq!(format!("{:x}", Signature::compute([a, b, c])), sha1(&[a, b, c]));
        prop_assert_eq!(format!("{:x}", Signature::compute([a, b, c, d])), sha1(&[a, b, c, d]));
        prop_assert_eq!(format!("{:x}", Signature::compute([a])), sha1(&[a]));
    }

    #[test]
    fn another_token_is_refused(token in token(), other in token(), timestamp: u64, nonce in nonce()) {
        prop_assume!(token != other);
        // Pieces without a separator: two tokens of digits can give one text with the same timestamp and nonce.
        let signature = |token| Signature::compute([token, &timestamp.to_string(), &nonce]);
        prop_assume!(signature(&token) != signature(&other));
        let query = verifier(&other).sign(timestamp, &nonce);
        let refused = verifier(&token).verify("POST", &query).err();
        // A nonce that holds an escape looks like one that was escaped once more on the way.
        let looks_escaped = nonce.contains('%') && refused == Some(Rejection::Query(QueryFault::EscapedAgain));
        prop_assert!(looks_escaped || refused == Some(Rejection::WrongSignature), "{:?}", refused);
    }

    #[test]
    fn any_changed_byte_is_refused(
        token in token(), timestamp: u64, nonce in nonce(),
        which in 0..3_usize, position: prop::sample::Index, replacement: u8,
    ) {
        let timestamp = timestamp.to_string();
        let signature = format!("{:x}", Signature::compute([&token, &timestamp, &nonce]));
        let mut parts = [signature, timestamp, nonce].map(String::into_bytes);
        let query = |parts: &[Vec<u8>; 3]| {
            let [signature, timestamp, nonce] = parts.each_ref().map(|part| escaped(part));
            format!("signature={signature}&timestamp={timestamp}&nonce={nonce}")
        };
        prop_assert!(verifier(&token).verify("POST", &query(&parts)).is_ok());

        let byte = position.get_mut(&mut parts[which]);
        // In upper case a digit of the signature is the same digit.
        prop_assume!(if which == 0 { !byte.eq_ignore_ascii_case(&replacement) } else { *byte != replacement });
        *byte = replacement;
        let changed = query(&parts);
        let Err(rejection) = verifier(&token).verify("POST", &changed) else { panic!("accepted {changed}") };
        prop_assert!(
            matches!(
                rejection,
                Rejection::WrongSignature | Rejection::Query(QueryFault::Malformed(_) | QueryFault::EscapedAgain)
            ),
            "{rejection:?} for {changed}"
        );
    }

    #[test]
    fn order_and_the_users_own_parameters_do_not_matter(
        token in token(), timestamp: u64, nonce in nonce(), openid in text(1..=64),
        own in vec((text(0..=20), proptest::option::of(text(0..=20))), 0..6),
        seed in vec(any::<u32>(), 16),
    ) {
        let verifier = verifier(&token);
        let plain = format!("{}&openid={}", verifier.sign(timestamp, &nonce), escaped(openid.as_bytes()));
        let Ok(Decision::Callback(expected)) = verifier.verify("POST", &plain) else { panic!("{plain}") };
        prop_assert_eq!(expected.openid(), Some(openid.as_str()));

        let own = own.into_iter().map(|(key, value)| {
            // The prefix keeps a random key from being one of WeChat's.
            let key = format!("my_{}", escaped(key.as_bytes()));
            value.map_or(key.clone(), |value| format!("{key}={}", escaped(value.as_bytes())))
        });
        let mut pairs: Vec<_> = plain.split('&').map(str::to_owned).chain(own).zip(seed).collect();
        pairs.sort_by_key(|(_, seed)| *seed);
        let shuffled = pairs.into_iter().map(|(pair, _)| pair).collect::<Vec<_>>().join("&");
        let Ok(Decision::Callback(callback)) = verifier.verify("POST", &shuffled) else { panic!("{shuffled}") };
        prop_assert!(same(&callback, &expected), "{shuffled}");
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..300), token in token()) {
        assert_sound(&token, &String::from_utf8_lossy(&bytes));
        assert_sound(&token, &fully_escaped(&bytes));
        // As the values of WeChat's own parameters they come further.
        let value = fully_escaped(&bytes);
        for name in ["signature", "timestamp", "nonce", "echostr", "openid", "encrypt_type", "msg_signature"] {
            let others = verifier(&token).sign(1_540_176_606, "1854606751");
            assert_sound(&token, &others.replace(&format!("{name}="), &format!("{name}={value}")));
            assert_sound(&token, &format!("{name}={value}&{others}"));
            assert_sound(&token, &format!("{others}&{name}={}", String::from_utf8_lossy(&bytes)));
        }
        #[cfg(debug_assertions)]
        for method in METHODS {
            let query = format!("echostr={value}&timestamp={value}&nonce={value}&signature={value}");
            let _ = Verifier::dangerous_unverified().verify(method, &query);
        }
    }

    #[test]
    fn a_damaged_query_never_panics(
        timestamp: u64, nonce in nonce(), echo in text(1..=40),
        splices in vec((any::<prop::sample::Index>(), 0..4_usize, splice()), 1..5),
    ) {
        let token = "Zq8vT3nLw5Rk";
        let mut query = format!(
            "id=743&{}&echostr={}&openid=o1234&flag",
            verifier(token).sign(timestamp, &nonce),
            escaped(echo.as_bytes())
        );
        for (position, cut, new) in splices {
            let bytes = query.as_bytes();
            let (head, tail) = bytes.split_at(position.index(bytes.len()));
            let damaged = [head, new.as_bytes(), tail.get(cut..).unwrap_or_default()].concat();
            query = String::from_utf8_lossy(&damaged).into_owned();
            assert_sound(token, &query);
        }
    }

    #[test]
    fn freshness_is_plain_arithmetic((now, sent, max_age) in clocks()) {
        let from_1970 = Duration::from_secs(now.unsigned_abs());
        let clock = if now < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(from_1970)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(from_1970)
        };
        // Not every platform's clock can show every time.
        let Some(clock) = clock else { return Ok(()) };
        let distance = i128::from(now).abs_diff(i128::from(sent));
        let fresh = distance <= u128::from(max_age);

        let verifier = verifier("Zq8vT3nLw5Rk").max_age(Duration::from_secs(max_age));
        let query = verifier.sign(sent, "1854606751");
        let result = verifier.verify_at(clock, "POST", &query);
        let expected = if fresh { None } else { Some(Rejection::Stale) };
        prop_assert_eq!(result.err(), expected, "now {} sent {} max_age {}", now, sent, max_age);
    }
}

/// Bytes with few differences, so that parts are often alike at the beginning.
fn part() -> impl Strategy<Value = Vec<u8>> {
    vec(prop::sample::select(&[0_u8, b'1'][..]), 0..20)
}

/// WeCom's nonces are numbers near the timestamp, so that the two differ late.
#[test]
fn parts_that_begin_alike_are_sorted_too() {
    let (low, high) = ("1713424391", "1713424427");
    for token in ["Zq8vT3nLw5Rk", "17134243", "1713424391a", "1713424427"] {
        let mut sorted = [token, low, high];
        sorted.sort_unstable();
        let expected = sha1_smol::Sha1::from(sorted.concat()).hexdigest();
        for parts in [[token, low, high], [token, high, low], [low, token, high], [high, low, token]] {
            assert_eq!(format!("{:x}", Signature::compute(parts)), expected, "{parts:?}");
        }
    }
}

/// The query is looked at in blocks: WeChat's parameters are found, and what is wrong is seen, at every place in one.
#[test]
fn parameters_are_seen_wherever_they_stand() {
    let verifier = verifier("Zq8vT3nLw5Rk");
    let signed = verifier.sign(1_540_176_606, "1854606751");
    let Ok(Decision::Callback(expected)) = verifier.verify("POST", &signed) else { panic!("{signed}") };
    for length in 0..200 {
        let own = "x".repeat(length);
        for query in
            [format!("{own}&{signed}"), format!("{signed}&{own}"), signed.replace('&', &format!("&{own}&"))]
        {
            let Ok(Decision::Callback(callback)) = verifier.verify("POST", &query) else { panic!("{query}") };
            assert!(same(&callback, &expected), "{query}");
            for (wrong, rejection) in [
                ("%", Rejection::Query(QueryFault::BadEscape)),
                ("&nonce", Rejection::Query(QueryFault::Duplicate(Parameter::Nonce))),
                ("&echostr", Rejection::Query(QueryFault::Empty(Parameter::Echostr))),
                ("&nonce=1", Rejection::Query(QueryFault::Duplicate(Parameter::Nonce))),
                ("&%6eonce=1", Rejection::Query(QueryFault::Duplicate(Parameter::Nonce))),
            ] {
                let query = format!("{query}{wrong}");
                assert_eq!(verifier.verify("POST", &query).err(), Some(rejection), "{query}");
            }
        }
    }
}

/// Pieces that mean something to a query, or to those who decode it.
fn splice() -> impl Strategy<Value = String> {
    const PIECES: &[&str] =
        &["", "&", "=", "%", "%2", "%zz", "%00", "%ff", "+", "&nonce=1", "&echostr", "%6eonce=", "é", "\0"];
    prop_oneof![prop::sample::select(PIECES).prop_map(str::to_owned), text(0..=8)]
}

/// Now, the timestamp and the greatest age, in seconds: anything, and what lies close to the limit.
fn clocks() -> impl Strategy<Value = (i64, u64, u64)> {
    const NOWS: &[i64] = &[i64::MIN, -1, 0, 1, i64::MAX];
    const EDGES: &[u64] = &[0, 1, i64::MAX.unsigned_abs(), u64::MAX];

    let close = (any::<i64>(), any::<u64>(), -2..=2_i64).prop_map(|(now, sent, off)| {
        let distance = i128::from(now).abs_diff(i128::from(sent));
        let max_age = u64::try_from(distance).unwrap_or(u64::MAX);
        (now, sent, max_age.saturating_add_signed(off))
    });
    let present = (0..4_000_000_000_i64, -1_000..=1_000_i64, 0..1_000_u64)
        .prop_map(|(now, off, max_age)| (now, now.saturating_add(off).unsigned_abs(), max_age));
    let edges = (prop::sample::select(NOWS), prop::sample::select(EDGES), prop::sample::select(EDGES));
    prop_oneof![any::<(i64, u64, u64)>(), close, present, edges]
}
