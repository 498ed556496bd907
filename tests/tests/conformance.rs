//! The table of cases against every adapter, over real sockets, HTTP/1.1 and HTTP/2.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

use std::time::Duration;

use conformance::{
    Case, Connection, Expected, Protocol, Reply, Server, Subject, TOKEN, Wechat, always, with_max_age,
};
use echostr::{Rejection, Verifier, rejection::WiringFault};

const BODY: &str = "<xml><Content><![CDATA[你好]]></Content></xml>";

const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

fn verifier() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

/// A request that passes with every verifier used here, whenever it is sent.
fn valid() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
    format!("/wx?{}", verifier().sign(now, "4711"))
}

/// Sends a case over `connection` and checks everything that can be seen of it.
async fn check(case: &Case, server: &Server, connection: &mut Connection, context: &str) {
    let hits = server.hits();
    let body = if case.method == "GET" || case.method == "HEAD" { "" } else { BODY };
    let reply = connection.send(case.method, &format!("/wx?{}", case.query), body).await;
    let reply = reply.unwrap_or_else(|error| panic!("{context}: {error}"));
    match &case.expected {
        Expected::Handshake(echo) => {
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, *echo), "{context}");
            assert_own_answer(&reply, case.method, context);
            assert_eq!(server.hits(), hits, "{context}: the handler ran");
        }
        Expected::Callback => {
            assert_eq!(reply.status, 200, "{context}: {}", reply.body);
            assert!(
                reply.body.starts_with("nonce=1854606751 id=none type=text/xml "),
                "{context}: {}",
                reply.body
            );
            assert!(reply.body.ends_with(&format!(" body={body}")), "{context}: {}", reply.body);
            assert_eq!(server.hits(), hits + 1, "{context}: the handler did not run once");
        }
        Expected::Refused(rejection) => {
            assert_refused(&reply, *rejection, case.method, context);
            assert_eq!(server.hits(), hits, "{context}: the handler ran");
            // The same connection, not a new one.
            let next = connection.send("POST", &valid(), BODY).await;
            let next = next.unwrap_or_else(|error| panic!("{context}: connection lost: {error}"));
            assert_eq!(next.status, 200, "{context}: next request");
            assert_eq!(server.hits(), hits + 1, "{context}: next request");
        }
    }
}

fn assert_refused(reply: &Reply, rejection: Rejection, method: &str, context: &str) {
    let body = if method == "HEAD" { "" } else { "forbidden" };
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, body), "{context}");
    assert_own_answer(reply, method, context);
    assert_eq!(reply.header("x-reason"), format!("{rejection:?}"), "{context}");
}

/// What the handshake's answer and a refusal have in common.
fn assert_own_answer(reply: &Reply, method: &str, context: &str) {
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8", "{context}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{context}");
    assert_eq!(reply.header("cache-control"), "no-store", "{context}");
    assert!(!reply.headers.contains_key("transfer-encoding"), "{context}: chunked");
    if method != "HEAD" {
        assert_eq!(reply.header("content-length"), reply.body.len().to_string(), "{context}");
    }
}

async fn check_all(subject: Subject, verifier: Verifier, cases: Vec<Case>) {
    let server = Server::start(subject, Wechat::Verified(verifier));
    for protocol in PROTOCOLS {
        let mut connection = Connection::open(server.addr, protocol).await;
        for case in &cases {
            let context = format!("{subject:?}, {protocol:?}, {}", case.name);
            check(case, &server, &mut connection, &context).await;
        }
    }
}

#[tokio::test]
async fn every_case_holds_for_every_adapter() {
    for subject in Subject::all() {
        check_all(subject, verifier(), always()).await;
    }
}

#[tokio::test]
async fn max_age_holds_for_every_adapter() {
    for subject in Subject::all() {
        check_all(subject, verifier().max_age(Duration::from_secs(300)), with_max_age()).await;
    }
}

#[tokio::test]
async fn control_every_case_reaches_the_handler_without_the_middleware() {
    let cases = || always().into_iter().chain(with_max_age());
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Off);
        for protocol in PROTOCOLS {
            let mut connection = Connection::open(server.addr, protocol).await;
            for case in cases() {
                if case.method == "HEAD" && protocol == Protocol::Http2 {
                    continue; // hyper leaves it to the service to send no body then, and the bare ones do not care
                }
                let hits = server.hits();
                let context = format!("{subject:?}, {protocol:?}, {}", case.name);
                let reply = connection.send(case.method, &format!("/wx?{}", case.query), "").await;
                assert_eq!(reply.expect("a reply").status, 200, "{context}");
                assert_eq!(server.hits(), hits + 1, "{context}: the counter did not move");
            }
        }
    }
}

#[tokio::test]
async fn rotation_accepts_each_token_and_no_other() {
    let rotating = || {
        let verifier = Verifier::new("the-new-one").expect("a token");
        verifier.or_token("the-old-one").expect("a token").or_token(TOKEN).expect("a token")
    };
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Verified(rotating()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        for (token, hits) in [("the-new-one", 1), ("the-old-one", 2), (TOKEN, 3), ("a-stranger", 3)] {
            let query = Verifier::new(token).expect("a token").sign(1_540_176_606, "1");
            let reply = connection.send("POST", &format!("/wx?{query}"), BODY).await.expect("a reply");
            assert_eq!(reply.status == 200, token != "a-stranger", "{subject:?}, {token}");
            assert_eq!(server.hits(), hits, "{subject:?}, {token}");
        }
    }
}

#[tokio::test]
async fn on_reject_replaces_the_answer_and_keeps_the_reason() {
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::OnReject(verifier()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let reply = connection.send("POST", "/wx?nonce=1", BODY).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (418, "no tea"), "{subject:?}");
        assert_eq!(reply.header("x-reason"), "Query(Missing(Signature))", "{subject:?}");
        assert_eq!(server.hits(), 0, "{subject:?}");
        let reply = connection.send("POST", &valid(), BODY).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), server.hits()), (200, 1), "{subject:?}");
    }
}

#[tokio::test]
async fn per_request_refuses_what_it_does_not_know() {
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::PerRequest(verifier()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let stranger = valid().replace("/wx", "/other");
        let reply = connection.send("POST", &stranger, BODY).await.expect("a reply");
        assert_refused(
            &reply,
            Rejection::Wiring(WiringFault::UnknownAccount),
            "POST",
            &format!("{subject:?}"),
        );
        assert_eq!(server.hits(), 0, "{subject:?}");
        let forged = connection.send("POST", &valid().replace("4711", "4712"), BODY).await.expect("a reply");
        assert_refused(&forged, Rejection::WrongSignature, "POST", &format!("{subject:?}"));
        let reply = connection.send("POST", &valid(), BODY).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), server.hits()), (200, 1), "{subject:?}");
    }
}
