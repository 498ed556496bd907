//! Encrypted mode and a sender who has no token but 900 KB: with the limits as they are by default he is answered before his body,
//! or after as much of it as a message may have.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::time::Duration;

use conformance::{Format, Peer, Server, Subject, Wechat};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

const MADE_UP: &str = "0000000000000000000000000000000000000000";

fn peer() -> Peer {
    Peer {
        token: "a-token-for-tests".to_owned(),
        key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        receive_id: "wx5823bf96d3bd56c7".to_owned(),
        is_wecom: false,
    }
}

fn verifiers() -> [Verifier; 2] {
    let Peer { token, key, receive_id, .. } = peer();
    let key = EncodingAesKey::new(key).expect("a key");
    let receive_id = ReceiveId::new(receive_id).expect("an id");
    // Nobody here waits for this one; the default would answer 408 to those who send nothing.
    let patience = Duration::from_secs(60);
    [Verifier::encrypted, Verifier::wecom].map(|build| {
        let verifier = build(token.clone(), key.clone(), receive_id.clone()).expect("a token");
        verifier.body_timeout(patience)
    })
}

/// A query whose signature over the body is made up, and which is otherwise WeChat's; `signature` is as `plain` says.
fn query(plain: &str) -> String {
    let signed = Verifier::new(peer().token).expect("a token").sign(1_540_176_606, "4711");
    let (_, rest) = signed.split_once("signature=").expect("a signature");
    let (right, rest) = rest.split_at(40);
    let signature = match plain {
        "right" => format!("signature={right}&"),
        "wrong" => format!("signature={MADE_UP}&"),
        _ => String::new(),
    };
    format!("{signature}msg_signature={MADE_UP}&encrypt_type=aes{rest}")
}

/// The status of the answer to `head`, after which `chunks` of 1 KiB are sent; a blank if there is none.
async fn status(server: &Server, query: &str, framing: &str, chunks: usize) -> String {
    let stream = TcpStream::connect(server.addr).await.expect("the server listens");
    let (mut read, mut write) = stream.into_split();
    let head = format!("POST /wx?{query} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n");
    tokio::spawn(async move {
        write.write_all(head.as_bytes()).await?;
        let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
        for _ in 0..chunks {
            write.write_all(chunk.as_bytes()).await?;
        }
        // Neither the end of the body nor of the connection.
        std::future::pending::<std::io::Result<()>>().await
    });
    let mut reply = [0; 12];
    // Nobody who waits for more of the body answers in this time; who does not answers at once.
    match timeout(Duration::from_secs(20), read.read_exact(&mut reply)).await {
        Ok(Ok(_)) => String::from_utf8_lossy(&reply).into_owned(),
        _ => String::new(),
    }
}

async fn check(subject: Subject) {
    let [verifier, wecom] = verifiers();
    let chunked = "Transfer-Encoding: chunked";
    let long = "Content-Length: 900000";
    let server = Server::start(subject, Wechat::Verified(verifier.clone()));
    for (plain, framing, chunks, expected) in [
        // Not a byte of the body is sent, and none is asked for.
        ("wrong", long, 0, "HTTP/1.1 403"),
        ("wrong", "Content-Length: 60000", 0, "HTTP/1.1 403"),
        ("wrong", chunked, 0, "HTTP/1.1 403"),
        ("right", long, 0, "HTTP/1.1 413"),
        ("none", long, 0, "HTTP/1.1 413"),
        // As much as a message may have.
        ("right", chunked, 65, "HTTP/1.1 413"),
        ("none", chunked, 65, "HTTP/1.1 413"),
    ] {
        let status = status(&server, &query(plain), framing, chunks).await;
        assert_eq!(status, expected, "{subject:?}, {plain}, {framing}");
    }
    // WeCom sends no `signature`, and nothing is to be had from one.
    let wecom = Server::start(subject, Wechat::Verified(wecom));
    for plain in ["wrong", "right", "none"] {
        let status = status(&wecom, &query(plain), chunked, 65).await;
        assert_eq!(status, "HTTP/1.1 413", "{subject:?}, {plain}");
    }
    assert_eq!((server.hits(), wecom.hits()), (0, 0), "{subject:?}");

    // The control: within the limit a right `signature` makes the server wait for the body, and is not enough then.
    let (genuine, body) = peer().request("<xml/>", Format::Xml);
    for (query, expected) in [(genuine, "HTTP/1.1 200"), (query("right"), "HTTP/1.1 403")] {
        let framing = format!("Content-Length: {}\r\nConnection: close", body.len());
        let whole = format!("POST /wx?{query} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n");
        let (mut stream, mut reply) = (TcpStream::connect(server.addr).await.expect("a server"), [0; 12]);
        stream.write_all(whole.as_bytes()).await.expect("sent");
        let waits = timeout(Duration::from_millis(200), stream.read_exact(&mut reply)).await;
        assert!(waits.is_err(), "{subject:?}: answered without the body");
        stream.write_all(body.as_bytes()).await.expect("sent");
        stream.read_exact(&mut reply).await.expect("a reply");
        assert_eq!(String::from_utf8_lossy(&reply), expected, "{subject:?}");
    }
    assert_eq!(server.hits(), 1, "{subject:?}");
}

#[tokio::test]
async fn who_signed_nothing_is_not_listened_to_for_long() {
    let subjects = Subject::all().filter(|subject| subject.replaces_body);
    subjects.map(check).collect::<JoinSet<()>>().join_all().await;
}
