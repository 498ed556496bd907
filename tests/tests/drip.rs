//! Chunked requests that are answered without their body: a body that is there already costs nothing, and a sender that lets it
//! drip is not listened to for long.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::time::{Duration, Instant};

use conformance::{Server, Subject, TOKEN, Wechat};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

/// Longer than any server here listens, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(20);

const CHUNK: &[u8] = b"4\r\ndrip\r\n";

fn verifiers() -> [Verifier; 2] {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let plain = Verifier::new(TOKEN).expect("a token");
    let encrypted = Verifier::encrypted(TOKEN, key, ReceiveId::any()).expect("a token");
    [plain, encrypted.body_timeout(PATIENCE)]
}

fn head(method: &str, query: &str) -> String {
    format!("{method} /wx?{query} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
}

/// Sends a chunk every 100 ms until the connection ends or `patience` does. What came back, and whether it was closed.
async fn drip(server: &Server, head: &str, patience: Duration) -> (String, bool) {
    let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let (mut read, mut write) = stream.split();
    let mut reply = vec![];
    let started = Instant::now();
    let closed = async {
        let mut piece = [0; 1024];
        // The end or a reset: either way the server listens no longer.
        while let Ok(length @ 1..) = read.read(&mut piece).await {
            reply.extend(piece.iter().take(length));
        }
        // A server may end its own side first and still listen; only a failing write shows that it does not.
        std::future::pending::<()>().await;
    };
    let dripping = async {
        while started.elapsed() < patience {
            if write.write_all(CHUNK).await.is_err() {
                return true;
            }
            sleep(Duration::from_millis(100)).await;
        }
        false
    };
    let is_closed = tokio::select! {
        () = closed => unreachable!("it waits for the other"),
        is_closed = dripping => is_closed,
    };
    (String::from_utf8_lossy(&reply).into_owned(), is_closed)
}

/// The requests that are answered without their body, and how.
fn unread(verifier: &Verifier) -> [(String, &'static str); 2] {
    let signed = Verifier::new(TOKEN).expect("a token").sign(1_540_176_606, "4711");
    let message = if verifier.is_encrypted() {
        verifier.sign_encrypted(1_540_176_606, "4711", "<xml/>").expect("a key").query
    } else {
        signed.clone()
    };
    [
        (head("POST", &message.replace("4711", "1")), "HTTP/1.1 403"),
        (head("GET", &format!("{signed}&echostr=4711")), "HTTP/1.1 200"),
    ]
}

async fn check(subject: Subject, verifier: Verifier) {
    let server = Server::start(subject, Wechat::Verified(verifier.clone()));
    for (head, status) in unread(&verifier) {
        let context = format!("{subject:?}, {status}, {}", verifier.is_encrypted());
        let (reply, is_closed) = drip(&server, &head, PATIENCE).await;
        assert!(reply.starts_with(status), "{context}: {reply}");
        assert!(is_closed, "{context}: still open");
    }
    assert_eq!(server.hits(), 0, "{subject:?}");
}

#[tokio::test]
async fn who_lets_an_unread_body_drip_is_cut_off() {
    let mut tasks = JoinSet::new();
    for verifier in verifiers() {
        let is_encrypted = verifier.is_encrypted();
        for subject in Subject::all().filter(|subject| subject.replaces_body || !is_encrypted) {
            tasks.spawn(check(subject, verifier.clone()));
        }
    }
    tasks.join_all().await;
}

/// The control: the body of a genuine message may take its time.
#[tokio::test]
async fn a_genuine_message_may_drip() {
    let [plain, _] = verifiers();
    let mut tasks = JoinSet::new();
    for subject in Subject::all() {
        let plain = plain.clone();
        tasks.spawn(async move {
            let query = plain.sign(1_540_176_606, "4711");
            let server = Server::start(subject, Wechat::Verified(plain));
            let (reply, is_closed) = drip(&server, &head("POST", &query), Duration::from_secs(3)).await;
            assert!(!is_closed, "{subject:?}: {reply}");
            assert_eq!(reply, "", "{subject:?}");
        });
    }
    tasks.join_all().await;
}

/// A chunked body that has arrived with its head is no reason to end the connection.
#[tokio::test]
async fn a_whole_chunked_body_leaves_the_connection_usable() {
    for verifier in verifiers() {
        let is_encrypted = verifier.is_encrypted();
        for subject in Subject::all().filter(|subject| subject.replaces_body || !is_encrypted) {
            let server = Server::start(subject, Wechat::Verified(verifier.clone()));
            let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
            for (head, status) in unread(&verifier) {
                let request = format!("{head}4\r\ndrip\r\n0\r\n\r\n");
                stream.write_all(request.as_bytes()).await.expect("sent");
                let mut reply = String::new();
                let read = timeout(PATIENCE, async {
                    let mut piece = [0; 1024];
                    // Both answers end with their body, which is told by the length in the head.
                    while !(reply.ends_with("\r\n\r\nforbidden") || reply.ends_with("\r\n\r\n4711")) {
                        match stream.read(&mut piece).await {
                            Ok(length @ 1..) => reply.push_str(&String::from_utf8_lossy(&piece[..length])),
                            end => panic!("{subject:?}, {status}: {end:?} after {reply}"),
                        }
                    }
                });
                read.await.unwrap_or_else(|_| panic!("{subject:?}, {status}"));
                assert!(reply.starts_with(status), "{subject:?}: {reply}");
            }
        }
    }
}
