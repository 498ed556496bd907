//! Typed handlers behind a ledger: messages, notices and the aibot's, in every mode, handled once.

use conformance::{Connection, Format, Peer, Protocol, Reply, Server, Subject, Wechat};
use echostr::{EncodingAesKey, ReceiveId, Verifier};

use crate::messages::{Mode, peer};

const TEXT: &str = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1784460000</CreateTime>\
                    <MsgType>text</MsgType><Content>hello</Content><MsgId>1</MsgId></xml>";

const WECOM: &str = "<xml><ToUserName>ww1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1784460000</CreateTime>\
                     <MsgType>text</MsgType><Content>hello</Content><MsgId>1</MsgId><AgentID>218</AgentID></xml>";

const JSON: &str = r#"{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1784460000,"MsgType":"text","Content":"hello","MsgId":1}"#;

const NOTICE: &str = "<xml><AppId>wx1</AppId><CreateTime>1413192605</CreateTime>\
                      <InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket>t</ComponentVerifyTicket></xml>";

const BOT: &str = r#"{"msgid":"m","create_time":1700000000,"aibotid":"b","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":"enter_chat"}}"#;

/// Document, the path of the handler that asks for its kind, what the reply has in it.
const DOCUMENTS: [(&str, &str, &str); 5] = [
    (TEXT, "/message", "你说：hello"),
    (WECOM, "/message", "你说：hello"),
    (JSON, "/message", "你说：hello"),
    (NOTICE, "/notice", "success"),
    (BOT, "/bot", "你好"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Account {
    Plain,
    Safe,
    WeCom,
}

impl Account {
    fn peer(self) -> Peer {
        Peer { is_wecom: self == Self::WeCom, ..peer() }
    }

    fn verifier(self) -> Verifier {
        let Peer { token, key, receive_id, .. } = self.peer();
        let key = EncodingAesKey::new(key).expect("a key");
        let receive_id = ReceiveId::new(receive_id).expect("an id");
        match self {
            Self::Plain => Verifier::new(token),
            Self::Safe => Verifier::encrypted(token, key, receive_id),
            Self::WeCom => Verifier::wecom(token, key, receive_id),
        }
        .expect("a token")
    }

    /// Query and body.
    fn request(self, document: &str) -> (String, String) {
        if self == Self::Plain {
            let message = Mode::Plain.document(document.to_owned());
            return (message.query, message.body);
        }
        self.peer().request(document, format(document))
    }

    fn said(self, reply: &Reply, document: &str) -> String {
        assert_eq!(reply.status, 200, "{self:?}: {reply:?}");
        if self == Self::Plain || reply.body == "success" {
            return reply.body.clone();
        }
        self.peer().open_reply(&reply.body, format(document))
    }
}

fn format(document: &str) -> Format {
    if document.starts_with('{') { Format::Json } else { Format::Xml }
}

async fn post(server: &Server, path: &str, (query, body): &(String, String)) -> Reply {
    let mut connection = Connection::open(server.addr, Protocol::Http1).await;
    connection.send("POST", &format!("{path}?{query}"), body).await.expect("a reply")
}

#[tokio::test]
async fn every_kind_is_handled_once() {
    for subject in Subject::typed() {
        for account in [Account::Plain, Account::Safe, Account::WeCom] {
            for (document, path, says) in DOCUMENTS {
                for path in [path, "/incoming"] {
                    let context = format!("{subject:?} {account:?} {path} {document}");
                    let server = Server::start(subject, Wechat::Once(account.verifier()));
                    let request = account.request(document);
                    let own = post(&server, path, &request).await;
                    let said = account.said(&own, document);
                    assert!(said.contains(says), "{context}: {said}");
                    assert_eq!(server.hits(), 1, "{context}");
                    let repeat = post(&server, path, &request).await;
                    assert_eq!((repeat.status, &repeat.body), (own.status, &own.body), "{context}");
                    assert_eq!(repeat.header("content-type"), own.header("content-type"), "{context}");
                    assert_eq!(server.hits(), 1, "{context}: handled twice");
                    // The control: without a ledger it is handled twice.
                    let off = Server::start(subject, Wechat::Verified(account.verifier()));
                    for hits in 1..=2 {
                        assert_eq!(post(&off, path, &request).await.status, 200, "{context}");
                        assert_eq!(off.hits(), hits, "{context}");
                    }
                }
            }
        }
    }
}

/// What no handler can read is answered as without a ledger, once and again.
#[tokio::test]
async fn what_is_unreadable() {
    for subject in Subject::typed() {
        for account in [Account::Plain, Account::Safe] {
            let context = format!("{subject:?} {account:?}");
            let server = Server::start(subject, Wechat::Once(account.verifier()));
            let request = account.request(NOTICE);
            for _ in 0..2 {
                let reply = post(&server, "/message", &request).await;
                assert_eq!((reply.status.as_u16(), &*reply.body), (200, "success"), "{context}");
                assert_eq!(server.hits(), 0, "{context}");
            }
            let readable = account.request(TEXT);
            assert_eq!(post(&server, "/message", &readable).await.status, 200, "{context}");
            assert_eq!(server.hits(), 1, "{context}");
        }
    }
}
