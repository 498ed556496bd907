//! A client that hangs up, at every point: the handler runs once, to its end, and its reply gets where it can.

use std::time::Duration;

use echostr_tower::Patience;

use crate::{
    client::{Sent, head},
    each::each,
    messages::Mode,
    servers::{Server, Setup, Subject},
    world::FIRST,
};

/// The message counts as sent when its body is whole.
#[tokio::test]
async fn before_the_body_is_whole() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("hello");
        let (half, _) = message.body.split_at(message.body.len() / 2);
        for part in ["", half] {
            let begun = head("POST", &message.target(), message.body.len()) + part;
            let mut sent = Sent::part(server.addr, &begun).await;
            assert!(sent.is_silent().await, "{context}");
            drop(sent);
        }
        assert_eq!(server.runs(), 0, "{context}");
        assert!(message.said(&server.ask(&message).await).starts_with("run 1 attempt 1 "), "{context}");
        let (runs, counts) = (server.runs(), server.counts());
        assert_eq!((runs, counts.repeated, counts.joined), (1, 0, 0), "{context}: {counts:?}");
    })
    .await;
}

/// With the last byte of the request: whether the handler has begun by then or not, it runs once.
#[tokio::test]
async fn with_the_last_byte() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        for round in 1..=10 {
            let message = mode.message("yield");
            drop(server.send(&message).await);
            let reply = server.ask(&message).await;
            assert!(message.said(&reply).starts_with(&format!("run {round} attempt 1 ")), "{context}");
            assert_eq!(server.runs(), round, "{context}");
        }
        assert_eq!(server.world.lates(), [""; 0], "{context}");
    })
    .await;
}

#[tokio::test]
async fn while_the_handler_runs() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("wait");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        drop(first);
        // The second waits for the same handler, and hangs up too.
        let second = server.send(&message).await;
        server.until_joined(1).await;
        drop(second);
        let third = server.send(&message).await;
        server.until_joined(2).await;
        assert_eq!((server.world.ended(), server.flights.running()), (0, 1), "{context}");
        server.world.open();
        let reply = third.reply().await;
        let said = message.said(&reply);
        assert!(
            said.starts_with("run 1 attempt 1 ") && said.ends_with(&message.document),
            "{context}: {said}"
        );
        assert_eq!(server.ask(&message).await.body, reply.body, "{context}");
        assert_eq!((server.runs(), server.world.ended()), (1, 1), "{context}");
        assert_eq!(server.world.lates(), [""; 0], "{context}");
        assert_eq!(server.flights.running(), 0, "{context}");
    })
    .await;
}

/// The client is gone, and comes again when the reply is there.
#[tokio::test]
async fn before_the_reply_and_again_after_it() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("wait");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        drop(first);
        // Time for the server to see that it is gone: what is written to it until then is lost, as on any server.
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.world.open();
        server.world.until("the end", |world| world.ended() == 1).await;
        assert!(message.said(&server.ask(&message).await).starts_with("run 1 attempt 1 "), "{context}");
        assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
    })
    .await;
}

/// In the middle of a reply that comes in pieces.
#[tokio::test]
async fn in_the_middle_of_the_reply() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("stream");
        let mut first = server.send(&message).await;
        server.until_runs(1).await;
        if mode == Mode::Plain {
            first.until(FIRST).await;
        }
        drop(first);
        server.world.open_all();
        let second = server.ask(&message).await;
        if mode == Mode::Plain {
            second.assert_success(&context);
        } else {
            // It had to be whole before it could be sealed.
            assert!(message.said(&second).starts_with(FIRST), "{context}");
        }
        assert_eq!(server.runs(), 1, "{context}");
    })
    .await;
}

/// Nobody comes again: the reply is for `on_late`, as the handler made it. What counts is the time that the platform waits, since actix-web
/// does not see that a client has gone.
#[tokio::test]
async fn for_good() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = Setup { patience: Patience::AllSends, ..Setup::new(mode) };
        setup.timing.gone = Duration::from_millis(300);
        setup.timing.hold = Duration::from_millis(400);
        setup.timing.late_after = Duration::from_millis(600);
        let server = Server::start(subject, &setup);
        let message = mode.message("wait");
        let first = server.send(&message).await;
        server.until_runs(1).await;
        drop(first);
        tokio::time::sleep(Duration::from_millis(400)).await;
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
