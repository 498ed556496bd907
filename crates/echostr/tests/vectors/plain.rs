//! Every known answer of `vectors/`, through the public interface.

use std::time::{Duration, SystemTime};

use echostr::{
    Callback, ConfigError, Parameter, Rejection, Signature, Verifier,
    adapter::{Answer, Decision},
    rejection::QueryFault,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

const PLAIN: &str = include_str!("plain.json");
const ENCRYPTED: &str = include_str!("encrypted.json");
const NEGATIVE: &str = include_str!("negative.json");

fn entries(json: &str) -> Vec<Value> {
    serde_json::from_str(json).expect("a JSON array")
}

fn optional<'v>(entry: &'v Value, field: &str) -> Option<&'v str> {
    entry.get(field).map(|value| value.as_str().expect("a text"))
}

fn field<'v>(entry: &'v Value, field: &str) -> &'v str {
    optional(entry, field).expect("the field")
}

/// A query of those `fields` that the entry has, in that order.
fn query_of(entry: &Value, fields: &[&str]) -> String {
    let pairs = fields.iter().filter_map(|name| {
        let value = utf8_percent_encode(optional(entry, name)?, NON_ALPHANUMERIC);
        Some(format!("{name}={value}"))
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn query(entry: &Value) -> String {
    optional(entry, "raw_query").map_or_else(
        || query_of(entry, &["signature", "timestamp", "nonce", "openid", "echostr"]),
        str::to_owned,
    )
}

fn assert_callback_is(callback: &Callback, entry: &Value) {
    assert_eq!(callback.timestamp(), field(entry, "timestamp"));
    assert_eq!(callback.nonce(), field(entry, "nonce"));
    assert_eq!(callback.openid(), optional(entry, "openid"));
    assert_eq!(format!("{:x}", callback.signature()), field(entry, "signature"));
}

#[test]
fn plain_requests_verify() {
    let (mut handshakes, mut callbacks) = (0, 0);
    for entry in entries(PLAIN) {
        let id = field(&entry, "id");
        let verifier = Verifier::new(field(&entry, "token")).unwrap();
        let query = query(&entry);
        let method = if field(&entry, "kind").starts_with("GET") { "GET" } else { "POST" };
        match verifier.verify(method, &query) {
            Ok(Decision::Handshake(echo)) => {
                assert_eq!(method, "GET", "{id}");
                assert_eq!(echo, field(&entry, "echostr"), "{id}");
                let answer = Answer::handshake(echo);
                assert_eq!(answer.status(), 200, "{id}");
                assert_eq!(answer.into_body(), field(&entry, "echostr"), "{id}");
                handshakes += 1;
            }
            Ok(Decision::Callback(callback)) => {
                assert_eq!(method, "POST", "{id}");
                assert_callback_is(&callback, &entry);
                callbacks += 1;
            }
            Ok(Decision::Envelope(_)) => panic!("{id}: an envelope in plain mode"),
            Err(rejection) => panic!("{id}: {rejection}"),
        }
    }
    assert_eq!((handshakes, callbacks), (3, 14));
}

#[test]
fn sign_reproduces_the_platforms_signatures() {
    let mut signed = 0;
    for entry in entries(PLAIN).into_iter().chain(entries(ENCRYPTED)) {
        let Some(signature) = optional(&entry, "signature") else { continue };
        // One hash without a real request has the timestamp `b`.
        let Ok(timestamp) = field(&entry, "timestamp").parse() else { continue };
        let nonce = field(&entry, "nonce");
        assert_eq!(
            Verifier::new(field(&entry, "token")).unwrap().sign(timestamp, nonce),
            format!("signature={signature}&timestamp={timestamp}&nonce={nonce}"),
            "{}",
            field(&entry, "id")
        );
        signed += 1;
    }
    assert_eq!(signed, 17 + 5);
}

#[test]
fn signatures_of_encrypted_requests() {
    let (mut plain, mut four_parts, mut no_signature) = (0, 0, 0);
    for entry in entries(ENCRYPTED) {
        let id = field(&entry, "id");
        let parts @ [token, timestamp, nonce] =
            ["token", "timestamp", "nonce"].map(|name| field(&entry, name));
        if let Some(signature) = optional(&entry, "signature") {
            assert_eq!(Signature::compute(parts), Signature::parse(signature).unwrap(), "{id}");
            plain += 1;
        }
        if let Some(msg_signature) = optional(&entry, "msg_signature") {
            // What is encrypted stands in the body, or in the `echostr` of WeCom's handshake.
            let encrypted = optional(&entry, "encrypt").unwrap_or_else(|| field(&entry, "echostr"));
            assert_eq!(
                Signature::compute([token, timestamp, nonce, encrypted]),
                Signature::parse(msg_signature).unwrap(),
                "{id}"
            );
            four_parts += 1;
        }
        if optional(&entry, "signature").or(optional(&entry, "msg_signature")).is_none() {
            no_signature += 1;
        }
    }
    assert_eq!((plain, four_parts, no_signature), (6, 21, 2));
}

/// A verifier in plain mode looks at `signature` and at nothing else, whatever the request carries.
#[test]
fn encrypted_requests_in_plain_mode() {
    let (mut verified, mut unsigned, mut misshapen) = (0, 0, 0);
    for entry in entries(ENCRYPTED) {
        let id = field(&entry, "id");
        let verifier = Verifier::new(field(&entry, "token")).unwrap();
        let query = optional(&entry, "raw_query").map_or_else(
            || query_of(&entry, &["signature", "timestamp", "nonce", "msg_signature", "echostr"]),
            str::to_owned,
        );
        match verifier.verify("POST", &query) {
            Ok(Decision::Callback(callback)) => {
                assert_callback_is(&callback, &entry);
                verified += 1;
            }
            Ok(other) => panic!("{id}: {other:?}"),
            Err(Rejection::Query(QueryFault::Missing(Parameter::Signature))) => {
                assert_eq!(optional(&entry, "signature"), None, "{id}");
                unsigned += 1;
            }
            Err(rejection) => {
                assert_eq!(rejection, Rejection::Query(QueryFault::Malformed(Parameter::Timestamp)), "{id}");
                assert!(field(&entry, "timestamp").parse::<u64>().is_err(), "{id}");
                misshapen += 1;
            }
        }
    }
    // Misshapen: the hash of `a`, `b`, `c`, which is no request.
    assert_eq!((verified, unsigned, misshapen), (5, 18, 1));
}

/// In each of these the hash is right, and the request must be refused all the same.
#[test]
fn negative_entries_are_refused() {
    let mut refused = 0;
    for entry in entries(NEGATIVE) {
        let name = field(&entry, "name");
        let parts @ [token, timestamp, nonce] =
            ["token", "timestamp", "nonce"].map(|name| field(&entry, name));
        if let Some(signature) = optional(&entry, "signature") {
            assert_eq!(Signature::compute(parts), Signature::parse(signature).unwrap(), "{name}");
        }
        if field(&entry, "must") != "refuse" {
            continue;
        }
        refused += 1;
        let query = query(&entry);
        let reason = |query: &str| Verifier::new(token).unwrap().verify("GET", query).err();
        match name {
            "empty-everything" => {
                assert_eq!(Verifier::new(token).err(), Some(ConfigError::EmptyToken));
                // Nor does another token help: the texts may not be empty or missing either.
                let other = Verifier::new("another").unwrap();
                assert_eq!(
                    other.verify("GET", &query).err(),
                    Some(Rejection::Query(QueryFault::Empty(Parameter::Timestamp)))
                );
                assert_eq!(
                    other.verify("GET", &query_of(&entry, &["signature"])).err(),
                    Some(Rejection::Query(QueryFault::Missing(Parameter::Timestamp)))
                );
            }
            "empty-token" => {
                assert_eq!(Verifier::new(token).err(), Some(ConfigError::EmptyToken));
                let other = Verifier::new("another").unwrap();
                assert_eq!(other.verify("GET", &query).err(), Some(Rejection::WrongSignature));
                assert_eq!(other.or_token(token).err(), Some(ConfigError::EmptyToken));
            }
            "non-numeric-timestamp" => {
                assert_eq!(
                    reason(&query),
                    Some(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp)))
                );
            }
            "empty-nonce" => {
                assert_eq!(reason(&query), Some(Rejection::Query(QueryFault::Empty(Parameter::Nonce))));
            }
            "cbc-prefix-shift-v011" | "cbc-prefix-shift-v016" => {
                assert_eq!(
                    Signature::compute([token, timestamp, nonce, field(&entry, "encrypt")]),
                    Signature::parse(field(&entry, "msg_signature")).unwrap(),
                    "{name}"
                );
                // The vector has no plain signature. A right one is added, so that only the shape is wrong.
                let rest = query_of(&entry, &["timestamp", "nonce", "msg_signature"]);
                let query = format!("signature={:x}&{rest}", Signature::compute(parts));
                let grown = if name.ends_with("v011") { Parameter::Timestamp } else { Parameter::Nonce };
                assert_eq!(reason(&query), Some(Rejection::Query(QueryFault::Malformed(grown))), "{name}");
            }
            unknown => panic!("no expectation for `{unknown}`"),
        }
    }
    assert_eq!(refused, 6);
}

/// Digits moved between timestamp and nonce leave the hash as it is, so by the platform's own rule these requests
/// are genuine. Freshness is what refuses them.
#[test]
fn moved_digits_are_refused_by_freshness_only() {
    const DAY: u64 = 24 * 60 * 60;
    const MAX_AGE: u64 = 5 * 60;
    /// When the request that these were made from was sent, in 2018.
    const CAPTURED: u64 = 1_540_176_606;

    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let mut moved = 0;
    for entry in entries(NEGATIVE).iter().filter(|entry| field(entry, "must") != "refuse") {
        let name = field(entry, "name");
        assert!(matches!(name, "swap" | "shift-digits"), "{name}");
        moved += 1;

        let query = query(entry);
        let lenient = Verifier::new(field(entry, "token")).unwrap();
        let Ok(Decision::Callback(callback)) = lenient.verify("POST", &query) else { panic!("{name}") };
        assert_callback_is(&callback, entry);

        let strict = lenient.max_age(Duration::from_secs(MAX_AGE));
        let claimed: u64 = field(entry, "timestamp").parse().unwrap();
        let decade = (CAPTURED..CAPTURED + 3_600 * DAY).step_by(usize::try_from(DAY).unwrap());
        for now in decade.chain([claimed - MAX_AGE - 1, claimed + MAX_AGE + 1]) {
            assert_eq!(
                strict.verify_at(at(now), "POST", &query).err(),
                Some(Rejection::Stale),
                "{name} at {now}"
            );
        }
        // The limit of the defence: at the very moment that the moved digits name, only a ledger of
        // signatures could tell.
        assert!(strict.verify_at(at(claimed), "POST", &query).is_ok(), "{name}");
    }
    assert_eq!(moved, 2);
}

/// Each file as a whole, so that an entry cannot vanish unseen.
#[test]
fn no_entry_is_lost() {
    assert_eq!([PLAIN, ENCRYPTED, NEGATIVE].map(|file| entries(file).len()), [17, 24, 8]);
}
