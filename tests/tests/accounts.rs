//! Several accounts on one server, in every adapter, over real sockets: each is found by its path or its host, what another
//! account signed is refused, and the callback says whose it is.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "what fails here must fail the test"
)]

use conformance::{Accounts, Connection, Format, Peer, Protocol, Reply, Server, Subject, Wechat};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const MESSAGE: &str = "<xml>answer account</xml>";

/// An account as WeChat knows it and as the server does.
struct Account {
    name: &'static str,
    peer: Peer,
    is_encrypted: bool,
}

impl Account {
    fn new(name: &'static str, is_encrypted: bool) -> Self {
        let peer = Peer {
            token: format!("the-token-of-the-{name}"),
            key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
            receive_id: "wx5823bf96d3bd56c7".to_owned(),
            is_wecom: false,
        };
        Self { name, peer, is_encrypted }
    }

    fn verifier(&self) -> Verifier {
        let Peer { token, key, receive_id, .. } = self.peer.clone();
        let verifier = if self.is_encrypted {
            let key = EncodingAesKey::new(key).expect("a key");
            Verifier::encrypted(token, key, ReceiveId::new(receive_id).expect("an id"))
        } else {
            Verifier::new(token)
        };
        verifier.expect("a token").named(self.name)
    }

    fn message(&self) -> (String, String) {
        if self.is_encrypted {
            self.peer.request(MESSAGE, Format::Xml)
        } else {
            (
                Verifier::new(&*self.peer.token).expect("a token").sign(1_540_176_606, "4711"),
                MESSAGE.to_owned(),
            )
        }
    }

    fn said(&self, reply: &Reply) -> String {
        assert_eq!(reply.status, 200, "{reply:?}");
        if self.is_encrypted { self.peer.open_reply(&reply.body, Format::Xml) } else { reply.body.clone() }
    }
}

fn assert_refused(reply: &Reply, reason: &str, context: &str) {
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "forbidden"), "{context}");
    assert_eq!(reply.header("x-reason"), reason, "{context}");
}

/// Both accounts are looked up, and the second one is not known once it is gone from the database.
async fn check(subject: Subject, protocol: Protocol, is_encrypted: bool) {
    let context = format!("{subject:?}, {protocol:?}, encrypted: {is_encrypted}");
    let (shop, news) = (Account::new("shop", is_encrypted), Account::new("news", is_encrypted));
    let accounts = Accounts::new([("/wx", shop.verifier()), ("/other", news.verifier())]);
    let server = Server::start(subject, Wechat::LookedUp(accounts.clone()));
    let mut connection = Connection::open(server.addr, protocol).await;

    for (nth, (account, path)) in [(&shop, "/wx"), (&news, "/other"), (&shop, "/wx")].into_iter().enumerate()
    {
        let (query, body) = account.message();
        let reply = connection.send("POST", &format!("{path}?{query}"), &body).await.expect("a reply");
        assert_eq!(account.said(&reply), account.name, "{context}");
        assert_eq!((server.hits(), accounts.asked()), (nth + 1, nth + 1), "{context}");
    }
    // What one account signed is refused on the path of the other, before the body and after it.
    let (query, body) = news.message();
    let unsigned = query.replace("&signature=", "&x=").replacen("signature=", "x=", 1);
    let sealed = [query.clone(), unsigned];
    let queries = if is_encrypted { &sealed[..] } else { &sealed[..1] };
    for (nth, query) in queries.iter().enumerate() {
        let reply = connection.send("POST", &format!("/wx?{query}"), &body).await.expect("a reply");
        assert_refused(&reply, "WrongSignature", &context);
        assert_eq!((server.hits(), accounts.asked()), (3, 4 + nth), "{context}");
    }
    let asked = accounts.asked();
    let reply = connection.send("GET", &format!("/other?{}", news.peer.handshake("4711")), "").await;
    let reply = reply.expect("a reply");
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "4711"), "{context}");
    assert_eq!((server.hits(), accounts.asked()), (3, asked + 1), "{context}");

    let accounts = Accounts::new([("/wx", shop.verifier())]);
    let server = Server::start(subject, Wechat::LookedUp(accounts.clone()));
    let mut connection = Connection::open(server.addr, protocol).await;
    for account in [&shop, &news] {
        let (query, body) = account.message();
        let reply = connection.send("POST", &format!("/other?{query}"), &body).await.expect("a reply");
        assert_refused(&reply, "Wiring(UnknownAccount)", &context);
    }
    assert_eq!((server.hits(), accounts.asked()), (0, 2), "{context}");
}

#[tokio::test]
async fn accounts_are_looked_up_once_for_each_request() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        for subject in Subject::all() {
            check(subject, protocol, false).await;
        }
        for subject in Subject::all().filter(|subject| subject.replaces_body) {
            check(subject, protocol, true).await;
        }
    }
}

/// What a message to this host gets.
async fn post(server: &Server, host: &str, (query, body): &(String, String)) -> (u16, String) {
    let mut stream = TcpStream::connect(server.addr).await.expect("the server listens");
    let length = body.len();
    let request = format!(
        "POST /wx?{query} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("a reply");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).expect("a status");
    (status.parse().expect("a number"), body.to_owned())
}

/// The sender writes the host: it says which account is meant, and the signature whether it is that one.
#[tokio::test]
async fn the_host_chooses_an_account_and_the_callback_names_it() {
    let (shop, news) = (Account::new("shop", false), Account::new("news", false));
    for subject in Subject::all() {
        let accounts = [("shop.example", shop.verifier()), ("news.example", news.verifier())];
        let server = Server::start(subject, Wechat::ByHost(Accounts::new(accounts)));
        for (nth, (host, account)) in
            [("shop.example", &shop), ("news.example", &news)].into_iter().enumerate()
        {
            let said = post(&server, host, &account.message()).await;
            assert_eq!(said, (200, account.name.to_owned()), "{subject:?}");
            assert_eq!(server.hits(), nth + 1, "{subject:?}");
        }
        for (host, account) in [("shop.example", &news), ("news.example", &shop), ("example.com", &shop)] {
            let said = post(&server, host, &account.message()).await;
            assert_eq!(said, (403, "forbidden".to_owned()), "{subject:?}, {host}");
        }
        assert_eq!(server.hits(), 2, "{subject:?}");
    }
}
