//! A handler that fails: its own send gets the failure as without a ledger, and the next one runs it again.

use crate::{
    each::each,
    messages::{Message, Mode},
    servers::{Framework, Server, Setup, Subject},
};

/// What runs the handler again gets its reply, and who comes then gets the same.
async fn assert_second_attempt(server: &Server, message: &Message, context: &str) {
    let again = server.ask(message).await;
    assert!(message.said(&again).starts_with("run 2 attempt 2 "), "{context}: {again:?}");
    assert_eq!(server.ask(message).await.body, again.body, "{context}");
    let deliveries = server.world.deliveries();
    let [Some(one), Some(two)] = deliveries[..] else { panic!("{context}: {deliveries:?}") };
    assert_eq!((one.key(), one.attempt(), two.attempt()), (two.key(), 1, 2), "{context}");
    let counts = server.counts();
    assert_eq!((counts.retried, counts.repeated, counts.late), (1, 1, 0), "{context}");
}

/// A failure has no reply to be sealed, so it is the same in both modes.
#[tokio::test]
async fn a_status_that_is_not_200() {
    each(async |subject: Subject, mode: Mode| {
        for (word, status) in [("fail", 500), ("created", 201)] {
            let context = format!("{subject:?} {mode:?} {word}");
            let server = Server::start(subject, &Setup::new(mode));
            let message = mode.message(word);
            let failed = server.ask(&message).await;
            assert_eq!((failed.status, failed.header("x-handler")), (status, "here"), "{context}");
            // As without a ledger, but for what the handler says of its attempt.
            let off = Server::start(subject, &Setup::new(mode).off()).ask(&message).await;
            let mut expected = off.without_date();
            expected.body = expected.body.replace("attempt 0", "attempt 1");
            assert_eq!(failed.without_date(), expected, "{context}");
            assert_second_attempt(&server, &message, &context).await;
        }
    })
    .await;
}

/// Axum's handlers and its router have no errors.
#[tokio::test]
async fn an_error_of_the_inner_service() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let status = match subject.framework {
            Framework::Axum => return,
            Framework::Hyper | Framework::Actix => 502,
            Framework::Warp => 500,
        };
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("error");
        let failed = server.ask(&message).await;
        assert_eq!((failed.status, failed.header("x-outside")), (status, "yes"), "{context}: {failed:?}");
        if subject.framework != Framework::Warp {
            assert_eq!(failed.body, "an error", "{context}");
        }
        if subject.framework == Framework::Actix {
            let shown = ["x-default", "x-path", "x-agent"].map(|name| failed.header(name));
            assert_eq!(shown, ["yes", "/wx", "Mozilla/4.0"], "{context}");
        }
        assert_second_attempt(&server, &message, &context).await;
    })
    .await;
}

#[tokio::test]
async fn a_panic() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("panic");
        let failed = server.ask(&message).await;
        assert_eq!((failed.status, &*failed.body), (500, "internal error"), "{context}");
        assert_eq!(failed.header("x-outside"), "yes", "{context}");
        assert_eq!((server.world.ended(), server.flights.running()), (0, 0), "{context}");
        assert_second_attempt(&server, &message, &context).await;
    })
    .await;
}

/// One of those who wait runs it again, and all the others get what that one gets.
#[tokio::test]
async fn while_others_wait() {
    each(async |subject: Subject, mode: Mode| {
        for (word, failure) in [("fail", "broken in attempt 1"), ("panic", "internal error")] {
            let context = format!("{subject:?} {mode:?} {word}");
            let server = Server::start(subject, &Setup::new(mode));
            let message = mode.message(&format!("wait {word}"));
            let own = server.send(&message).await;
            server.until_runs(1).await;
            let mut others = vec![];
            for joined in 1..=3 {
                others.push(server.send(&message).await);
                server.until_joined(joined).await;
            }
            server.world.open();
            let own = own.reply().await;
            assert_eq!((own.status, &*own.body), (500, failure), "{context}");
            let mut bodies = vec![];
            for other in others {
                let reply = other.reply().await;
                assert!(message.said(&reply).starts_with("run 2 attempt 2 "), "{context}: {reply:?}");
                bodies.push(reply.body);
            }
            bodies.dedup();
            assert_eq!((bodies.len(), server.runs(), server.counts().retried), (1, 2, 1), "{context}");
        }
    })
    .await;
}

/// It fails every time: every send tries it, and is told so.
#[tokio::test]
async fn for_ever() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("fail always");
        for attempt in 1..=3 {
            let failed = server.ask(&message).await;
            let expected = format!("broken in attempt {attempt}");
            assert_eq!((failed.status, &*failed.body), (500, &*expected), "{context}");
            assert_eq!(server.runs(), attempt, "{context}");
        }
    })
    .await;
}

/// Once `success` has been answered, nobody will send it again.
#[tokio::test]
async fn after_success() {
    each(async |subject: Subject, mode: Mode| {
        for (word, failure) in [("fail", "failed Answer"), ("panic", "failed Panic")] {
            let context = format!("{subject:?} {mode:?} {word}");
            let server = Server::start(subject, &Setup::soon(mode));
            let message = mode.message(&format!("wait {word}"));
            server.ask(&message).await.assert_success(&context);
            assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
            server.world.open();
            server.world.until("late", |world| !world.lates().is_empty()).await;
            assert_eq!(server.world.lates(), [failure], "{context}");
            let delivery = server.world.deliveries()[0].expect("a delivery");
            assert_eq!(server.world.late_deliveries(), [delivery], "{context}");
            server.ask(&message).await.assert_success(&context);
            assert_eq!((server.runs(), server.counts().late), (1, 1), "{context}");
        }
    })
    .await;
}
