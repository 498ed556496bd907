//! Requests that no client library sends: a body that does not come, a target that is none.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::time::Duration;

use conformance::{Server, Subject, TOKEN, Wechat};
use echostr::Verifier;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

/// Sends a head that announces a body, but no body, and reads what comes back.
async fn first_line(server: &Server, query: &str) -> Option<String> {
    let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
    let head = format!("POST /wx?{query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut reply = [0; 12];
    // Long enough for a busy machine; the control below needs a shorter one to say that nothing comes.
    let wait = Duration::from_secs(if query.contains("forged") { 20 } else { 1 });
    timeout(wait, stream.read_exact(&mut reply)).await.ok()?.ok()?;
    Some(String::from_utf8_lossy(&reply).into_owned())
}

async fn check(subject: Subject) {
    let verifier = Verifier::new(TOKEN).expect("a token");
    let signed = verifier.sign(1_540_176_606, "1854606751");
    let server = Server::start(subject, Wechat::Verified(verifier));
    let reply = first_line(&server, &format!("{signed}&openid=forged").replace("1854606751", "1")).await;
    assert_eq!(reply.as_deref(), Some("HTTP/1.1 403"), "{subject:?}");
    // The control: the handler does wait for the body.
    assert_eq!(first_line(&server, &signed).await, None, "{subject:?}");
    assert_eq!(server.hits(), 0, "{subject:?}");
}

#[tokio::test]
async fn a_refusal_does_not_wait_for_the_body() {
    Subject::all().map(check).collect::<JoinSet<()>>().join_all().await;
}

/// Targets without a path or a query, as scanners and proxies send them.
#[tokio::test]
async fn odd_targets_are_answered_and_reach_nobody() {
    let targets =
        ["CONNECT localhost:80", "CONNECT x", "POST localhost:80", "OPTIONS *", "POST http://x", "GET /wx?"];
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Verified(Verifier::new(TOKEN).expect("a token")));
        for target in targets {
            let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
            let head = format!("{target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).await.expect("sent");
            let mut reply = [0; 10];
            let read = timeout(Duration::from_secs(20), stream.read_exact(&mut reply)).await;
            read.expect("in time").unwrap_or_else(|error| panic!("{subject:?}, {target}: {error}"));
            assert_eq!(&reply, b"HTTP/1.1 4", "{subject:?}, {target}");
        }
        assert_eq!(server.hits(), 0, "{subject:?}");
    }
}
