//! A handler that panics behind warp's `protect`: in encrypted mode the route runs in a task of its own, and the panic must not
//! become an answer there.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use conformance::{Connection, Protocol, TOKEN};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use warp::Filter as _;

#[tokio::test]
async fn a_panic_ends_the_connection_in_encrypted_mode_as_in_plain_mode() {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let encrypted = Verifier::encrypted(TOKEN, key, ReceiveId::any()).expect("a token");
    let sealed = |document| encrypted.sign_encrypted(1_540_176_606, "4711", document).expect("a key");
    let plain = Verifier::new(TOKEN).expect("a token");
    let query = plain.sign(1_540_176_606, "4711");
    let of_plain = ["panic", "<xml/>"].map(|body| (query.clone(), body.to_owned()));
    let of_encrypted = ["<xml>panic</xml>", "<xml/>"].map(sealed).map(|sealed| (sealed.query, sealed.body));

    for (verifier, [panics, answers]) in [(plain, of_plain), (encrypted.clone(), of_encrypted)] {
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&hits);
        let route = echostr_warp::protect(verifier.clone(), move |callback| {
            callback.and(warp::body::bytes()).map(move |_: echostr_warp::Callback, body: bytes::Bytes| {
                counted.fetch_add(1, Ordering::SeqCst);
                assert!(!String::from_utf8_lossy(&body).contains("panic"), "as the test wants it");
                "success"
            })
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        tokio::spawn(warp::serve(route).incoming(listener).run());

        let mut connection = Connection::open(addr, Protocol::Http1).await;
        let (query, body) = panics;
        let reply = connection.send("POST", &format!("/wx?{query}"), &body).await;
        assert!(reply.is_err(), "{verifier:?}: answered with {reply:?}");
        assert_eq!(hits.load(Ordering::SeqCst), 1, "{verifier:?}");
        // The server lives on, and a handler that does not panic answers.
        let mut connection = Connection::open(addr, Protocol::Http1).await;
        let (query, body) = answers;
        let reply = connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "success"), "{verifier:?}");
        assert_eq!(hits.load(Ordering::SeqCst), 2, "{verifier:?}");
    }
}
