//! A handler that is not ready in time: `success` first, and its reply by `on_late`; with more patience, the last send gets it.

use std::time::Duration;

use echostr_tower::Patience;

use crate::{
    each::each,
    messages::Mode,
    servers::{Server, Setup, Subject},
};

#[tokio::test]
async fn success_at_the_deadline_and_the_reply_unsealed_to_on_late() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::soon(mode));
        let message = mode.message("wait");
        server.ask(&message).await.assert_success(&context);
        // Repeats neither wait nor run anything, while the handler runs and after it.
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.world.ended()), (1, 0), "{context}");
        server.world.open();
        server.world.until("late", |world| !world.lates().is_empty()).await;
        let late = server.world.lates().concat();
        assert!(late.starts_with("reply run 1 attempt 1 ") && late.ends_with(&message.document), "{context}");
        let delivery = server.world.deliveries()[0].expect("a delivery");
        assert_eq!(server.world.late_deliveries(), [delivery], "{context}");
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.counts().late), (1, 1), "{context}");
    })
    .await;
}

/// With patience for all sends the first two are given up by the platform, and the third gets the reply.
#[tokio::test]
async fn the_third_send_gets_the_reply() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = Setup { patience: Patience::AllSends, ..Setup::new(mode) };
        // Long before the platform hangs up; not for the first two.
        setup.timing.deadline = Duration::from_secs(4);
        let server = Server::start(subject, &setup);
        let message = mode.message("wait");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        drop(first);
        let second = server.send(&message).await;
        server.until_joined(1).await;
        drop(second);
        let third = server.send(&message).await;
        server.until_joined(2).await;
        server.world.open();
        assert!(message.said(&third.reply().await).starts_with("run 1 attempt 1 "), "{context}");
        assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
    })
    .await;
}

/// With patience for all sends `success` is for the last one alone: the others are held until nobody listens any more.
#[tokio::test]
async fn only_the_last_settles() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = Setup { patience: Patience::AllSends, ..Setup::new(mode) };
        setup.timing.deadline = Duration::from_millis(100);
        setup.timing.gone = Duration::from_millis(900);
        setup.timing.hold = Duration::from_secs(1);
        let server = Server::start(subject, &setup);
        let message = mode.message("wait");
        // Both at once, so that the last is the last for its number.
        let (first, second) = (server.send(&message).await, server.send(&message).await);
        server.until_joined(1).await;
        first.reply().await.assert_unavailable(&context);
        second.reply().await.assert_unavailable(&context);
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.world.ended()), (1, 0), "{context}");
        server.world.open();
        server.world.until("late", |world| !world.lates().is_empty()).await;
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}
