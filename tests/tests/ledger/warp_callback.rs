//! `callback` of echostr-warp cannot detach what follows it in the route, so with a ledger it takes no message.

use conformance::{Connection, Protocol, Server, Subject, Wechat};

use crate::messages::{Mode, peer};

#[tokio::test]
async fn it_refuses_what_it_cannot_run_once() {
    let subject = Subject::all().find(|subject| format!("{subject:?}") == "WarpCallback").expect("one");
    let verifier = || Mode::Plain.verifier();
    let (once, plain) = (Wechat::Once(verifier()), Wechat::Verified(verifier()));
    let (server, control) = (Server::start(subject, once), Server::start(subject, plain));
    let message = Mode::Plain.message("hello");
    let forged = message.target().replace("nonce=99", "nonce=98");
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let mut connection = Connection::open(server.addr, protocol).await;
        for (target, reason) in
            [(message.target(), "Wiring(HandlerNotDetachable)"), (forged.clone(), "WrongSignature")]
        {
            let reply = connection.send("POST", &target, &message.body).await.expect("a reply");
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "forbidden"), "{reason}");
            assert_eq!(reply.header("x-reason"), reason);
            assert_eq!(server.hits(), 0, "{reason}");
        }
        let target = format!("/wx?{}", peer().handshake("4711"));
        let reply = connection.send("GET", &target, "").await.expect("a reply");
        assert_eq!((reply.status.as_u16(), reply.body.as_str(), server.hits()), (200, "4711", 0));
    }
    // The control: without a ledger the same message is handled.
    let mut connection = Connection::open(control.addr, Protocol::Http1).await;
    let reply = connection.send("POST", &message.target(), &message.body).await.expect("a reply");
    assert_eq!((reply.status.as_u16(), control.hits()), (200, 1));
}
