//! Opening a message takes at most 2.5 times the memory of its body, the body included, and refusing one 3 times; plain mode takes
//! none.
#![expect(clippy::expect_used, reason = "a helper that fails must fail the test")]

use allocation_counter::measure;
use bytes::Bytes;
use echostr::{EncodingAesKey, ReceiveId, Rejection, Verifier, adapter::Decision, rejection::BodyFault};

const TOKEN: &str = "Zq8vT3nLw5Rk";

fn key(text: &str) -> EncodingAesKey {
    EncodingAesKey::new(text).expect("a key")
}

fn verifier() -> Verifier {
    let key = key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
    let receive_id = ReceiveId::new("wx5823bf96d3bd56c7").expect("an id");
    Verifier::encrypted(TOKEN, key, receive_id).expect("a token").body_limit(2 << 20)
}

/// The query, and a body of about `size` bytes.
fn request(size: usize, is_json: bool) -> (String, String) {
    let filling = "你".repeat(size / 4);
    let document =
        if is_json { format!("{{\"Content\":\"{filling}\"}}") } else { format!("<xml>{filling}</xml>") };
    let request = verifier().sign_encrypted(1_540_176_606, "1854606751", &document).expect("a key");
    (request.query, request.body)
}

/// The most that is allocated at one time while `body` comes in, in pieces of `chunk` bytes, and is opened.
fn peak(verifier: &Verifier, query: &str, body: &str, chunk: usize) -> u64 {
    let memory = measure(|| {
        let Ok(Decision::Envelope(mut envelope)) = verifier.verify("POST", query) else {
            unreachable!("an envelope: {query}")
        };
        for chunk in body.as_bytes().chunks(chunk) {
            envelope.push(Bytes::copy_from_slice(chunk)).expect("within the limit");
        }
        drop(envelope.open().expect("a genuine message"));
    });
    memory.bytes_max
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop([vec![0_u8; 1000], vec![0; 500]])).bytes_max, 1500);
}

const SIZES: [usize; 7] = [16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20];

fn assert_modest(what: &str, verifier: &Verifier, query: &str, body: &str, chunk: usize) {
    let peak = peak(verifier, query, body, chunk);
    let limit = u64::try_from(body.len()).expect("a short body").saturating_mul(5) / 2;
    assert!(peak <= limit, "{what}, {} bytes in pieces of {chunk}: {peak} bytes at one time", body.len());
}

#[test]
fn xml_and_json() {
    for size in SIZES {
        for is_json in [false, true] {
            let (query, body) = request(size, is_json);
            assert!((size..size + size / 2).contains(&body.len()));
            for chunk in [body.len(), 8 << 10] {
                assert_modest("one key", &verifier(), &query, &body, chunk);
            }
        }
    }
}

/// The body is decrypted twice.
#[test]
fn with_a_previous_key() {
    let rotated = Verifier::encrypted(TOKEN, key(&"x".repeat(43)), ReceiveId::any()).unwrap();
    let rotated =
        rotated.or_key(key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")).unwrap().body_limit(2 << 20);
    for size in SIZES {
        for is_json in [false, true] {
            let (query, body) = request(size, is_json);
            for chunk in [body.len(), 8 << 10] {
                assert_modest("two keys", &rotated, &query, &body, chunk);
            }
        }
    }
}

/// PHP writes `/` as `\/`, so the text cannot be borrowed from the body.
#[test]
fn json_with_escapes() {
    for size in SIZES {
        let (query, body) = request(size, true);
        let escaped = body.replace('/', "\\/");
        assert_ne!(escaped, body);
        for chunk in [escaped.len(), 8 << 10] {
            assert_modest("escapes", &verifier(), &query, &escaped, chunk);
        }
    }
}

/// A sender may cut the body as finely as it likes, and has not shown yet that it knows the token.
#[test]
fn tiny_pieces() {
    let (query, body) = request(64 << 10, false);
    for chunk in [1, 2, 10, 100, 1000] {
        assert_modest("tiny pieces", &verifier(), &query, &body, chunk);
    }

    // Nor do pieces count that hold nothing at all.
    let memory = measure(|| {
        let Ok(Decision::Envelope(mut envelope)) = verifier().verify("POST", &query) else {
            panic!("{query}")
        };
        for _ in 0..10_000 {
            envelope.push(Bytes::new()).unwrap();
        }
        assert_eq!(envelope.open().err(), Some(Rejection::Body(BodyFault::Empty)));
    });
    assert!(memory.bytes_max < 10_000, "{} bytes for nothing", memory.bytes_max);
}

/// A body that is refused is mended and looked at again to say why: never more than one copy of it at a time.
#[test]
fn refused_bodies() {
    let (query, genuine) = request(64 << 10, true);
    let run = "A".repeat(1 << 14);
    let unicode = "\\u0041".repeat(1 << 13);
    for (body, is_candidate) in [
        ("<a>".repeat(50_000), false),
        (format!("{{\"a\":{}", "[".repeat(100_000)), false),
        (format!("<{run} {run} {run} {run} {run}"), true),
        (format!("{{{run}\n{run}&{run}%{run}"), true),
        (format!("{{{unicode} {unicode} {unicode} {unicode}"), true),
        (format!("{{{unicode}"), true),
        (format!("{{{}", "\\".repeat(1 << 16)), false),
        (format!("<{}", "&#10;".repeat(1 << 14)), false),
        (format!("<{}", "%2B".repeat(1 << 15)), false),
        (genuine.replace("\":\"", "\":\"A"), true),
    ] {
        for chunk in [body.len(), 8 << 10] {
            let memory = measure(|| {
                let Ok(Decision::Envelope(mut envelope)) = verifier().verify("POST", &query) else {
                    panic!("{query}")
                };
                for chunk in body.as_bytes().chunks(chunk) {
                    envelope.push(Bytes::copy_from_slice(chunk)).unwrap();
                }
                let expected = if is_candidate {
                    Rejection::WrongSignature
                } else {
                    Rejection::Body(BodyFault::NoEncrypt)
                };
                assert_eq!(envelope.open().err(), Some(expected));
            });
            let limit = u64::try_from(body.len()).unwrap() * 3;
            let start = body.get(..20).unwrap_or_default();
            assert!(memory.bytes_max <= limit, "{} bytes for {} of {start}", memory.bytes_max, body.len());
        }
    }
}

#[test]
fn plain_mode_takes_none() {
    let verifier = Verifier::new(TOKEN).unwrap();
    let query = verifier.sign(1_540_176_606, "1854606751");
    let encrypted =
        format!("{query}&encrypt_type=aes&msg_signature=71dc359205a4660bc3b3046b643452c994b5897d");
    for query in [&query, &encrypted] {
        let memory = measure(|| assert!(matches!(verifier.verify("POST", query), Ok(Decision::Callback(_)))));
        assert_eq!((memory.count_total, memory.bytes_max), (0, 0));
    }
}
