//! Without a ledger nothing is different, and what is no message is no business of a ledger.

use crate::{
    client::{Sent, head},
    each::each,
    messages::{Mode, peer},
    servers::{Server, Setup, Subject},
};

#[tokio::test]
async fn off_by_default() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode).off());
        let message = mode.message("hello");
        for run in 1..3 {
            let reply = server.ask(&message).await;
            assert!(message.said(&reply).starts_with(&format!("run {run} attempt 0 ")), "{context}");
            assert_eq!(reply.header("x-handler"), "here", "{context}");
        }
        assert_eq!(server.world.deliveries(), [None, None], "{context}");
        assert_eq!(server.counts(), echostr_tower::Counts::default(), "{context}");
        // A body that comes as the handler reads it, which is how plain mode leaves it.
        if mode == Mode::Plain {
            let long = "x".repeat(100_000);
            assert_eq!(server.ask(&mode.document(long)).await.status, 200, "{context}");
        }
    })
    .await;
}

/// With the same URL parameters as a message that follows, even.
#[tokio::test]
async fn a_handshake_is_answered_and_not_counted() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let setup = Setup::new(mode);
        let ledger = setup.ledger.clone().expect("a ledger");
        let server = Server::start(subject, &setup);
        let shakes = async || {
            for _ in 0..3 {
                let target = format!("/wx?{}", peer().handshake("4375120948345356249"));
                let reply = Sent::whole(server.addr, "GET", &target, "").await.reply().await;
                assert_eq!((reply.status, &*reply.body), (200, "4375120948345356249"), "{context}");
            }
        };
        shakes().await;
        assert_eq!((server.runs(), server.counts()), (0, echostr_tower::Counts::default()), "{context}");
        assert_eq!(ledger.entries(), 0, "{context}");
        let message = mode.message("wait");
        let waiting = server.send(&message).await;
        server.until_runs(1).await;
        // While a handler runs, too, and with that message's own parameters.
        shakes().await;
        if mode == Mode::Plain {
            let target = format!("{}&echostr=4711", message.target());
            let reply = Sent::whole(server.addr, "GET", &target, "").await.reply().await;
            assert_eq!((reply.status, &*reply.body), (200, "4711"), "{context}");
        }
        server.world.open();
        assert!(message.said(&waiting.reply().await).starts_with("run 1 "), "{context}");
        assert_eq!((server.runs(), server.counts()), (1, echostr_tower::Counts::default()), "{context}");
        assert_eq!(ledger.entries(), 1, "{context}");
    })
    .await;
}

/// Where the query shows that it is forged, nobody waits for the body.
#[tokio::test]
async fn a_wrong_signature_is_refused_before_the_body() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("hello");
        let signature = format!("signature={}", message.parameter("signature"));
        let forged = message.target().replacen(&signature, &format!("signature={}", "0".repeat(40)), 1);
        let reply = Sent::part(server.addr, &head("POST", &forged, 1_000)).await.reply().await;
        reply.assert_refused("WrongSignature", &context);
        assert_eq!(reply.header("x-outside"), "yes", "{context}");
        assert_eq!(server.runs(), 0, "{context}");
        // The control: for a genuine one everybody waits, and it is handled.
        let mut waits = Sent::part(server.addr, &head("POST", &message.target(), message.body.len())).await;
        assert!(waits.is_silent().await, "{context}");
        assert_eq!(server.runs(), 0, "{context}");
        drop(waits);
        assert_eq!(server.ask(&message).await.status, 200, "{context}");
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}
