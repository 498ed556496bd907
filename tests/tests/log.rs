//! Each adapter emits one event per callback, with everything that WeChat sent and no secret.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use conformance::{Connection, Format, Peer, Protocol, Server, Subject, TOKEN, Wechat};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    prelude::*,
};

/// The lines that the subscriber has written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> String {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(std::mem::take(&mut bytes)).expect("UTF-8")
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One test, because the subscriber is one for the whole process.
#[tokio::test]
async fn every_adapter_logs_what_wechat_sends() {
    let (callbacks, rest) = (Lines::default(), Lines::default());
    let (to_callbacks, to_rest) = (callbacks.clone(), rest.clone());
    let only_callbacks = Targets::new().with_target("echostr::callback", LevelFilter::INFO);
    let without_callbacks = Targets::new()
        .with_target("echostr", LevelFilter::DEBUG)
        .with_target("echostr::callback", LevelFilter::OFF);
    tracing_subscriber::registry()
        .with(
            fmt::layer()
                .with_ansi(false)
                .with_writer(move || to_callbacks.clone())
                .with_filter(only_callbacks),
        )
        .with(
            fmt::layer().with_ansi(false).with_writer(move || to_rest.clone()).with_filter(without_callbacks),
        )
        .init();
    let verifier = Verifier::new(TOKEN).expect("a token");
    assert!(rest.take().contains("tutorials"), "the token `weixin` is warned of");

    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Verified(verifier.clone()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let query = verifier.sign(1_540_176_606, "1854606751");
        let path = format!("/wx?shop=%E4%BD%A0&{query}&openid=o6_bmjrP");

        connection.send("POST", &path, "<xml/>").await.expect("a reply");
        let line = callbacks.take();
        assert_eq!(line.lines().count(), 1, "{subject:?}: {line}");
        for part in [
            "echostr::callback",
            "POST",
            "/wx",
            r#""shop": "你""#,
            r#""signature": "6a62fc79…""#,
            r#""timestamp": "1540176606""#,
            r#""nonce": "1854606751""#,
            r#""openid": "o6_bmjrP""#,
            r#""user-agent": "Mozilla/4.0""#,
            r#""content-type": "text/xml""#,
        ] {
            assert!(line.contains(part), "{subject:?}: no {part} in {line}");
        }
        assert!(!line.contains("6a62fc79ddf8"), "{subject:?}: the signature is in {line}");
        assert_eq!(rest.take(), "", "{subject:?}");

        connection.send("GET", &format!("/wx?{query}&echostr=4711"), "").await.expect("a reply");
        let line = callbacks.take();
        assert_eq!(line.lines().count(), 1, "{subject:?}: {line}");
        assert!(line.contains(r#""echostr": "4711""#), "{subject:?}: {line}");

        connection.send("POST", &path.replace("1854606751", "1"), "<xml/>").await.expect("a reply");
        assert_eq!(callbacks.take(), "", "{subject:?}: a refused request is no callback");
        let refused = rest.take();
        assert_eq!(refused.lines().count(), 1, "{subject:?}: {refused}");
        assert!(refused.contains(" WARN ") && refused.contains("does not match"), "{subject:?}: {refused}");
        let right = format!("{:x}", echostr::Signature::compute([TOKEN, "1540176606", "1"]));
        let (shown, _) = right.split_at(8);
        assert!(!refused.contains(shown), "{subject:?}: the expected signature is in {refused}");

        connection.send("GET", "/wx", "").await.expect("a reply");
        let scanned = rest.take();
        assert_eq!(scanned.lines().count(), 1, "{subject:?}: {scanned}");
        assert!(scanned.contains("DEBUG"), "{subject:?}: {scanned}");
    }

    // A console page that encrypts: one warning a verifier, at a genuine message.
    for subject in Subject::all() {
        let verifier = Verifier::new(TOKEN).expect("a token");
        rest.take();
        let server = Server::start(subject, Wechat::Verified(verifier.clone()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let query = format!("{}&encrypt_type=aes", verifier.sign(1_540_176_606, "1854606751"));
        connection
            .send("POST", &format!("/wx?{}", query.replace("1854606751", "1")), "")
            .await
            .expect("a reply");
        let forged = rest.take();
        assert!(forged.contains("does not match") && forged.lines().count() == 1, "{subject:?}: {forged}");
        for expected in [1, 0, 0] {
            connection.send("POST", &format!("/wx?{query}"), "<xml/>").await.expect("a reply");
            let warned = rest.take();
            assert_eq!(warned.lines().count(), expected, "{subject:?}: {warned}");
            assert_eq!(
                warned.contains(" WARN ") && warned.contains("encrypt_type=aes"),
                expected == 1,
                "{warned}"
            );
        }
        assert_eq!(server.hits(), 3, "{subject:?}: the handler runs all the same");
        callbacks.take();
    }

    // In Chinese, for the operator alone.
    for subject in Subject::all() {
        let [english, chinese] = [Wechat::Verified, Wechat::InChinese].map(|wechat| wechat(verifier.clone()));
        let mut replies = vec![];
        for (wechat, sentence) in [(english, "the signature does not match"), (chinese, "签名不对")] {
            let server = Server::start(subject, wechat);
            let mut connection = Connection::open(server.addr, Protocol::Http1).await;
            let query = verifier.sign(1_540_176_606, "1854606751").replace("1854606751", "1");
            let mut reply = connection.send("POST", &format!("/wx?{query}"), "").await.expect("a reply");
            reply.headers.remove("date");
            replies.push((reply.status, reply.headers, reply.body));
            let refused = rest.take();
            assert_eq!(refused.lines().count(), 1, "{subject:?}: {refused}");
            assert!(refused.contains(sentence), "{subject:?}: {refused}");
            assert_eq!(server.hits(), 0, "{subject:?}");
        }
        let [english, chinese] = replies.as_slice() else { panic!("two") };
        assert_eq!(english, chinese, "{subject:?}");
        assert_eq!(english.2, "forbidden", "{subject:?}");
    }

    // Encrypted mode: the event comes when the body has been opened, once.
    let peer = Peer {
        token: "a-token-for-tests".to_owned(),
        key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        receive_id: "wx5823bf96d3bd56c7".to_owned(),
        is_wecom: false,
    };
    let key = EncodingAesKey::new(peer.key.as_str()).expect("a key");
    let verifier = Verifier::encrypted(peer.token.as_str(), key, ReceiveId::any()).expect("a token");
    rest.take();
    for subject in Subject::all().filter(|subject| subject.replaces_body) {
        let server = Server::start(subject, Wechat::Verified(verifier.clone()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let (query, body) = peer.request("<xml/>", Format::Xml);
        connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
        let line = callbacks.take();
        assert_eq!(line.lines().count(), 1, "{subject:?}: {line}");
        assert!(line.contains(r#"path="/wx""#), "{subject:?}: {line}");
        assert!(line.contains(r#""encrypt_type": "aes""#), "{subject:?}: {line}");
        assert!(line.contains(r#""content-type": "text/xml""#), "{subject:?}: as WeChat sent it: {line}");
        let (_, msg_signature) = query.split_once("&msg_signature=").expect("a signature");
        let (shown, hidden) = msg_signature.split_at(8);
        assert!(line.contains(shown) && !line.contains(hidden), "{subject:?}: {line}");
        assert_eq!(rest.take(), "", "{subject:?}");

        connection.send("POST", &format!("/wx?{query}"), "<xml/>").await.expect("a reply");
        assert_eq!(callbacks.take(), "", "{subject:?}: a refused request is no callback");
        let refused = rest.take();
        assert_eq!(refused.lines().count(), 1, "{subject:?}: {refused}");
        assert!(refused.contains("(-40002)"), "{subject:?}: {refused}");
    }
}
