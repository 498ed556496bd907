//! The limits of the body, which a ledger has read in plain mode too.

use std::time::Duration;

use conformance::raw;

use crate::{
    client::{Sent, head},
    each::each,
    messages::Mode,
    servers::{Accounts, Server, Setup, Subject},
};

fn limited(mode: Mode) -> Setup {
    let verifier = mode.verifier().body_limit(1_000).body_timeout(Duration::from_millis(400));
    Setup { accounts: Accounts::One(verifier), ..Setup::new(mode) }
}

fn chunked(target: &str, body: &str) -> String {
    let head = format!("POST {target} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    body.as_bytes().chunks(100).fold(head, |sent, chunk| {
        sent + &format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk))
    })
}

#[tokio::test]
async fn a_body_too_long_or_too_slow_ends_the_connection() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &limited(mode));
        let message = mode.message("hello");
        let target = message.target();
        let (half, _) = message.body.split_at(message.body.len() / 2);
        let keep = |head: String| head.replace("Connection: close\r\n", "");
        for (name, request, status) in [
            ("announced", keep(head("POST", &target, 1_001)), "413"),
            ("counted", chunked(&target, &"x".repeat(1_100)), "413"),
            ("stalled", keep(head("POST", &target, message.body.len())) + half, "408"),
            ("stalled in chunks", chunked(&target, half), "408"),
        ] {
            let reply = raw(server.addr, request.as_bytes()).await;
            let reply = reply.unwrap_or_else(|| panic!("{context} {name}: not closed"));
            assert!(reply.starts_with(&format!("HTTP/1.1 {status}")), "{context} {name}: {reply}");
            assert!(reply.to_ascii_lowercase().contains("connection: close"), "{context} {name}: {reply}");
            assert_eq!(server.runs(), 0, "{context} {name}");
        }
        // The control, with a length and in chunks.
        let whole = server.ask(&message).await;
        assert!(message.said(&whole).starts_with("run 1 attempt 1 "), "{context}");
        let other = mode.message("hello");
        let request = chunked(&other.target(), &other.body).replacen("\r\n", "\r\nConnection: close\r\n", 1);
        let reply = raw(server.addr, format!("{request}0\r\n\r\n").as_bytes()).await.expect("an answer");
        assert!(reply.starts_with("HTTP/1.1 200"), "{context}: {reply}");
        assert_eq!(server.runs(), 2, "{context}");
    })
    .await;
}

/// One byte after the other, each of them in time.
#[tokio::test]
async fn a_dripping_body_is_not_listened_to_for_long() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &limited(mode));
        let target = mode.message("hello").target();
        let reply = Sent::part(server.addr, &head("POST", &target, 900)).await.dripping().await;
        assert_eq!((reply.status, &*reply.body), (408, "timeout"), "{context}");
        assert_eq!(reply.header("x-reason"), "Body(Timeout)", "{context}");
        assert_eq!(server.runs(), 0, "{context}");
    })
    .await;
}

/// The control: without a ledger a plain body is the handler's business alone.
#[tokio::test]
async fn without_a_ledger_plain_mode_limits_nothing() {
    for subject in Subject::all() {
        let server = Server::start(subject, &limited(Mode::Plain).off());
        let message = Mode::Plain.document("x".repeat(2_000));
        assert_eq!(server.ask(&message).await.status, 200, "{subject:?}");
        assert_eq!(server.runs(), 1, "{subject:?}");
    }
}
