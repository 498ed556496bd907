//! Encrypted mode against every adapter, over real sockets, with a peer that is written apart from the code under test.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

mod case;
mod genuine;
mod protocol;
mod refused;

use std::time::Duration;

use conformance::{Connection, Format, Peer, Protocol, Reply, Server, Subject, Wechat, raw};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use tokio::task::JoinSet;

use crate::case::{Case, Expected, XML};

const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

/// All that can replace a body: `callback` of echostr-warp cannot, see the last test.
fn subjects() -> impl Iterator<Item = Subject> {
    Subject::all().filter(|subject| subject.replaces_body)
}

fn peer() -> Peer {
    Peer {
        token: "a-token-for-tests".to_owned(),
        // The last character has bits that belong to no byte.
        key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        receive_id: "wx5823bf96d3bd56c7".to_owned(),
        is_wecom: false,
    }
}

fn wecom() -> Peer {
    Peer { is_wecom: true, ..peer() }
}

fn verifier(peer: &Peer) -> Verifier {
    let key = EncodingAesKey::new(peer.key.as_str()).expect("a key");
    let receive_id = ReceiveId::new(peer.receive_id.as_str()).expect("an id");
    let build = if peer.is_wecom { Verifier::wecom } else { Verifier::encrypted };
    build(peer.token.clone(), key, receive_id).expect("a token").max_age(Duration::from_secs(300))
}

/// Every row of what encrypted mode promises to an account.
fn cases(peer: &Peer) -> Vec<Case> {
    [protocol::cases(peer), genuine::cases(peer), refused::cases(peer)].into_iter().flatten().collect()
}

async fn check(case: &Case, peer: &Peer, server: &Server, connection: &mut Connection, context: &str) {
    let hits = server.hits();
    let reply = connection.send(case.method, &format!("/wx?{}", case.query), &case.body).await;
    let reply = reply.unwrap_or_else(|error| panic!("{context}: {error}"));
    assert!(!reply.headers.contains_key("transfer-encoding"), "{context}: chunked");
    // HTTP/2 needs none for nothing.
    let no_length = reply.body.is_empty() && reply.header("content-length").is_empty();
    assert!(no_length || reply.header("content-length") == reply.body.len().to_string(), "{context}");
    match &case.expected {
        Expected::Handshake(echo) => {
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, echo.as_str()), "{context}");
            assert_eq!(server.hits(), hits, "{context}: the handler ran");
        }
        Expected::Sealed(document, format) => {
            let said = opened(peer, &reply, *format, context);
            let kind = if *format == Format::Xml { "text/xml" } else { "application/json" };
            let expected = format!(
                "nonce=1854606751 id={} type={kind}; charset=utf-8 length={} coding= body={document}",
                peer.receive_id,
                document.len()
            );
            assert_eq!(said, expected, "{context}");
            assert_eq!(server.hits(), hits + 1, "{context}");
        }
        Expected::AsIs(status, text) => {
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (*status, *text), "{context}");
            assert_eq!(server.hits(), hits + 1, "{context}");
        }
        Expected::Refused(rejection) => {
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "forbidden"), "{context}");
            assert_eq!(reply.header("x-reason"), format!("{rejection:?}"), "{context}");
            assert_eq!(server.hits(), hits, "{context}: the handler ran");
            // The same connection serves a genuine message next.
            let (query, body) = peer.request(XML, Format::Xml);
            let next = connection.send("POST", &format!("/wx?{query}"), &body).await;
            let next = next.unwrap_or_else(|error| panic!("{context}: connection lost: {error}"));
            assert_eq!(next.status, 200, "{context}: next request");
            assert_eq!(server.hits(), hits + 1, "{context}: next request");
        }
    }
}

fn opened(peer: &Peer, reply: &Reply, format: Format, context: &str) -> String {
    assert_eq!(reply.status, 200, "{context}: {}", reply.body);
    let kind = if format == Format::Xml { "text/xml" } else { "application/json" };
    assert_eq!(reply.header("content-type"), format!("{kind}; charset=utf-8"), "{context}");
    peer.open_reply(&reply.body, format)
}

async fn check_all(peer: Peer) {
    for subject in subjects() {
        let server = Server::start(subject, Wechat::Verified(verifier(&peer)));
        for protocol in PROTOCOLS {
            let mut connection = Connection::open(server.addr, protocol).await;
            for case in cases(&peer) {
                let context = format!("{subject:?}, {protocol:?}, {}", case.name);
                check(&case, &peer, &server, &mut connection, &context).await;
            }
        }
    }
}

#[tokio::test]
async fn every_case_of_safe_and_compatible_mode() {
    check_all(peer()).await;
}

#[tokio::test]
async fn every_case_of_wecom() {
    check_all(wecom()).await;
}

#[tokio::test]
async fn control_every_refused_case_reaches_the_handler_without_the_middleware() {
    for subject in subjects() {
        let server = Server::start(subject, Wechat::Off);
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        for case in cases(&peer()).iter().filter(|case| matches!(case.expected, Expected::Refused(_))) {
            let hits = server.hits();
            let reply = connection.send(case.method, &format!("/wx?{}", case.query), &case.body).await;
            assert_eq!(reply.expect("a reply").status, 200, "{subject:?}, {}", case.name);
            assert_eq!(server.hits(), hits + 1, "{subject:?}, {}", case.name);
        }
    }
}

#[tokio::test]
async fn the_reply_uses_the_credentials_that_worked() {
    let old = Peer {
        token: "the-old-token".to_owned(),
        key: "zbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        ..peer()
    };
    for subject in subjects() {
        let rotating = verifier(&peer())
            .or_token("the-old-token")
            .and_then(|verifier| verifier.or_key(EncodingAesKey::new(old.key.as_str())?))
            .expect("a rotation");
        let server = Server::start(subject, Wechat::Verified(rotating));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        for peer in [peer(), old.clone(), Peer { key: old.key.clone(), ..peer() }] {
            let (query, body) = peer.request(XML, Format::Xml);
            let reply = connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
            assert!(opened(&peer, &reply, Format::Xml, "rotation").ends_with(XML), "{subject:?}");
        }
    }
}

#[tokio::test]
async fn plain_and_encrypted_accounts_do_not_mix() {
    for subject in subjects() {
        let server = Server::start(subject, Wechat::PerRequest(verifier(&peer())));
        for protocol in PROTOCOLS {
            let mut connection = Connection::open(server.addr, protocol).await;
            let hits = server.hits();
            let (query, body) = peer().request(XML, Format::Xml);
            let stranger = connection.send("POST", &format!("/other?{query}"), &body).await.expect("a reply");
            assert_eq!(stranger.status, 403, "{subject:?}");
            assert_eq!(stranger.header("x-reason"), "Wiring(UnknownAccount)", "{subject:?}");
            assert_eq!(server.hits(), hits, "{subject:?}");
            let reply = connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
            assert!(opened(&peer(), &reply, Format::Xml, "per_request").ends_with(XML), "{subject:?}");
            assert_eq!(server.hits(), hits + 1, "{subject:?}");
        }
    }
}

#[tokio::test]
async fn on_reject_answers_what_only_the_body_shows() {
    for subject in subjects() {
        let server = Server::start(subject, Wechat::OnReject(verifier(&peer())));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let (query, _) = peer().request(XML, Format::Xml);
        let reply = connection.send("POST", &format!("/wx?{query}"), XML).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (418, "no tea"), "{subject:?}");
        assert_eq!(reply.header("x-reason"), "Body(NoEncrypt)", "{subject:?}");
        assert_eq!(server.hits(), 0, "{subject:?}");
    }
}

async fn check_limits(subject: Subject) {
    let peer = peer();
    let limited = verifier(&peer).body_limit(1000).body_timeout(Duration::from_millis(300));
    let server = Server::start(subject, Wechat::Verified(limited));
    let (query, body) = peer.request(XML, Format::Xml);
    let head = |query: &str, framing: &str| {
        format!("POST /wx?{query} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n")
    };

    // Announced: refused before a byte of it is there.
    let announced = raw(server.addr, head(&query, "Content-Length: 1001").as_bytes())
        .await
        .unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(announced.starts_with("HTTP/1.1 413"), "{subject:?}: {announced}");

    // Not announced: counted on the stream.
    let mut chunked = head(&query, "Transfer-Encoding: chunked");
    for _ in 0..11 {
        chunked.push_str(&format!("64\r\n{}\r\n", "x".repeat(100)));
    }
    let counted =
        raw(server.addr, chunked.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(counted.starts_with("HTTP/1.1 413"), "{subject:?}: {counted}");

    // Stalled.
    let (half, _) = body.split_at(100);
    let stalled = head(&query, &format!("Content-Length: {}", body.len())) + half;
    let stalled =
        raw(server.addr, stalled.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(stalled.starts_with("HTTP/1.1 408"), "{subject:?}: {stalled}");

    // A query that cannot be right is answered without the body, and not with 408.
    let hopeless = head(&query.replace("msg_signature=", "x="), "Content-Length: 900\r\nConnection: close");
    let hopeless =
        raw(server.addr, hopeless.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(hopeless.starts_with("HTTP/1.1 403"), "{subject:?}: {hopeless}");
    assert_eq!(server.hits(), 0, "{subject:?}");

    // The control: a whole body within the limits reaches the handler.
    let whole = head(&query, &format!("Content-Length: {}\r\nConnection: close", body.len())) + &body;
    let whole = raw(server.addr, whole.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(whole.starts_with("HTTP/1.1 200"), "{subject:?}: {whole}");
    assert_eq!(server.hits(), 1, "{subject:?}");
}

/// A body in chunks, with headers that stop fitting once it is decrypted.
#[tokio::test]
async fn the_handler_sees_no_header_that_does_not_fit_the_document() {
    let peer = peer();
    for subject in subjects() {
        let server = Server::start(subject, Wechat::Verified(verifier(&peer)));
        let (query, body) = peer.request(XML, Format::Xml);
        let (one, two) = body.split_at(100);
        let request = format!(
            "POST /wx?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Encoding: identity\r\n\
             TE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            one.len(),
            two.len()
        );
        let reply =
            raw(server.addr, request.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
        let (head, sealed) = reply.split_once("\r\n\r\n").expect("a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{subject:?}: {reply}");
        let said = peer.open_reply(sealed, Format::Xml);
        assert!(said.contains(&format!(" length={} coding= body={XML}", XML.len())), "{subject:?}: {said}");
    }
}

#[tokio::test]
async fn a_body_too_long_or_too_slow_ends_the_connection() {
    subjects().map(check_limits).collect::<JoinSet<()>>().join_all().await;
}

#[tokio::test]
async fn warps_callback_alone_refuses_what_it_cannot_decrypt() {
    let others: Vec<_> = Subject::all().filter(|subject| !subject.replaces_body).collect();
    let [subject] = others[..] else { panic!("one alone cannot: {others:?}") };
    assert_eq!(format!("{subject:?}"), "WarpCallback");
    let server = Server::start(subject, Wechat::Verified(verifier(&peer())));
    let mut connection = Connection::open(server.addr, Protocol::Http1).await;
    let (query, body) = peer().request(XML, Format::Xml);
    let reply = connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
    assert_eq!(reply.status, 403);
    assert_eq!(reply.header("x-reason"), "Wiring(BodyNotReplaceable)");
    assert_eq!(server.hits(), 0);
    let query = peer().handshake("4711");
    let reply = connection.send("GET", &format!("/wx?{query}"), "").await.expect("a reply");
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "4711"));
}
