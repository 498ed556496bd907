//! Encrypted mode against every adapter, over real sockets, with a peer that is written apart from the code under test.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

use std::time::Duration;

use conformance::{Connection, Format, Peer, Protocol, Reply, Server, Subject, Wechat};
use echostr::{
    EncodingAesKey, Parameter, ReceiveId, Rejection, Verifier,
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

const XML: &str = "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>";
const JSON: &str = "{\"MsgType\":\"text\",\"Content\":\"你好\"}";

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

/// A request and what must come of it.
struct Case {
    name: &'static str,
    method: &'static str,
    query: String,
    body: String,
    expected: Expected,
}

enum Expected {
    /// The handshake is answered with this text; the handler does not run.
    Handshake(&'static str),
    /// The handler sees this document, and its reply is sealed in this format.
    Sealed(&'static str, Format),
    /// The handler sees this document in XML, and its reply is sealed in JSON, the format of the body.
    Rewrapped(&'static str),
    /// The handler runs, and its answer goes out as it is.
    AsIs(u16, &'static str),
    /// Refused for this reason; the handler does not run.
    Refused(Rejection),
}

fn cases(peer: &Peer) -> Vec<Case> {
    use Expected::{AsIs, Handshake, Refused, Rewrapped, Sealed};

    let case = |name, (query, body): (String, String), expected| Case {
        name,
        method: "POST",
        query,
        body,
        expected,
    };
    let xml = || peer.request(XML, Format::Xml);
    let edited = |edit: &dyn Fn(&mut String, &mut String)| {
        let (mut query, mut body) = xml();
        edit(&mut query, &mut body);
        (query, body)
    };
    let signed = |encrypt: String| {
        let body = format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
        (peer.query(&encrypt), body)
    };
    let stranger = Peer { receive_id: "wx0000000000000000".to_owned(), ..peer.clone() };
    let other_token = Peer { token: "another-token".to_owned(), ..peer.clone() };
    let other_key = Peer { key: "zbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(), ..peer.clone() };
    let frame = |length: u32, message: &[u8], padding: &[u8]| {
        let mut plain = b"0123456789abcdef".to_vec();
        plain.extend(length.to_be_bytes());
        plain.extend(message);
        plain.extend(padding);
        signed(peer.encrypt_blocks(&plain))
    };

    let mut cases = vec![
        // What passes
        Case {
            name: "handshake",
            method: "GET",
            query: peer.handshake("4375120948345356249"),
            body: String::new(),
            expected: Handshake("4375120948345356249"),
        },
        case("a message in XML", xml(), Sealed(XML, Format::Xml)),
        case("a message in JSON", peer.request(JSON, Format::Json), Sealed(JSON, Format::Json)),
        case(
            "JSON keys in lower case",
            edited(&|query, body| {
                (*query, *body) = peer.request(JSON, Format::Json);
                *body = body.replace("ToUserName", "tousername").replace("Encrypt", "encrypt");
            }),
            Sealed(JSON, Format::Json),
        ),
        case(
            "compatible mode: the plain copy is dropped",
            edited(&|_, body| {
                *body = body.replace("<Encrypt>", "<Content><![CDATA[forged]]></Content>\n    <Encrypt>");
            }),
            Sealed(XML, Format::Xml),
        ),
        case(
            "white space around the text",
            edited(&|_, body| *body = body.replace("<![CDATA[", "\n <![CDATA[ ").replace("]]>", " ]]>\n")),
            Sealed(XML, Format::Xml),
        ),
        case(
            "the handler answers success",
            peer.request("<xml>answer success</xml>", Format::Xml),
            AsIs(200, "success"),
        ),
        case(
            "the handler answers nothing",
            peer.request("<xml>answer nothing</xml>", Format::Xml),
            AsIs(200, ""),
        ),
        case(
            "the handler answers 500",
            peer.request("<xml>answer 500</xml>", Format::Xml),
            AsIs(500, "broken"),
        ),
        case(
            "the handler answers 201",
            peer.request("<xml>answer 201</xml>", Format::Xml),
            AsIs(201, "created"),
        ),
        case(
            "the handler's answer is compressed",
            peer.request("<xml>answer gzip</xml>", Format::Xml),
            AsIs(500, "internal error"),
        ),
        case("XML in a body of JSON", peer.request(XML, Format::Json), Rewrapped(XML)),
        // What does not
        case(
            "the body without Encrypt",
            edited(&|_, body| *body = XML.to_owned()),
            Refused(Rejection::Body(BodyFault::NoEncrypt)),
        ),
        case(
            "the URL without msg_signature",
            edited(&|query, _| *query = query.replace("msg_signature=", "x=")),
            Refused(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        ),
        case(
            "a plain message with a valid signature",
            (
                Verifier::new(peer.token.as_str()).expect("a token").sign(1_540_176_606, "1854606751"),
                XML.to_owned(),
            ),
            Refused(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        ),
        case(
            "an empty body",
            edited(&|_, body| body.clear()),
            Refused(Rejection::Body(BodyFault::Malformed)),
        ),
        case("an empty Encrypt", signed(String::new()), Refused(Rejection::Body(BodyFault::NoEncrypt))),
        case(
            "two Encrypts",
            edited(&|_, body| *body = body.replace("</xml>", "<Encrypt>AAAA</Encrypt></xml>")),
            Refused(Rejection::Body(BodyFault::SeveralEncrypts)),
        ),
        case(
            "a document type",
            edited(&|_, body| body.insert_str(0, "<!DOCTYPE xml [<!ENTITY e \"x\">]>")),
            Refused(Rejection::Body(BodyFault::Malformed)),
        ),
        case(
            "an entity",
            edited(&|_, body| *body = body.replace("<Encrypt>", "<Content>&e;</Content><Encrypt>")),
            Refused(Rejection::Body(BodyFault::Malformed)),
        ),
        case("another token", other_token.request(XML, Format::Xml), Refused(Rejection::WrongSignature)),
        case(
            "one digit of msg_signature",
            edited(&|query, _| {
                let (before, signature) = query.split_once("msg_signature=").expect("a signature");
                let other = if signature.starts_with('0') { "1" } else { "0" };
                *query = format!("{before}msg_signature={other}{}", signature.split_at(1).1);
            }),
            Refused(Rejection::WrongSignature),
        ),
        case(
            "one character of the cipher text",
            edited(&|_, body| {
                let (before, text) = body.split_once("<Encrypt><![CDATA[").expect("a text");
                let other = if text.starts_with('A') { "B" } else { "A" };
                *body = format!("{before}<Encrypt><![CDATA[{other}{}", text.split_at(1).1);
            }),
            Refused(Rejection::WrongSignature),
        ),
        case(
            "another receive id",
            stranger.request(XML, Format::Xml),
            Refused(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
        ),
        case(
            "not base64, but signed",
            signed("$$$$".to_owned()),
            Refused(Rejection::Envelope(EnvelopeFault::NotBase64)),
        ),
        case(
            "half a block, but signed",
            signed("AAAAAAAAAAA=".to_owned()),
            Refused(Rejection::Envelope(EnvelopeFault::CipherLength)),
        ),
        case(
            "padding of 0",
            frame(0, b"wx5823bf96d3", &[]).clone(),
            Refused(Rejection::Envelope(EnvelopeFault::Padding)),
        ),
        case(
            "a length beyond the end",
            frame(500, b"", &[12; 12]),
            Refused(Rejection::Envelope(EnvelopeFault::LengthField)),
        ),
        case(
            "a message that is not UTF-8",
            frame(4, &[255; 4], &[8; 8]),
            Refused(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
        ),
    ];
    let (query, body) = other_key.request(XML, Format::Xml);
    cases.push(case("another key", (query, body), Refused(Rejection::Envelope(EnvelopeFault::Padding))));
    if peer.is_wecom {
        let plain = Verifier::new(peer.token.as_str()).expect("a token").sign(1_540_176_606, "1854606751");
        let encrypt = peer.encrypt(XML.as_bytes());
        let captured_echo = peer.encrypt(b"4375120948345356249");
        cases.push(Case {
            name: "a captured message sent as a handshake",
            method: "GET",
            query: format!(
                "{}&echostr={}",
                peer.query(&encrypt),
                encrypt.replace('+', "%2B").replace('=', "%3D")
            ),
            body: String::new(),
            expected: Refused(Rejection::Envelope(EnvelopeFault::WrongKind)),
        });
        cases.push(case(
            "a captured handshake sent as a message",
            signed(captured_echo),
            Refused(Rejection::Envelope(EnvelopeFault::WrongKind)),
        ));
        cases.push(Case {
            name: "a handshake with the plain signature only",
            method: "GET",
            query: format!("{plain}&echostr=4711"),
            body: String::new(),
            expected: Refused(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        });
    } else {
        cases.push(Case {
            name: "a handshake with further parameters",
            method: "GET",
            query: format!("{}&encrypt_type=aes&msg_signature=00", peer.handshake("4711")),
            body: String::new(),
            expected: Handshake("4711"),
        });
    }
    cases
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
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, *echo), "{context}");
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
        Expected::Rewrapped(document) => {
            let said = opened(peer, &reply, Format::Json, context);
            assert!(said.contains(" type=text/xml; charset=utf-8 "), "{context}: {said}");
            assert!(said.ends_with(&format!(" body={document}")), "{context}: {said}");
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

/// Sends bytes as they are and reads until the server closes the connection. `None` if it does not.
async fn raw(server: &Server, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
    // Fails where the server has answered and closed before the end, as it should.
    drop(stream.write_all(request).await);
    let mut reply = vec![];
    // A reset behind the answer ends the reading too.
    let read = timeout(Duration::from_secs(20), async {
        let mut piece = [0; 1024];
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            reply.extend(piece.iter().take(length));
        }
    });
    read.await.ok()?;
    Some(String::from_utf8_lossy(&reply).into_owned())
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
    let announced = raw(&server, head(&query, "Content-Length: 1001").as_bytes())
        .await
        .unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(announced.starts_with("HTTP/1.1 413"), "{subject:?}: {announced}");

    // Not announced: counted on the stream.
    let mut chunked = head(&query, "Transfer-Encoding: chunked");
    for _ in 0..11 {
        chunked.push_str(&format!("64\r\n{}\r\n", "x".repeat(100)));
    }
    let counted = raw(&server, chunked.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(counted.starts_with("HTTP/1.1 413"), "{subject:?}: {counted}");

    // Stalled.
    let (half, _) = body.split_at(100);
    let stalled = head(&query, &format!("Content-Length: {}", body.len())) + half;
    let stalled = raw(&server, stalled.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(stalled.starts_with("HTTP/1.1 408"), "{subject:?}: {stalled}");

    // A query that cannot be right is answered without the body, and not with 408.
    let hopeless = head(&query.replace("msg_signature=", "x="), "Content-Length: 900\r\nConnection: close");
    let hopeless =
        raw(&server, hopeless.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
    assert!(hopeless.starts_with("HTTP/1.1 403"), "{subject:?}: {hopeless}");
    assert_eq!(server.hits(), 0, "{subject:?}");

    // The control: a whole body within the limits reaches the handler.
    let whole = head(&query, &format!("Content-Length: {}\r\nConnection: close", body.len())) + &body;
    let whole = raw(&server, whole.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
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
            raw(&server, request.as_bytes()).await.unwrap_or_else(|| panic!("{subject:?}: not closed"));
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
