//! Forged variants of a message, behind a ledger: none is handled, be it sent before the genuine one or after.

use echostr::{EncodingAesKey, ReceiveId, Verifier};
use serde_json::Value;

use crate::{
    client::{Reply, Sent},
    each::{each, each_in},
    messages::{Message, Mode},
    servers::{Accounts, Server, Setup, Subject},
};

/// What becomes of a variant that is sent after the genuine message.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// It is the same message.
    Repeat,
    Refused(&'static str),
}

use Expected::{Refused, Repeat};

const CONFLICT: Expected = Refused("Body(OfAnotherMessage)");
const WRONG: Expected = Refused("WrongSignature");

struct Variant {
    name: &'static str,
    method: &'static str,
    message: Message,
    expected: Expected,
}

/// All of a message, which are not signed unless they are a repeat or a conflict.
fn variants(mode: Mode, genuine: &Message) -> Vec<Variant> {
    let variant = |name, message, expected| Variant { name, method: "POST", message, expected };
    let query = |from: &str, to: &str| {
        assert!(genuine.query.contains(from), "{from}");
        genuine.with_query(genuine.query.replace(from, to))
    };
    let name = if mode == Mode::Plain { "signature" } else { "msg_signature" };
    let [signature, timestamp, nonce] = [name, "timestamp", "nonce"].map(|name| genuine.parameter(name));
    let both = format!("timestamp={timestamp}&nonce={nonce}");
    let (moved, left) = nonce.split_at(1);
    let swapped = query(&both, &format!("timestamp={nonce}&nonce={timestamp}"));
    let with_upper = query(signature, &signature.to_uppercase());
    let mut variants = vec![
        variant("an upper-case signature", with_upper.clone(), Repeat),
        variant("timestamp and nonce swapped", swapped.clone(), Repeat),
        variant("one digit of the nonce", query(&format!("nonce={nonce}"), "nonce=77"), WRONG),
        variant("one digit of the timestamp", query(timestamp, "1540176607"), WRONG),
        variant("another signature", query(signature, &"0".repeat(40)), WRONG),
    ];
    // In encrypted mode the shift keeps `msg_signature` right, too, which is what counts.
    if !left.is_empty() {
        let shifted = query(&both, &format!("timestamp={timestamp}{moved}&nonce={left}"));
        variants.push(variant("a digit shifted", shifted, Repeat));
    }
    for method in ["PUT", "DELETE"] {
        variants.push(Variant {
            name: "another method",
            method,
            message: genuine.clone(),
            expected: CONFLICT,
        });
    }
    if mode == Mode::Plain {
        for (name, message) in
            [("another body", genuine.clone()), ("the same, swapped", swapped), ("in upper case", with_upper)]
        {
            variants.push(variant(name, message.with_body("<xml>forged</xml>"), CONFLICT));
        }
        variants.push(variant("no body", genuine.with_body(""), CONFLICT));
        variants.push(variant("one byte more", genuine.with_body(format!("{} ", genuine.body)), CONFLICT));
    } else {
        let other = mode.message("forged");
        variants.push(variant("the body of another", genuine.with_body(other.body), WRONG));
    }
    variants
}

async fn send(server: &Server, variant: &Variant) -> Reply {
    let Variant { method, message, .. } = variant;
    Sent::whole(server.addr, method, &message.target(), &message.body).await.reply().await
}

#[tokio::test]
async fn after_the_genuine_one_no_variant_is_handled() {
    each(async |subject: Subject, mode: Mode| {
        let server = Server::start(subject, &Setup::new(mode));
        let genuine = mode.message("hello");
        let own = server.ask(&genuine).await;
        assert!(genuine.said(&own).starts_with("run 1 "), "{subject:?}");
        let variants = variants(mode, &genuine);
        for variant in &variants {
            let context = format!("{subject:?} {mode:?}, {} ({})", variant.name, variant.method);
            let reply = send(&server, variant).await;
            match variant.expected {
                Repeat => assert_eq!((reply.status, &reply.body), (200, &own.body), "{context}"),
                Refused(reason) => reply.assert_refused(reason, &context),
            }
            assert_eq!(reply.header("x-outside"), "yes", "{context}");
            assert_eq!(server.runs(), 1, "{context}");
        }
        let count = |expected| variants.iter().filter(|variant| variant.expected == expected).count() as u64;
        let counts = server.counts();
        assert_eq!([counts.repeated, counts.conflicting], [count(Repeat), count(CONFLICT)], "{subject:?}");
        assert!(counts.conflicting > 1, "{subject:?}");
        // The controls: the genuine one once more, and another one.
        assert_eq!(server.ask(&genuine).await.body, own.body, "{subject:?}");
        let other = mode.message("hello");
        assert!(other.said(&server.ask(&other).await).starts_with("run 2 "), "{subject:?}");
    })
    .await;
}

#[tokio::test]
async fn before_the_genuine_one_no_unsigned_variant_is_handled_or_stands_in_its_way() {
    each(async |subject: Subject, mode: Mode| {
        let server = Server::start(subject, &Setup::new(mode));
        let genuine = mode.message("hello");
        for variant in variants(mode, &genuine).iter().filter(|variant| variant.expected == WRONG) {
            let context = format!("{subject:?} {mode:?}, {}", variant.name);
            send(&server, variant).await.assert_refused("WrongSignature", &context);
            assert_eq!(server.runs(), 0, "{context}");
        }
        assert_eq!(server.counts().conflicting, 0, "{subject:?}");
        assert!(genuine.said(&server.ask(&genuine).await).starts_with("run 1 attempt 1 "), "{subject:?}");
    })
    .await;
}

/// Whichever spelling of a URL comes first is handled, and the others are repeats of it.
#[tokio::test]
async fn in_all_its_spellings_a_message_is_handled_once() {
    each(async |subject: Subject, mode: Mode| {
        let genuine = mode.message("hello");
        let spellings = variants(mode, &genuine);
        let spellings: Vec<_> = spellings.iter().filter(|variant| variant.expected == Repeat).collect();
        assert_eq!(spellings.len(), 3, "{subject:?}");
        for first in &spellings {
            let context = format!("{subject:?} {mode:?}, {} first", first.name);
            let server = Server::start(subject, &Setup::new(mode));
            let own = send(&server, first).await;
            assert!(genuine.said(&own).starts_with("run 1 attempt 1 "), "{context}");
            for other in &spellings {
                assert_eq!(send(&server, other).await.body, own.body, "{context}, then {}", other.name);
            }
            assert_eq!(server.ask(&genuine).await.body, own.body, "{context}");
            assert_eq!((server.runs(), server.counts().repeated), (1, 4), "{context}");
        }
    })
    .await;
}

/// While the handler runs, a forgery is refused at once.
#[tokio::test]
async fn a_conflict_does_not_wait_for_the_handler() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let genuine = mode.message("wait");
        let own = server.send(&genuine).await;
        server.until_runs(1).await;
        let forged = Sent::whole(server.addr, "PUT", &genuine.target(), &genuine.body).await.reply().await;
        forged.assert_refused("Body(OfAnotherMessage)", &context);
        server.world.open();
        assert!(genuine.said(&own.reply().await).starts_with("run 1 "), "{context}");
        assert_eq!((server.runs(), server.counts().conflicting), (1, 1), "{context}");
    })
    .await;
}

/// The collected forgeries: where the hash is right, the genuine message it was made from has been handled.
#[tokio::test]
async fn the_collected_forgeries() {
    each_in(Mode::Plain, async |subject: Subject, _: Mode| {
        let rows = include_str!("../../../crates/echostr/tests/vectors/negative.json");
        let rows: Vec<Value> = serde_json::from_str(rows).expect("JSON");
        let mut sent = 0;
        for row in &rows {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            let context = format!("{subject:?}, {}", text("name"));
            let verifier = if row["encrypt"].is_null() {
                Verifier::new(text("token"))
            } else {
                let key = EncodingAesKey::new(text("encoding_aes_key")).expect("a key");
                let receive_id = ReceiveId::new(text("receive_id")).expect("an id");
                Verifier::encrypted(text("token"), key, receive_id)
            };
            // There is no verifier with an empty token, which is the whole defence.
            let Ok(verifier) = verifier else {
                assert_eq!(text("token"), "", "{context}");
                continue;
            };
            let server = Server::start(subject, &Setup::with(Accounts::One(verifier)));
            let ask = async |query: String, body: &str| {
                Sent::whole(server.addr, "POST", &format!("/wx?{query}"), body).await.reply().await
            };
            let escaped = |name| text(name).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            let mut query = format!("timestamp={}&nonce={}", escaped("timestamp"), escaped("nonce"));
            let genuine =
                "signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba&timestamp=1540176606&nonce=1854606751";
            let mut handled = 0;
            let mut body = "<xml>forged</xml>".to_owned();
            if row["encrypt"].is_null() {
                query = format!("signature={}&{query}", text("signature"));
                if text("token") == "weixin" {
                    assert_eq!(ask(genuine.to_owned(), "<xml>hello</xml>").await.status, 200, "{context}");
                    handled = 1;
                }
            } else {
                query = format!("{query}&encrypt_type=aes&msg_signature={}", text("msg_signature"));
                body = format!("<xml><Encrypt>{}</Encrypt></xml>", text("encrypt"));
            }
            assert_eq!(server.runs(), handled, "{context}");
            assert_eq!(ask(query, &body).await.status, 403, "{context}");
            assert_eq!(server.runs(), handled, "{context}");
            sent += 1;
        }
        assert_eq!((rows.len(), sent), (8, 6), "{subject:?}");
    })
    .await;
}
