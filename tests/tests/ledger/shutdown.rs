//! A server that stops: it waits for its handlers, and what it drops is not forgotten.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

use crate::{
    client::PATIENCE,
    each::each,
    messages::Mode,
    servers::{Server, Setup, Subject},
};

#[tokio::test]
async fn drain_waits_for_the_handlers_and_lets_none_begin() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = Setup::new(mode);
        setup.timing.gone = Duration::from_millis(1_200);
        setup.timing.hold = Duration::from_millis(1_300);
        let server = Server::start(subject, &setup);
        let message = mode.message("wait");
        let waiting = server.send(&message).await;
        server.until_runs(1).await;
        let (flights, drained) = (server.flights.clone(), Arc::new(Notify::new()));
        let notify = Arc::clone(&drained);
        let drain = tokio::spawn(async move {
            notify.notify_one();
            flights.drain(PATIENCE).await
        });
        drained.notified().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Another message has to wait for a server that does not stop; a repeat gets what there is.
        let other = server.send(&mode.message("hello")).await;
        let repeat = server.send(&message).await;
        server.until_joined(1).await;
        assert!(!drain.is_finished(), "{context}");
        server.world.open();
        let (own, repeat) = (waiting.reply().await, repeat.reply().await);
        assert!(message.said(&own).starts_with("run 1 "), "{context}");
        assert_eq!(own.body, repeat.body, "{context}");
        assert!(drain.await.expect("no panic"), "{context}");
        other.reply().await.assert_unavailable(&context);
        assert_eq!((server.runs(), server.flights.running()), (1, 0), "{context}");
        assert_eq!(server.counts().full, 0, "{context}");
    })
    .await;
}

#[tokio::test]
async fn what_is_dropped_after_success_reaches_on_late() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::soon(mode));
        let message = mode.message("wait");
        server.ask(&message).await.assert_success(&context);
        assert!(!server.flights.drain(Duration::from_millis(50)).await, "{context}");
        assert_eq!(server.world.lates(), ["failed Dropped"], "{context}");
        let delivery = server.world.deliveries()[0].expect("a delivery");
        assert_eq!(server.world.late_deliveries(), [delivery], "{context}");
        assert_eq!((server.runs(), server.world.ended()), (1, 0), "{context}");
        assert_eq!(server.flights.running(), 0, "{context}");
    })
    .await;
}

/// Nobody has been told anything: the platform sends it again, to a server that shares the ledger.
#[tokio::test]
async fn what_is_dropped_before_success_is_free_for_another_server() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let setup = Setup::new(mode);
        let (server, next) = (Server::start(subject, &setup), Server::start(subject, &setup));
        let message = mode.message("wait");
        let waiting = server.send(&message).await;
        server.until_runs(1).await;
        assert!(!server.flights.drain(Duration::from_millis(50)).await, "{context}");
        waiting.reply().await.assert_unavailable(&context);
        assert_eq!(server.world.lates(), [""; 0], "{context}");
        next.world.open();
        assert!(message.said(&next.ask(&message).await).starts_with("run 1 attempt 2 "), "{context}");
        assert_eq!((server.runs(), next.runs()), (1, 1), "{context}");
    })
    .await;
}
