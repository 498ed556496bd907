//! What stands around the middleware: the detached handler has the request as the framework made it, and what is outside sees the
//! answer as any other.

use std::time::Duration;

use crate::{
    client::{Reply, Sent},
    each::each,
    messages::Mode,
    servers::{Framework, Server, Setup, Subject},
};

/// Extensions of the request, its path's parameters, the app's data, the span.
#[tokio::test]
async fn the_handler_has_all_of_its_request() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("hello");
        let target = message.target().replace("/wx", "/wx/shop");
        let sent = Sent::whole(server.addr, "POST", &target, &message.body).await;
        // warp hands out no extensions that it does not know the type of, so `protect` can take none along.
        let port = if format!("{subject:?}") == "WarpProtect" { 0 } else { sent.port() };
        // hyper has no paths.
        let name = if subject.framework == Framework::Hyper { "none" } else { "shop" };
        let said = message.said(&sent.reply().await);
        let expected = format!("run 1 attempt 1 span=around port={port} name={name} {}", message.document);
        assert_eq!(said, expected, "{context}");
    })
    .await;
}

/// A middleware outside adds its header to every kind of answer and, in actix-web, finds the request behind it.
#[tokio::test]
async fn what_is_outside_works_with_every_answer() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let mut setup = Setup { max_waiting: 0, ..Setup::new(mode) };
        setup.timing.deadline = Duration::from_secs(2);
        let server = Server::start(subject, &setup);
        let check = |kind: &str, reply: &Reply, status: u16| {
            assert_eq!(reply.status, status, "{context} {kind}: {reply:?}");
            assert_eq!(reply.header("x-outside"), "yes", "{context} {kind}");
            if subject.framework == Framework::Actix {
                let shown = ["x-default", "x-path", "x-agent"].map(|name| reply.header(name));
                assert_eq!(shown, ["yes", "/wx", "Mozilla/4.0"], "{context} {kind}");
            }
        };
        let message = mode.message("hello");
        check("own", &server.ask(&message).await, 200);
        check("repeat", &server.ask(&message).await, 200);
        let put = Sent::whole(server.addr, "PUT", &message.target(), &message.body).await;
        check("conflict", &put.reply().await, 403);
        check("long", &server.ask(&mode.message("long")).await, 200);
        check("failure", &server.ask(&mode.message("fail")).await, 500);
        check("panic", &server.ask(&mode.message("panic")).await, 500);
        let slow = mode.message("wait");
        let waiting = server.send(&slow).await;
        server.until_runs(5).await;
        check("full", &server.ask(&slow).await, 503);
        check("success", &waiting.reply().await, 200);
        check("success again", &server.ask(&slow).await, 200);
    })
    .await;
}

/// What a handler leaves in its request is there for the middleware outside, as long as the reply is its own: sessions work like
/// that.
#[tokio::test]
async fn actix_web_has_the_request_back_behind_the_handlers_own_reply() {
    each(async |subject: Subject, mode: Mode| {
        if subject.framework != Framework::Actix {
            return;
        }
        let mut setup = Setup::new(mode);
        setup.timing.deadline = Duration::from_secs(2);
        let server = Server::start(subject, &setup);
        for word in ["hello", "long", "fail", "created"] {
            let context = format!("{subject:?} {mode:?} {word}");
            let message = mode.message(word);
            assert_eq!(server.ask(&message).await.header("x-changed"), "true", "{context}");
            // Another attempt, where there is one, has a request of its own.
            let again = server.ask(&message).await;
            let is_attempt = ["fail", "created"].contains(&word);
            assert_eq!(again.header("x-changed"), is_attempt.to_string(), "{context}");
        }
        // The handler still has it.
        let slow = server.ask(&mode.message("wait")).await;
        slow.assert_success(&format!("{subject:?} {mode:?}"));
        assert_eq!(slow.header("x-changed"), "false", "{subject:?} {mode:?}");
    })
    .await;
}
