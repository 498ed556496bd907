//! Each reason for a refusal, with its neighbour that is accepted.
#![expect(
    clippy::expect_used,
    reason = "the token of these tests is not empty, so the verifier is always built"
)]

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use echostr::{
    Callback, ConfigError, Parameter, Rejection, Signature, Verifier, adapter::Decision,
    rejection::QueryFault,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const TOKEN: &str = "Zq8vT3nLw5Rk";
const TIMESTAMP: &str = "1540176606";
const NONCE: &str = "1854606751";

const PARAMETERS: [Parameter; 7] = [
    Parameter::Signature,
    Parameter::Timestamp,
    Parameter::Nonce,
    Parameter::Echostr,
    Parameter::Openid,
    Parameter::EncryptType,
    Parameter::MsgSignature,
];

fn verifier() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

/// The three parameters, rightly signed: only what a test does to them afterwards is wrong.
fn signed(timestamp: &str, nonce: &str) -> String {
    let signature = Signature::compute([TOKEN, timestamp, nonce]);
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("signature={signature:x}&timestamp={}&nonce={}", encode(timestamp), encode(nonce))
}

fn valid() -> String {
    signed(TIMESTAMP, NONCE)
}

/// All seven of WeChat's parameters, each once.
fn all_seven() -> String {
    let msg_signature = "71dc359205a4660bc3b3046b643452c994b5897d";
    format!("{}&echostr=38926&openid=o1234&encrypt_type=aes&msg_signature={msg_signature}", valid())
}

fn refusal(query: &str) -> Option<Rejection> {
    verifier().verify("POST", query).err()
}

fn accepted(verifier: &Verifier, query: &str) -> Option<Callback> {
    match verifier.verify("POST", query) {
        Ok(Decision::Callback(callback)) => Some(callback),
        Ok(Decision::Handshake(_) | Decision::Envelope(_)) | Err(_) => None,
    }
}

/// `query` with another value for `parameter`.
fn with_value(query: &str, parameter: Parameter, value: &str) -> String {
    replaced(query, parameter, &format!("{parameter}={value}"))
}

/// `query` with another text in place of `parameter` and its value.
fn replaced(query: &str, parameter: Parameter, pair: &str) -> String {
    let name = format!("{parameter}=");
    let pairs = query.split('&').map(|old| if old.starts_with(&name) { pair } else { old });
    pairs.collect::<Vec<_>>().join("&")
}

fn fully_escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[test]
fn none_of_wechats_parameters() {
    for query in
        ["", "&", "&&&", "=", "=&=", "id=743", "page=2&sort=asc", "Signature=1", "nonces=1", "my_nonce", "%"]
    {
        assert_eq!(refusal(query), Some(Rejection::Query(QueryFault::NoParameters)), "{query:?}");
    }
}

#[test]
fn a_parameter_is_missing() {
    for parameter in [Parameter::Signature, Parameter::Timestamp, Parameter::Nonce] {
        let query = all_seven();
        assert_eq!(refusal(&query), None);
        assert_eq!(
            refusal(&replaced(&query, parameter, "")),
            Some(Rejection::Query(QueryFault::Missing(parameter)))
        );
        // Another case is another parameter.
        let other = format!("{}=1", parameter.name().to_uppercase());
        assert_eq!(
            refusal(&replaced(&query, parameter, &other)),
            Some(Rejection::Query(QueryFault::Missing(parameter)))
        );
    }
}

#[test]
fn a_parameter_is_empty() {
    for parameter in PARAMETERS {
        let query = all_seven();
        let name = parameter.name();
        for pair in
            [name.to_owned(), format!("{name}="), fully_escaped(name), format!("{}=", fully_escaped(name))]
        {
            let query = replaced(&query, parameter, &pair);
            assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::Empty(parameter))), "{query}");
        }
    }
}

#[test]
fn a_parameter_stands_twice() {
    let query = all_seven();
    for parameter in PARAMETERS {
        let name = parameter.name();
        let pair = query.split('&').find(|pair| pair.starts_with(&format!("{name}="))).unwrap();
        let (_, value) = pair.split_once('=').unwrap();
        let (first, rest) = name.split_at(1);
        let first_letter = format!("{}{rest}", fully_escaped(first));
        for key in [name.to_owned(), first_letter, fully_escaped(name), fully_escaped(name).to_uppercase()] {
            // With the same value or another one, in front or behind.
            for value in [value, "1"] {
                for query in [format!("{query}&{key}={value}"), format!("{key}={value}&id=743&{query}")] {
                    assert_eq!(
                        refusal(&query),
                        Some(Rejection::Query(QueryFault::Duplicate(parameter))),
                        "{query}"
                    );
                }
            }
            // The key alone may be written with escapes.
            assert_eq!(refusal(&replaced(&query, parameter, &format!("{key}={value}"))), None, "{key}");
        }
    }
    // Decoded once, not twice.
    assert_eq!(refusal(&format!("{query}&%256eonce=1")), None);
}

#[test]
fn a_misshapen_timestamp() {
    let refused = [
        "154017660x",
        "x540176606",
        "+1540176606",
        "-1540176606",
        "1540176606.0",
        "1e9",
        "0x5bcd3a9e",
        " 1540176606",
        "1540176606 ",
        "1540176606\n",
        "154017\u{0}6606",
        "１５４０",
        "١٥٤٠",
        "²",
        "000000000001540176606",
        "154017660615401766061540176606",
    ];
    for timestamp in refused {
        let query = signed(timestamp, NONCE);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp))),
            "{timestamp:?}"
        );
    }
    // Neither as a plus nor as the space that a form would make of it.
    for meant in ["+1540176606", " 1540176606"] {
        let query = with_value(&signed(meant, NONCE), Parameter::Timestamp, "+1540176606");
        assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp))));
    }
    for timestamp in
        ["0", "1540176606", "00000000001540176606", "18446744073709551615", "99999999999999999999"]
    {
        let callback = accepted(&verifier(), &signed(timestamp, NONCE)).unwrap();
        assert_eq!(callback.timestamp(), timestamp);
    }
}

#[test]
fn a_nonce_of_more_than_32_bytes() {
    let longest = ["x".repeat(32), "😀".repeat(8), format!("{}é", "1".repeat(30))];
    for nonce in longest {
        assert_eq!(nonce.len(), 32);
        assert_eq!(accepted(&verifier(), &signed(TIMESTAMP, &nonce)).unwrap().nonce(), nonce);

        let longer = format!("{nonce}1");
        let query = signed(TIMESTAMP, &longer);
        let raw = with_value(&query, Parameter::Nonce, &longer);
        let escaped = with_value(&query, Parameter::Nonce, &fully_escaped(&longer));
        for query in [query, raw, escaped] {
            assert_eq!(
                refusal(&query),
                Some(Rejection::Query(QueryFault::Malformed(Parameter::Nonce))),
                "{query}"
            );
        }
    }
}

#[test]
fn an_openid_of_more_than_64_bytes() {
    let (longest, longer) = ("o".repeat(64), "o".repeat(65));
    let callback = accepted(&verifier(), &format!("{}&openid={longest}", valid())).unwrap();
    assert_eq!(callback.openid(), Some(longest.as_str()));
    assert_eq!(
        refusal(&format!("{}&openid={longer}", valid())),
        Some(Rejection::Query(QueryFault::Malformed(Parameter::Openid)))
    );
}

#[test]
fn a_signature_that_is_not_40_hexadecimal_digits() {
    let right = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let (all_but_one, _) = right.split_at(39);
    let wrong = [
        "0".to_owned(),
        all_but_one.to_owned(),
        format!("{right}0"),
        format!("{right}{right}"),
        format!("{all_but_one}g"),
        format!("{all_but_one}+"),
        format!("+{all_but_one}"),
        format!("{right}%20"),
        format!("{right}%00"),
        format!("{all_but_one}%ff"),
        format!("0x{}", right.split_at(38).0),
        "é".repeat(20),
        "%ff".repeat(40),
    ];
    for signature in wrong {
        let query = with_value(&valid(), Parameter::Signature, &signature);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Signature))),
            "{signature}"
        );
        assert_eq!(Signature::parse(&signature).ok(), None);
    }
    // Escaped, they are the same digits.
    assert_eq!(refusal(&with_value(&valid(), Parameter::Signature, &fully_escaped(&right))), None);
}

#[test]
fn a_broken_escape() {
    for escape in ["%", "%2", "%zz", "%2z", "%z2", "%%41", "%é", "%+1"] {
        for parameter in PARAMETERS {
            // Everything else about the query is right: as its value the broken text is the one that was signed.
            let query = match parameter {
                Parameter::Nonce => with_value(&signed(TIMESTAMP, escape), parameter, escape),
                Parameter::Timestamp => with_value(&signed(escape, NONCE), parameter, escape),
                _ => with_value(&all_seven(), parameter, escape),
            };
            for query in [format!("{query}&id=743"), format!("id=743&{query}")] {
                assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::BadEscape)), "{query}");
            }
        }
        // Of the user's own too: the next parser may take the following `&` for a part of it.
        for own in [format!("id={escape}"), format!("{escape}=743"), escape.to_owned()] {
            for query in [format!("{own}&{}", valid()), format!("{}&{own}", valid())] {
                assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::BadEscape)), "{query}");
            }
        }
    }
    assert_eq!(refusal(&format!("id=100%25&%E4%bd%A0=%00&{}", valid())), None);
}

#[test]
fn not_utf_8() {
    // No bytes at all, a lone half, a form too long, a surrogate, beyond the last character.
    for escapes in ["%ff%fe", "%e4%bd", "%c0%80", "%ed%a0%80", "%f5%80%80%80", "1%ff"] {
        // Signed over the text that a careless decoder would make of it.
        let careless = percent_encoding::percent_decode_str(escapes).decode_utf8_lossy();
        let query = with_value(&signed(TIMESTAMP, &careless), Parameter::Nonce, escapes);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Nonce))),
            "{query}"
        );

        let query = with_value(&all_seven(), Parameter::Openid, escapes);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Openid))),
            "{query}"
        );

        let query = with_value(&all_seven(), Parameter::Echostr, escapes);
        let rejection = verifier().verify("GET", &query).err();
        assert_eq!(rejection, Some(Rejection::Query(QueryFault::Malformed(Parameter::Echostr))), "{query}");
    }
}

#[test]
fn a_query_over_8_kib() {
    let padded = |length: usize| {
        let query = format!("{}&own=", valid());
        let padding = "x".repeat(length.checked_sub(query.len()).unwrap());
        format!("{query}{padding}")
    };
    assert_eq!(padded(8192).len(), 8192);
    assert_eq!(refusal(&padded(8192)), None);
    assert_eq!(refusal(&padded(8193)), Some(Rejection::Query(QueryFault::TooLong)));
    assert_eq!(refusal(&"&".repeat(8193)), Some(Rejection::Query(QueryFault::TooLong)));
}

#[test]
fn the_signature_of_another_token() {
    for token in ["weixin", "zq8vT3nLw5Rk", "Zq8vT3nLw5R", "Zq8vT3nLw5Rkk", "Zq8vT3nLw5Rk ", " "] {
        let query = Verifier::new(token).unwrap().sign(1_540_176_606, NONCE);
        assert_eq!(refusal(&query), Some(Rejection::WrongSignature), "{token:?}");
    }
    // And of none.
    let query =
        format!("signature={:x}&timestamp={TIMESTAMP}&nonce={NONCE}", Signature::compute([TIMESTAMP, NONCE]));
    assert_eq!(refusal(&query), Some(Rejection::WrongSignature));
}

#[test]
fn one_character_changed() {
    let signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    for (parameter, right) in
        [(Parameter::Signature, &*signature), (Parameter::Timestamp, TIMESTAMP), (Parameter::Nonce, NONCE)]
    {
        for (position, old) in right.char_indices() {
            let new = if old == '0' { "1" } else { "0" };
            let mut changed = right.to_owned();
            changed.replace_range(position..=position, new);
            let query = with_value(&valid(), parameter, &changed);
            assert_eq!(refusal(&query), Some(Rejection::WrongSignature), "{query}");
        }
    }
}

fn clock(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).expect("a time that the clock can show")
}

fn clock_before_1970(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(seconds)).expect("a time that the clock can show")
}

#[test]
fn outside_max_age_both_ways() {
    let verifier = verifier().max_age(Duration::from_secs(300));
    let sent = 1_540_176_606;
    let moment = Duration::from_millis(1);
    for (now, fresh) in [
        (clock(sent), true),
        (clock(sent - 300), true),
        (clock(sent - 300) - moment, false),
        (clock(sent - 301), false),
        (clock(sent + 300), true),
        (clock(sent + 300) + moment, false),
        (clock(sent + 301), false),
        (clock(0), false),
        (clock_before_1970(sent), false),
    ] {
        let expected = if fresh { None } else { Some(Rejection::Stale) };
        assert_eq!(verifier.verify_at(now, "POST", &valid()).err(), expected, "{now:?}");
        // A handshake is no exception.
        assert_eq!(verifier.verify_at(now, "GET", &format!("{}&echostr=1", valid())).err(), expected);
    }
    // Without `max_age` the clock does not matter: that is the platform's rule.
    assert_eq!(self::verifier().verify_at(clock(0), "POST", &valid()).err(), None);
}

#[test]
fn max_age_at_the_edges_of_time() {
    const MAX: u64 = u64::MAX;
    let five_minutes = Duration::from_secs(300);
    let far = i64::MAX.unsigned_abs() / 2;
    let cases = [
        ("0", clock(0), Duration::ZERO, true),
        ("0", clock(1), Duration::ZERO, false),
        ("0", clock(300), five_minutes, true),
        ("0", clock(301), five_minutes, false),
        ("0", clock_before_1970(300), five_minutes, true),
        ("0", clock_before_1970(301), five_minutes, false),
        ("1", clock_before_1970(300), five_minutes, false),
        ("0", clock(far), Duration::MAX, true),
        ("0", clock(far), five_minutes, false),
        ("18446744073709551615", clock(1_540_176_606), five_minutes, false),
        ("18446744073709551615", clock(1_540_176_606), Duration::MAX, true),
        ("18446744073709551615", clock(0), Duration::from_secs(MAX), true),
        ("18446744073709551615", clock(0), Duration::from_secs(MAX - 1), false),
        // Further apart than any `Duration`.
        ("18446744073709551615", clock_before_1970(300), Duration::MAX, false),
        ("18446744073709551615", clock_before_1970(300), five_minutes, false),
        // 2^64 and more seconds are never fresh.
        ("18446744073709551616", clock(far), Duration::MAX, false),
        ("99999999999999999999", clock(1_540_176_606), Duration::MAX, false),
        ("99999999999999999999", clock_before_1970(300), five_minutes, false),
    ];
    for (timestamp, now, max_age, fresh) in cases {
        let verifier = verifier().max_age(max_age);
        let expected = if fresh { None } else { Some(Rejection::Stale) };
        let query = signed(timestamp, NONCE);
        assert_eq!(
            verifier.verify_at(now, "POST", &query).err(),
            expected,
            "{timestamp} {now:?} {max_age:?}"
        );
    }
}

#[test]
fn verify_reads_the_systems_clock() {
    let verifier = verifier().max_age(Duration::from_secs(300));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(verifier.verify("POST", &verifier.sign(now, NONCE)).err(), None);
    for sent in [0, now - 360, now + 360] {
        let query = verifier.sign(sent, NONCE);
        assert_eq!(verifier.verify("POST", &query).err(), Some(Rejection::Stale), "{sent}");
    }
}

#[test]
fn every_token_of_a_rotation_is_accepted() {
    let tokens = ["first-token", "second-token", "third-token", "fourth-token"];
    let signed = tokens.map(|token| Verifier::new(token).unwrap().sign(1_540_176_606, NONCE));
    // Every start, so that each token stands at each place.
    for start in 0..tokens.len() {
        let mut verifier = Verifier::new(tokens[start]).unwrap();
        assert_eq!(verifier.sign(1_540_176_606, NONCE), signed[start]);
        for known in 1..=tokens.len() {
            for (place, query) in signed.iter().enumerate() {
                let is_known = (place + tokens.len() - start) % tokens.len() < known;
                let expected = if is_known { None } else { Some(Rejection::WrongSignature) };
                assert_eq!(verifier.verify("POST", query).err(), expected, "{start} {known} {place}");
            }
            verifier = verifier.or_token(tokens[(start + known) % tokens.len()]).unwrap();
            // The current token is still the one that signs.
            assert_eq!(verifier.sign(1_540_176_606, NONCE), signed[start]);
        }
        assert_eq!(verifier.verify("POST", &valid()).err(), Some(Rejection::WrongSignature));
    }
}

#[test]
fn settings_of_a_clone_are_its_own() {
    let shared = verifier();
    let rotated = shared.clone().or_token("previous-token").unwrap();
    let strict = shared.clone().max_age(Duration::from_secs(300));
    let previous = Verifier::new("previous-token").unwrap().sign(1_540_176_606, NONCE);

    assert!(accepted(&rotated, &previous).is_some());
    assert_eq!(shared.verify("POST", &previous).err(), Some(Rejection::WrongSignature));
    assert_eq!(strict.verify("POST", &valid()).err(), Some(Rejection::Stale));
    assert!(accepted(&shared, &valid()).is_some());
}

#[test]
fn the_empty_token() {
    assert_eq!(Verifier::new("").err(), Some(ConfigError::EmptyToken));
    assert_eq!(Verifier::new(String::new()).err(), Some(ConfigError::EmptyToken));
    assert_eq!(verifier().or_token("").err(), Some(ConfigError::EmptyToken));
}

#[test]
fn upper_case_is_the_same_signature() {
    let lower = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let upper = lower.to_uppercase();
    assert_ne!(lower, upper);
    assert_eq!(Signature::parse(&lower), Signature::parse(&upper));

    let callback = accepted(&verifier(), &with_value(&valid(), Parameter::Signature, &upper)).unwrap();
    assert_eq!(callback.signature(), accepted(&verifier(), &valid()).unwrap().signature());
    assert_eq!(format!("{:x}", callback.signature()), lower);
    assert_eq!(hex(callback.signature().as_bytes()), lower);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_plus_stays_a_plus_and_is_decoded_once() {
    for (raw, meant, not_meant) in [
        ("a+b", "a+b", "a b"),
        ("a%2Bb", "a+b", "a%2Bb"),
        ("a%20b", "a b", "a+b"),
        ("%2541", "%41", "A"),
        ("a=b", "a=b", "a"),
    ] {
        let query = format!("{}&echostr={raw}", with_value(&signed(TIMESTAMP, meant), Parameter::Nonce, raw));
        assert_eq!(accepted(&verifier(), &query).unwrap().nonce(), meant);
        let Ok(Decision::Handshake(echo)) = verifier().verify("GET", &query) else { panic!("{query}") };
        assert_eq!(echo, meant);

        let query = with_value(&signed(TIMESTAMP, not_meant), Parameter::Nonce, raw);
        assert_eq!(refusal(&query), Some(Rejection::WrongSignature), "{query}");
    }
}

#[test]
fn order_and_the_users_own_parameters() {
    let signature = format!("signature={:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let (timestamp, nonce) = (format!("timestamp={TIMESTAMP}"), format!("nonce={NONCE}"));
    let (s, t, n) = (&signature, &timestamp, &nonce);
    let queries = [
        format!("{s}&{t}&{n}"),
        format!("{s}&{n}&{t}"),
        format!("{t}&{s}&{n}"),
        format!("{t}&{n}&{s}"),
        format!("{n}&{s}&{t}"),
        format!("{n}&{t}&{s}"),
        format!("id=743&{s}&{t}&{n}"),
        format!("{s}&{t}&{n}&id=743"),
        format!("id=743&{s}&flag&{t}&&a=1&{n}&a=2&"),
        format!("&&r=callback/index&%73=1&{n}&=&{s}&你=好&{t}"),
    ];
    for query in queries {
        let callback = accepted(&verifier(), &query).expect(&query);
        assert_eq!((callback.timestamp(), callback.nonce(), callback.openid()), (TIMESTAMP, NONCE, None));
    }
}

#[test]
fn only_a_get_with_echostr_is_a_handshake() {
    let query = format!("{}&echostr=3892692869596528638", valid());
    let Ok(Decision::Handshake(echo)) = verifier().verify("GET", &query) else { panic!("no handshake") };
    assert_eq!(echo, "3892692869596528638");
    for method in ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY", "get", "Get", "GET ", ""] {
        assert!(matches!(verifier().verify(method, &query), Ok(Decision::Callback(_))), "{method:?}");
    }
    assert!(matches!(verifier().verify("GET", &valid()), Ok(Decision::Callback(_))));
    // A forged one is not echoed, whatever the method.
    let forged = with_value(&query, Parameter::Nonce, "1");
    for method in ["GET", "POST", "HEAD"] {
        assert_eq!(verifier().verify(method, &forged).err(), Some(Rejection::WrongSignature), "{method}");
    }
}

#[test]
fn the_operator_learns_the_reason() {
    let texts: HashSet<_> = Rejection::all().map(|rejection| rejection.to_string()).collect();
    assert_eq!(texts.len(), Rejection::all().count(), "each reason reads differently");
    for text in texts {
        assert!(text.len() > 20 && !text.contains('\n'), "{text}");
    }
    for parameter in PARAMETERS {
        assert!(Rejection::Query(QueryFault::Missing(parameter)).to_string().contains(parameter.name()));
    }
}

#[test]
fn a_rejection_says_nothing_of_what_was_sent_or_expected() {
    let strict = verifier().max_age(Duration::from_secs(300));
    let sent = "0123456789abcdef0123456789abcdef01234567";
    let expected = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let queries = [
        with_value(&valid(), Parameter::Signature, sent),
        with_value(&valid(), Parameter::Signature, &format!("{sent}8")),
        format!("{}&nonce={NONCE}", valid()),
        format!("{}&openid=", valid()),
        format!("{}&id=%", valid()),
        replaced(&valid(), Parameter::Nonce, ""),
        valid(),
    ];
    for query in queries {
        let rejection = strict.verify("POST", &query).unwrap_err();
        let texts = format!("{rejection} {rejection:?}");
        for secret in [TOKEN, sent, &expected, NONCE, TIMESTAMP] {
            assert!(!texts.contains(secret), "{texts}");
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    let rotated = verifier().or_token("previous-token").unwrap();
    for shown in [format!("{rotated:?}"), format!("{rotated:#?}")] {
        assert!(!shown.contains(TOKEN) && !shown.contains("previous-token"), "{shown}");
        assert_eq!(shown.matches("[REDACTED]").count(), 2, "{shown}");
    }

    let error = rotated.or_token("").unwrap_err();
    for shown in [format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains(TOKEN) && shown.to_lowercase().contains("empty"), "{shown}");
    }

    let signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let callback = accepted(&verifier(), &valid()).unwrap();
    let shown = format!("{callback:?}");
    assert!(shown.contains(&format!("Signature({}…)", signature.split_at(8).0)), "{shown}");
    assert!(!shown.contains(signature.split_at(9).0) && !shown.contains(TOKEN), "{shown}");
    assert!(shown.contains(TIMESTAMP) && shown.contains(NONCE), "{shown}");
}
