//! Replies that are not remembered, being long or without a length: they go as they come to one send, and `success` is
//! remembered.

use crate::{
    each::{each, each_in},
    messages::{Message, Mode},
    servers::{Framework, Server, Setup, Subject},
    world::{FIRST, SECOND},
};

fn whole() -> String {
    format!("{FIRST}{SECOND}")
}

/// In encrypted mode it has to be whole before it can be sealed, so this is for plain mode.
#[tokio::test]
async fn a_reply_without_a_length_goes_as_it_comes() {
    each_in(Mode::Plain, async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("stream");
        let mut own = server.send(&message).await;
        own.until(FIRST).await;
        // `success` is remembered already.
        server.ask(&message).await.assert_success(&context);
        server.world.open_all();
        let own = own.reply().await;
        assert_eq!((own.status, &*own.body, own.header("x-handler")), (200, &*whole(), "here"), "{context}");
        assert_eq!(
            [own.header("transfer-encoding"), own.header("x-outside")],
            ["chunked", "yes"],
            "{context}"
        );
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
    })
    .await;
}

/// The own send has hung up, so the one that waits gets it; in actix-web that is on another worker.
#[tokio::test]
async fn it_goes_to_the_send_that_waits() {
    each_in(Mode::Plain, async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("wait stream");
        let own = server.send(&message).await;
        server.until_runs(1).await;
        // Whatever becomes of it: actix-web does not see that it is gone, but the younger send comes first.
        let mut waiting = server.send(&message).await;
        server.until_joined(1).await;
        drop(own);
        server.world.open();
        waiting.until(FIRST).await;
        assert_eq!(server.world.ended(), 1, "{context}");
        server.world.open_all();
        let reply = waiting.reply().await;
        assert_eq!((reply.status, &*reply.body), (200, &*whole()), "{context}");
        assert_eq!([reply.header("x-handler"), reply.header("x-outside")], ["here", "yes"], "{context}");
        if subject.framework == Framework::Actix {
            assert_ne!(reply.header("x-sent-on"), reply.header("x-ran-on"), "{context}: one worker");
        }
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
    })
    .await;
}

/// The youngest of those who wait gets it, the others are told `success`.
#[tokio::test]
async fn the_others_get_success() {
    each(async |subject: Subject, mode: Mode| {
        for word in ["stream", "long"] {
            let context = format!("{subject:?} {mode:?} {word}");
            let server = Server::start(subject, &Setup::new(mode));
            let message = mode.message(&format!("wait {word}"));
            let own = server.send(&message).await;
            server.until_runs(1).await;
            let older = server.send(&message).await;
            server.until_joined(1).await;
            let younger = server.send(&message).await;
            server.until_joined(2).await;
            server.world.open_all();
            let [own, older, younger] = [own.reply().await, older.reply().await, younger.reply().await];
            if word == "stream" && mode == Mode::Encrypted {
                // Short once it is whole, and so remembered for all.
                assert_eq!(message.said(&own), whole(), "{context}");
                assert_eq!([&older.body, &younger.body], [&own.body; 2], "{context}");
            } else {
                assert_long_or_slow(word, &message.said(&younger), &context);
                own.assert_success(&context);
                older.assert_success(&context);
                server.ask(&message).await.assert_success(&context);
            }
            assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
        }
    })
    .await;
}

fn assert_long_or_slow(word: &str, said: &str, context: &str) {
    if word == "stream" {
        assert_eq!(said, whole(), "{context}");
    } else {
        assert_eq!((said.len(), said.starts_with("run 1 xxx")), (70_006, true), "{context}");
    }
}

/// Longer than what is remembered, with a length: its own send gets it whole, sealed in encrypted mode.
#[tokio::test]
async fn a_long_reply_is_not_remembered() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("long");
        let own = server.ask(&message).await;
        assert_long_or_slow("long", &message.said(&own), &context);
        assert_eq!([own.header("x-handler"), own.header("set-cookie")], ["here", "a=b"], "{context}");
        assert_eq!(own.header("content-length"), own.body.len().to_string(), "{context}");
        server.ask(&message).await.assert_success(&context);
        assert_eq!((server.runs(), server.world.lates()), (1, vec![]), "{context}");
    })
    .await;
}

/// Nobody waits any more: `on_late` has it whole, and not sealed.
#[tokio::test]
async fn after_success_it_goes_to_on_late() {
    each(async |subject: Subject, mode: Mode| {
        for word in ["stream", "long"] {
            let context = format!("{subject:?} {mode:?} {word}");
            let server = Server::start(subject, &Setup::soon(mode));
            let message: Message = mode.message(&format!("wait {word}"));
            server.ask(&message).await.assert_success(&context);
            server.world.open();
            server.world.until("the end", |world| world.ended() == 1).await;
            server.world.open_all();
            server.world.until("late", |world| !world.lates().is_empty()).await;
            let late = server.world.lates().concat();
            assert_long_or_slow(word, late.strip_prefix("reply ").expect("a reply"), &context);
            server.ask(&message).await.assert_success(&context);
            assert_eq!((server.runs(), server.counts().late), (1, 1), "{context}");
        }
    })
    .await;
}
