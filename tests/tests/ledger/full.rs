//! What is too much is turned away with 503, runs nothing and is handled when it comes again.

use std::time::Duration;

use echostr_tower::MemoryLedger;
use tokio::task::JoinSet;

use crate::{
    client::Sent,
    each::each,
    messages::{MODES, Mode, peer},
    servers::{Framework, Server, Setup, Subject},
};

#[tokio::test]
async fn too_many_handlers() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup { max_flights: 1, ..Setup::new(mode) });
        let (message, other) = (mode.message("wait"), mode.message("hello"));
        let waiting = server.send(&message).await;
        server.until_runs(1).await;
        let full = server.ask(&other).await;
        full.assert_unavailable(&context);
        assert_eq!(full.header("x-outside"), "yes", "{context}");
        assert_eq!((server.runs(), server.counts().full), (1, 1), "{context}");
        // Who needs no handler is served: one who waits for that one, and a handshake.
        let joined = server.send(&message).await;
        server.until_joined(1).await;
        let target = format!("/wx?{}", peer().handshake("4711"));
        let reply = Sent::whole(server.addr, "GET", &target, "").await.reply().await;
        assert_eq!((reply.status, &*reply.body), (200, "4711"), "{context}");
        server.world.open();
        let own = waiting.reply().await;
        assert!(message.said(&own).starts_with("run 1 "), "{context}");
        assert_eq!(joined.reply().await.body, own.body, "{context}");
        assert!(other.said(&server.ask(&other).await).starts_with("run 2 attempt 1 "), "{context}");
    })
    .await;
}

#[tokio::test]
async fn too_many_who_wait() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup { max_waiting: 1, ..Setup::new(mode) });
        let message = mode.message("wait");
        let own = server.send(&message).await;
        server.until_runs(1).await;
        let joined = server.send(&message).await;
        server.until_joined(1).await;
        server.ask(&message).await.assert_unavailable(&context);
        assert_eq!((server.runs(), server.counts().full), (1, 1), "{context}");
        server.world.open();
        let own = own.reply().await;
        assert_eq!(joined.reply().await.body, own.body, "{context}");
        // From memory there is enough for everybody.
        assert_eq!(server.ask(&message).await.body, own.body, "{context}");
        assert!(message.said(&own).starts_with("run 1 "), "{context}");
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}

#[tokio::test]
async fn too_many_records() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let ledger = MemoryLedger::with_limits(1, 1 << 20);
        let server = Server::start(subject, &Setup { ledger: Some(ledger.clone()), ..Setup::new(mode) });
        let message = mode.message("hello");
        let own = server.ask(&message).await;
        assert!(message.said(&own).starts_with("run 1 "), "{context}");
        let other = mode.message("hello");
        server.ask(&other).await.assert_unavailable(&context);
        assert_eq!((server.runs(), server.counts().full, ledger.entries()), (1, 1, 1), "{context}");
        // What is there is not given up for it.
        assert_eq!(server.ask(&message).await.body, own.body, "{context}");
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}

/// A limit of the service inside is for handlers: who waits for one that runs takes up no place, and who finds no place waits there, no
/// longer than for a handler.
#[tokio::test]
async fn no_place_inside_for_another_handler() {
    let hyper = Subject::one_each().find(|subject| subject.framework == Framework::Hyper).expect("one");
    MODES.map(|mode| places(hyper, mode)).into_iter().collect::<JoinSet<()>>().join_all().await;
}

async fn places(hyper: Subject, mode: Mode) {
    let mut setup = Setup { at_once: 2, ..Setup::new(mode) };
    setup.timing.deadline = Duration::from_millis(1_500);
    let server = Server::start(hyper, &setup);
    let [one, two] = [(); 2].map(|()| mode.message("wait"));
    let mut waiting = vec![server.send(&one).await];
    server.until_runs(1).await;
    for joined in 1..=2 {
        waiting.push(server.send(&one).await);
        server.until_joined(joined).await;
    }
    // There is a second place.
    let quick = mode.message("hello");
    assert!(quick.said(&server.ask(&quick).await).starts_with("run 2 attempt 1 "), "{mode:?}");
    waiting.push(server.send(&two).await);
    server.until_runs(3).await;
    // And no third, which a handshake does not need.
    waiting.push(server.send(&mode.message("hello")).await);
    let target = format!("/wx?{}", peer().handshake("4711"));
    let reply = Sent::whole(server.addr, "GET", &target, "").await.reply().await;
    assert_eq!((reply.status, &*reply.body), (200, "4711"), "{mode:?}");
    for sent in waiting {
        sent.reply().await.assert_success(&format!("{mode:?}"));
    }
    assert_eq!(server.runs(), 3, "{mode:?}");
    server.world.open();
    server.world.until("all lates", |world| world.lates().len() == 3).await;
    assert_eq!(server.runs(), 4, "{mode:?}");
}
