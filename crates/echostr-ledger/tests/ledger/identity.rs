//! Which requests are the same.

use std::time::Duration;

use echostr_ledger::{Fingerprint, Key};
use tokio::time::sleep;

use crate::{
    adapter::{Act, Request, Server, status},
    platform::{Connection::Keeps, send},
};

#[tokio::test(start_paused = true)]
async fn one_key_is_one_message_and_everything_else_with_it_is_refused() {
    for wait in [0.0, 3.0, 100.0] {
        let server = Server::new(&[Act::Reply(2.0, "hello")]);
        let request = Request::new(1);
        let first = server.spawn(&request);
        sleep(Duration::from_secs_f64(wait)).await;
        let forged = [
            Request { body: "another body".into(), ..request.clone() },
            Request { body: String::new(), ..request.clone() },
            Request { method: "PUT", ..request.clone() },
        ];
        for forged in &forged {
            assert_eq!(send(&server, forged, Keeps).await, Some(status(403, "forbidden")));
        }
        assert_eq!(first.await.unwrap().status, 200);
        assert_eq!((server.runs(), server.deliveries.flights().counts().conflicting), (1, 3));
        // The control: the same request is answered, and another key is another message.
        assert_eq!(send(&server, &request, Keeps).await.unwrap().status, 200);
        assert_eq!(server.runs(), 1);
        assert_eq!(send(&server, &Request::new(2), Keeps).await.unwrap().status, 200);
        assert_eq!(server.runs(), 2);
    }
}

/// A forgery counts as no send: the platform's second send is not taken for the last.
#[tokio::test(start_paused = true)]
async fn a_forgery_counts_as_no_send() {
    let server = Server::new(&[Act::Reply(7.0, "hello")])
        .set(|deliveries| deliveries.patience(echostr_ledger::Patience::AllSends));
    let request = Request::new(1);
    let forged = Request { body: "another body".into(), ..request.clone() };
    assert_eq!(send(&server, &request, Keeps).await, None);
    assert_eq!(send(&server, &forged, Keeps).await.unwrap().status, 403);
    let second = send(&server, &request, Keeps).await.unwrap();
    assert_eq!(second.text(), (200, "sealed hello"));
}

#[test]
fn a_key_is_shown_without_the_signature_it_is_made_of() {
    let digest = [0xab; 20];
    let key = Key::new("shop", digest);
    let shown = key.to_string();
    assert_eq!((shown.len(), shown.split_once(':').unwrap().0), (4 + 1 + 32, "shop"));
    assert!(!format!("{shown} {key:?}").contains("abab"));
    assert_eq!((key.account(), key.digest()), ("shop", &digest));

    // As an idempotency key it tells apart what the key does.
    assert_eq!(shown, Key::new("shop", digest).to_string());
    let others = [
        Key::new("shop", [0xac; 20]),
        Key::new("news", digest),
        Key::new("", digest),
        Key::new(&"n".repeat(32), digest),
        Key::new(&"n".repeat(33), digest),
        Key::new(&"n".repeat(34), digest),
    ];
    for (index, other) in others.iter().enumerate() {
        assert_ne!((key, &shown), (*other, &other.to_string()));
        assert!(others.iter().skip(index + 1).all(|another| another.to_string() != other.to_string()));
        assert!(other.to_string().len() <= 65, "{other}");
    }
}

#[test]
fn a_fingerprint_is_of_the_method_and_of_the_content() {
    let fingerprint = Fingerprint::new("POST", b"body");
    // sha256("POST\0body"), by another program.
    assert_eq!(hex::encode(fingerprint.as_bytes()), EXPECTED);
    assert_eq!(fingerprint, Fingerprint::new("POST", b"body"));
    for other in [
        Fingerprint::new("PUT", b"body"),
        Fingerprint::new("POST", b"bodY"),
        Fingerprint::new("POSTb", b"ody"),
        Fingerprint::new("POST", b""),
    ] {
        assert_ne!(fingerprint, other);
    }
}

const EXPECTED: &str = "97b188cc0d53c5764f4c03e5b213dc39340e09d4aa83a0584257f534b0313441";
