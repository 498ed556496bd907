//! Over real sockets. WeChat refuses a chunked handshake.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::{net::SocketAddr, sync::atomic::Ordering};

use conformance::{Connection, Format, Peer, Protocol, Reply};
use conformance_salvo::start;
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use echostr_tower::EchostrLayer;

const MESSAGE: &str = "<xml><Content><![CDATA[你好]]></Content></xml>";

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
    let plain = Verifier::new(token.as_str()).expect("a token");
    [plain, Verifier::encrypted(token, key, receive_id).expect("a token")]
}

/// The query and the body of a genuine message.
fn genuine(verifier: &Verifier) -> (String, String) {
    if verifier.is_encrypted() {
        peer().request(MESSAGE, Format::Xml)
    } else {
        (verifier.sign(1_540_176_606, "1854606751"), MESSAGE.to_owned())
    }
}

async fn ask(addr: SocketAddr, method: &str, query: &str, body: &str) -> Reply {
    let mut connection = Connection::open(addr, Protocol::Http1).await;
    connection.send(method, &format!("/wx?{query}"), body).await.expect("a reply")
}

/// Not chunked, as salvo sends whatever went through a tower layer and does not say its length.
fn assert_length(reply: &Reply) {
    assert!(!reply.headers.contains_key("transfer-encoding"), "chunked: {reply:?}");
    assert_eq!(reply.header("content-length"), reply.body.len().to_string(), "{reply:?}");
}

#[tokio::test]
async fn under_salvo() {
    for verifier in verifiers() {
        let (addr, hits) = start(Some(EchostrLayer::new(verifier.clone()))).await;
        let handshake = peer().handshake("3892692869596528638");
        let reply = ask(addr, "GET", &handshake, "").await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "3892692869596528638"));
        assert_length(&reply);

        let (query, body) = genuine(&verifier);
        let forged = query.replace("1854606751", "1854606752");
        for (method, query) in [("POST", &*forged), ("PUT", &*forged), ("GET", &*forged), ("POST", "")] {
            let reply = ask(addr, method, query, &body).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "forbidden"), "{method}");
            assert_length(&reply);
        }
        assert_eq!(hits.load(Ordering::SeqCst), 0);

        let reply = ask(addr, "POST", &query, &body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let said = if verifier.is_encrypted() {
            assert_length(&reply);
            peer().open_reply(&reply.body, Format::Xml)
        } else {
            reply.body
        };
        assert_eq!(said, format!("1854606751 says {MESSAGE}"));
        assert_eq!(hits.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn control_without_the_layer() {
    let (addr, hits) = start(None).await;
    let [plain, _] = verifiers();
    let (query, body) = genuine(&plain);
    let reply = ask(addr, "POST", &query.replace("1854606751", "1854606752"), &body).await;
    assert_eq!((reply.status.as_u16(), reply.body), (200, format!("nobody says {MESSAGE}")));
    assert_eq!(hits.load(Ordering::SeqCst), 1);
}
