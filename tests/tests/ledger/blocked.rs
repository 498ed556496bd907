//! A handler that blocks its executor's only thread for longer than the platform waits: nothing is lost, and nothing handled twice.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    each::each,
    messages::Mode,
    servers::{Server, Setup, Subject},
    world::BLOCKED,
};

fn setup(mode: Mode) -> Setup {
    let mut setup = Setup { workers: 1, ..Setup::new(mode) };
    setup.timing.gone = BLOCKED / 2;
    setup.timing.hold = BLOCKED / 2;
    setup.timing.deadline = BLOCKED / 2;
    setup
}

/// The reply is there when the thread is, and whoever comes then gets it.
#[tokio::test]
async fn the_next_send_gets_the_reply() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &setup(mode));
        let message = mode.message("block");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        // The platform gives the first up, and sends the second to a server that does not listen yet.
        sleep(BLOCKED / 2).await;
        drop(first);
        let reply = server.ask(&message).await;
        assert!(message.said(&reply).starts_with("run 1 attempt 1 "), "{context}: {reply:?}");
        assert_eq!((server.runs(), server.world.ended()), (1, 1), "{context}");
        assert_eq!(server.world.lates(), [""; 0], "{context}");
    })
    .await;
}

/// Nobody comes again. What the first is told when its time is over reaches nobody, so the reply is for `on_late`.
#[tokio::test]
async fn without_another_send_on_late_gets_it() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = setup(mode);
        setup.timing.late_after = BLOCKED + Duration::from_millis(200);
        let server = Server::start(subject, &setup);
        let message = mode.message("block");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        sleep(BLOCKED / 2).await;
        drop(first);
        server.world.until("late", |world| !world.lates().is_empty()).await;
        let late = server.world.lates().concat();
        assert!(late.starts_with("reply run 1 attempt 1 ") && late.ends_with(&message.document), "{context}");
        server.ask(&message).await.assert_success(&context);
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}
