//! The sender's address, where the route runs as a service of its own.

use std::net::SocketAddr;

use echostr_warp::{Callback, Echostr, EncodingAesKey, MemoryLedger, ReceiveId, Verifier, protect};
use warp::{Filter as _, http::StatusCode};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

#[tokio::test]
async fn it_reaches_the_route() {
    let plain = Verifier::new("a-token-of-the-shop").unwrap();
    let (key, id) = (EncodingAesKey::new(KEY).unwrap(), ReceiveId::empty());
    let encrypted = Verifier::encrypted("a-token-of-the-shop", key, id).unwrap();
    let remote: SocketAddr = "192.0.2.7:4711".parse().unwrap();
    for (verifier, has_ledger) in [(&plain, true), (&encrypted, false), (&encrypted, true)] {
        let mut wechat = Echostr::new(verifier.clone());
        if has_ledger {
            wechat = wechat.ledger(MemoryLedger::new());
        }
        let route = protect(wechat, |callback| {
            let request = callback.and(warp::ext::optional::<SocketAddr>()).and(warp::body::bytes());
            request.map(|_: Callback, remote: Option<SocketAddr>, _| {
                warp::reply::with_header("success", "x-remote", remote.unwrap().to_string())
            })
        });
        let request = verifier.platform().message(1_540_176_606, "1", "<xml></xml>").unwrap();
        let path = format!("/?{}", request.query);
        let sent = warp::test::request().method("POST").path(&path).remote_addr(remote).body(&request.body);
        let answer = sent.reply(&route).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().get("x-remote").unwrap(), "192.0.2.7:4711");
    }
}
