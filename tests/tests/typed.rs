//! Typed handlers behind every adapter, in every mode, over real sockets, with a peer that is written apart from the code under
//! test. The handler is the same in all of them.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use conformance::{Connection, Format, Peer, Protocol, Reply, Server, Subject, Wechat, raw};
use echostr::{EncodingAesKey, ReceiveId, Unreadable, Verifier};
use echostr_message::Incoming;
use serde_json::Value;

const TOKEN: &str = "a-token-for-tests";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID: &str = "wx5823bf96d3bd56c7";

/// In which a message comes in and its reply goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Plain,
    Safe,
    /// With the plain copy beside the encrypted text.
    Compatible,
    WeCom,
}

const MODES: [Mode; 4] = [Mode::Plain, Mode::Safe, Mode::Compatible, Mode::WeCom];

impl Mode {
    fn peer(self) -> Peer {
        let (token, key, receive_id) = (TOKEN.to_owned(), KEY.to_owned(), APP_ID.to_owned());
        Peer { token, key, receive_id, is_wecom: self == Self::WeCom }
    }

    fn verifier(self) -> Verifier {
        let key = || EncodingAesKey::new(KEY).expect("a key");
        let id = || ReceiveId::new(APP_ID).expect("an id");
        let verifier = match self {
            Self::Plain => Verifier::new(TOKEN),
            Self::Safe | Self::Compatible => Verifier::encrypted(TOKEN, key(), id()),
            Self::WeCom => Verifier::wecom(TOKEN, key(), id()),
        };
        verifier.expect("a token").named("shop")
    }

    /// Query and body of a message.
    fn request(self, document: &str) -> (String, String) {
        let format = format(document);
        match self {
            Self::Plain => (self.verifier().sign(1_540_176_606, "1854606751"), document.to_owned()),
            Self::Safe | Self::WeCom => self.peer().request(document, format),
            Self::Compatible => {
                let (query, body) = self.peer().request(document, format);
                let body = match format {
                    Format::Xml => body
                        .replace("<Encrypt>", "<Content>forged</Content>\n<MsgType>text</MsgType><Encrypt>"),
                    Format::Json => {
                        body.replace("\"Encrypt\"", "\"Content\":\"forged\",\"MsgType\":\"text\",\"Encrypt\"")
                    }
                };
                (query, body)
            }
        }
    }

    /// The reply as the user is shown it.
    fn open(self, reply: &Reply, document: &str) -> String {
        assert_eq!(reply.status, 200, "{self:?}: {}", reply.body);
        let content_type = match format(document) {
            Format::Xml => "text/xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        };
        assert_eq!(reply.header("content-type"), content_type, "{self:?}");
        assert_eq!(reply.header("content-length"), reply.body.len().to_string(), "{self:?}");
        match self {
            Self::Plain => reply.body.clone(),
            _ => self.peer().open_reply(&reply.body, format(document)),
        }
    }
}

fn format(document: &str) -> Format {
    if document.trim_start().starts_with('{') { Format::Json } else { Format::Xml }
}

fn text(content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>\
         <CreateTime>1784460000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[{content}]]></Content><MsgId>1</MsgId></xml>"
    )
}

fn text_in_json(content: &str) -> String {
    format!(
        r#"{{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1784460000,"MsgType":"text","Content":"{content}","MsgId":1}}"#
    )
}

const NOTICE: &str = "<xml><AppId>wx1</AppId><CreateTime>1413192605</CreateTime>\
                      <InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket>t</ComponentVerifyTicket></xml>";

const ENTER_CHAT: &str = r#"{"msgid":"m","create_time":1700000000,"aibotid":"b","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":"enter_chat"}}"#;

fn assert_success(reply: &Reply, context: &str) {
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "success"), "{context}");
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8", "{context}");
}

#[tokio::test]
async fn a_message_is_replied_to_in_every_mode() {
    for subject in Subject::typed() {
        for mode in MODES {
            let server = Server::start(subject, Wechat::Verified(mode.verifier()));
            for protocol in [Protocol::Http1, Protocol::Http2] {
                let mut connection = Connection::open(server.addr, protocol).await;
                for path in ["/message", "/incoming"] {
                    for document in [text("你好 ]]&gt;"), text_in_json("你好 ]]&gt;")] {
                        let context = format!("{subject:?} {mode:?} {protocol:?} {path} {document}");
                        let hits = server.hits();
                        let (query, body) = mode.request(&document);
                        let path = format!("{path}?{query}");
                        let reply = connection.send("POST", &path, &body).await.expect("a reply");
                        let shown = mode.open(&reply, &document);
                        let said =
                            Incoming::parse(&shown).unwrap_or_else(|error| panic!("{context}: {error}"));
                        let field = |name| said.document().text(name).unwrap_or("none");
                        assert_eq!(field("Content"), "你说：你好 ]]&gt;", "{context}");
                        assert_eq!((field("ToUserName"), field("FromUserName")), ("o1", "gh_1"), "{context}");
                        assert_eq!(server.hits(), hits + 1, "{context}");
                        let id = if mode == Mode::Plain { "none" } else { APP_ID };
                        assert_eq!(server.heard(), format!("message Text account=shop id={id}"), "{context}");
                        // A forged one, over the same connection.
                        let forged = path.replace("nonce=1854606751", "nonce=1854606752");
                        let reply = connection.send("POST", &forged, &body).await.expect("a reply");
                        assert_eq!(reply.status, 403, "{context}");
                        assert_eq!(server.hits(), hits + 1, "{context}: forged");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_handshake_is_answered_in_every_mode() {
    for subject in Subject::typed() {
        for mode in MODES {
            let server = Server::start(subject, Wechat::Verified(mode.verifier()));
            let mut connection = Connection::open(server.addr, Protocol::Http1).await;
            let path = format!("/message?{}", mode.peer().handshake("4375120948345356249"));
            let reply = connection.send("GET", &path, "").await.expect("a reply");
            let context = format!("{subject:?} {mode:?}");
            assert_eq!(
                (reply.status.as_u16(), reply.body.as_str()),
                (200, "4375120948345356249"),
                "{context}"
            );
            assert_eq!(server.hits(), 0, "{context}");
        }
    }
}

#[tokio::test]
async fn notices_and_the_aibot() {
    for subject in Subject::typed() {
        for mode in MODES {
            let server = Server::start(subject, Wechat::Verified(mode.verifier()));
            let mut connection = Connection::open(server.addr, Protocol::Http1).await;
            let context = format!("{subject:?} {mode:?}");
            for path in ["/notice", "/incoming"] {
                let (query, body) = mode.request(NOTICE);
                let reply =
                    connection.send("POST", &format!("{path}?{query}"), &body).await.expect("a reply");
                assert_success(&reply, &context);
                assert!(server.heard().starts_with("notice ComponentVerifyTicket "), "{context}");
            }
            for path in ["/bot", "/incoming"] {
                let (query, body) = mode.request(ENTER_CHAT);
                let reply =
                    connection.send("POST", &format!("{path}?{query}"), &body).await.expect("a reply");
                let shown = mode.open(&reply, ENTER_CHAT);
                assert_eq!(shown, r#"{"msgtype":"text","text":{"content":"你好"}}"#, "{context}");
            }
            assert_eq!(server.hits(), 4, "{context}");
        }
    }
}

/// Every fifth of the documents, in plain and in safe mode: what the handler gets is what parsing gives.
#[tokio::test]
async fn a_sample_of_all_kinds_of_messages() {
    let vectors = include_str!("../../crates/echostr-message/tests/vectors/messages.json");
    let vectors: Vec<Value> = serde_json::from_str(vectors).expect("JSON");
    let documents: Vec<&str> =
        vectors.iter().step_by(5).map(|row| row["document"].as_str().expect("a document")).collect();
    assert!(documents.len() > 40, "{}", documents.len());
    for subject in Subject::typed() {
        for mode in [Mode::Plain, Mode::Safe] {
            let server = Server::start(subject, Wechat::Verified(mode.verifier()));
            let mut connection = Connection::open(server.addr, Protocol::Http1).await;
            for document in &documents {
                let context = format!("{subject:?} {mode:?} {document}");
                let hits = server.hits();
                let (query, body) = mode.request(document);
                let reply =
                    connection.send("POST", &format!("/incoming?{query}"), &body).await.expect("a reply");
                assert_eq!(reply.status, 200, "{context}: {}", reply.body);
                match Incoming::parse(document) {
                    Ok(incoming) => {
                        assert_eq!(server.hits(), hits + 1, "{context}");
                        let heard = format!("{} {} ", incoming.family().name(), incoming.kind_name());
                        assert!(server.heard().starts_with(&heard), "{context}: {}", server.heard());
                    }
                    Err(_) => {
                        assert_success(&reply, &context);
                        assert_eq!(server.hits(), hits, "{context}");
                    }
                }
            }
        }
    }
}

/// What no handler can read: another family than the one asked for, or no document. In encrypted modes the envelope is right.
#[tokio::test]
async fn what_the_handler_cannot_read() {
    let text = text("hello");
    let cases = [
        ("/message", "no document"),
        ("/message", "{\"a\":1}"),
        ("/message", "<xml><MsgType>text</MsgType>"),
        ("/incoming", "<html></html>"),
        ("/message", NOTICE),
        ("/message", ENTER_CHAT),
        ("/notice", text.as_str()),
        ("/bot", text.as_str()),
    ];
    for subject in Subject::typed() {
        for mode in [Mode::Plain, Mode::Safe] {
            for (unreadable, status, said) in
                [(Unreadable::Success, 200, "success"), (Unreadable::Refuse, 400, "unreadable")]
            {
                let server = Server::start(subject, Wechat::Unreadable(mode.verifier(), unreadable));
                let mut connection = Connection::open(server.addr, Protocol::Http1).await;
                for (path, document) in cases {
                    let context = format!("{subject:?} {mode:?} {unreadable:?} {path} {document}");
                    let (query, body) = mode.request(document);
                    let reply =
                        connection.send("POST", &format!("{path}?{query}"), &body).await.expect("a reply");
                    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (status, said), "{context}");
                    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{context}");
                    assert_eq!(server.hits(), 0, "{context}");
                }
                // The control: over the same connection, what it can read.
                let (query, body) = mode.request(&text);
                let reply =
                    connection.send("POST", &format!("/message?{query}"), &body).await.expect("a reply");
                assert_eq!((reply.status.as_u16(), server.hits()), (200, 1), "{subject:?} {mode:?}");
            }
        }
    }
}

/// 2,048 bytes are the longest text of WeCom's and one too many of the others': the verifier's mode decides, not the document,
/// which has no `AgentID`.
#[tokio::test]
async fn a_reply_that_is_too_long_becomes_success() {
    let document = text("2048");
    for subject in Subject::typed() {
        for mode in MODES {
            let server = Server::start(subject, Wechat::Verified(mode.verifier()));
            let mut connection = Connection::open(server.addr, Protocol::Http1).await;
            let (query, body) = mode.request(&document);
            let reply = connection.send("POST", &format!("/message?{query}"), &body).await.expect("a reply");
            let context = format!("{subject:?} {mode:?}");
            if mode == Mode::WeCom {
                assert!(mode.open(&reply, &document).contains(&"x".repeat(2048)), "{context}");
            } else {
                assert_success(&reply, &context);
            }
            assert_eq!(server.hits(), 1, "{context}");
        }
    }
}

fn chunked(query: &str, pieces: &[&str]) -> String {
    let mut request = format!(
        "POST /message?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for piece in pieces {
        request.push_str(&format!("{:x}\r\n{piece}\r\n", piece.len()));
    }
    request + "0\r\n\r\n"
}

/// Messages may come in chunks, without a length beforehand, and the limit counts what arrives in every mode.
#[tokio::test]
async fn a_body_in_chunks() {
    for subject in Subject::typed() {
        for mode in MODES {
            let context = format!("{subject:?} {mode:?}");
            let server = Server::start(subject, Wechat::Verified(mode.verifier().body_limit(1000)));
            let (query, body) = mode.request(&text("hello"));
            let (one, two) = body.split_at(100);
            let whole = raw(server.addr, chunked(&query, &[one, two]).as_bytes()).await.expect("an answer");
            assert!(whole.starts_with("HTTP/1.1 200"), "{context}: {whole}");
            assert_eq!(server.hits(), 1, "{context}");

            let long = "x".repeat(100);
            let long = raw(server.addr, chunked(&query, &[long.as_str(); 11]).as_bytes()).await;
            let long = long.unwrap_or_else(|| panic!("{context}: not closed"));
            assert!(long.starts_with("HTTP/1.1 413"), "{context}: {long}");

            let announced = format!(
                "POST /message?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1001\r\n\r\n"
            );
            let announced = raw(server.addr, announced.as_bytes()).await;
            let announced = announced.unwrap_or_else(|| panic!("{context}: not closed"));
            assert!(announced.starts_with("HTTP/1.1 413"), "{context}: {announced}");
            assert_eq!(server.hits(), 1, "{context}");
        }
    }
}

/// Without the middleware nobody has checked anything: 500, and no handler.
#[tokio::test]
async fn without_the_middleware_no_handler_runs() {
    for subject in Subject::typed() {
        let server = Server::start(subject, Wechat::Off);
        let (query, body) = Mode::Plain.request(&text("hello"));
        for path in ["/message", "/notice", "/bot", "/incoming"] {
            for query in [query.as_str(), ""] {
                // The body is not read, so the connection may end with the answer.
                let mut connection = Connection::open(server.addr, Protocol::Http1).await;
                let reply =
                    connection.send("POST", &format!("{path}?{query}"), &body).await.expect("a reply");
                assert_eq!(reply.status, 500, "{subject:?} {path}");
                assert_eq!(server.hits(), 0, "{subject:?} {path}");
            }
        }
    }
}
