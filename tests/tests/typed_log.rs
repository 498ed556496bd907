//! What typed handlers leave in the log: one line for each thing that did not become a message or a reply.

use std::{
    fmt::{Debug, Write as _},
    sync::{Mutex, PoisonError},
};

use conformance::{Connection, Protocol, Server, Subject, TOKEN, Wechat};
use echostr::Verifier;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(vec![]);

struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target().starts_with("echostr") && *metadata.level() <= Level::WARN {
            let mut text = Text(String::new());
            event.record(&mut text);
            LINES.lock().unwrap_or_else(PoisonError::into_inner).push((*metadata.level(), text.0));
        }
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

fn take() -> Vec<(Level, String)> {
    std::mem::take(&mut LINES.lock().unwrap_or_else(PoisonError::into_inner))
}

fn text(from: &str, content: &str) -> String {
    format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>{from}</FromUserName><MsgType>text</MsgType>\
         <Content>{content}</Content></xml>"
    )
}

/// One test: a process has one subscriber, and the sender of the URL is compared once.
#[tokio::test]
async fn every_adapter_says_once_what_went_wrong() {
    tracing_subscriber::registry().with(Lines).init();
    let mut is_first = true;
    for subject in Subject::typed() {
        let verifier = Verifier::new(TOKEN).expect("a token").named("shop");
        take(); // of the token, which tutorials use
        let path = format!("/message?{}", verifier.sign(1_540_176_606, "1854606751"));
        let server = Server::start(subject, Wechat::Verified(verifier.body_limit(1000)));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let mut send = async |path: &str, body: &str| {
            let reply = connection.send("POST", path, body).await.expect("a reply");
            (reply.status.as_u16(), take())
        };

        // The control.
        assert_eq!(send(&path, &text("o1", "hello")).await, (200, vec![]), "{subject:?}");

        let (status, lines) = send(&path, "no document").await;
        let [(Level::WARN, line)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
        assert!(status == 200 && line.contains("neither with `<` nor with `{`"), "{subject:?}: {line}");
        assert!(line.contains("account=\"shop\"") && !line.contains("no document"), "{subject:?}: {line}");

        let (status, lines) = send(&path, "<xml><InfoType>x</InfoType></xml>").await;
        let [(Level::WARN, line)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
        assert!(status == 200 && line.contains("a message, and a notice came"), "{subject:?}: {line}");

        let (status, lines) = send(&path, &text("o1", "2048")).await;
        let [(Level::ERROR, line)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
        assert!(status == 200 && line.contains("has 2048 bytes and may have 2047"), "{subject:?}: {line}");

        // Once in the life of the process.
        let other = format!("{path}&openid=o1");
        assert_eq!(send(&other, &text("o1", "hello")).await.1, [], "{subject:?}: the same sender");
        let (status, lines) = send(&other, &text("o2", "hello")).await;
        if is_first {
            let [(Level::WARN, line)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
            assert!(line.contains("FromUserName is not the openid"), "{subject:?}: {line}");
            is_first = false;
        } else {
            assert_eq!(lines, [], "{subject:?}");
        }
        assert_eq!(status, 200, "{subject:?}");
        assert_eq!(send(&other, &text("o3", "hello")).await.1, [], "{subject:?}: a second time");

        let (status, lines) = send(&path, &"x".repeat(1001)).await;
        let [(Level::WARN, _)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
        assert_eq!(status, 413, "{subject:?}");
        assert_eq!(server.hits(), 5, "{subject:?}");

        let open = Server::start(subject, Wechat::Off);
        let mut connection = Connection::open(open.addr, Protocol::Http1).await;
        let reply = connection.send("POST", &path, &text("o1", "hello")).await.expect("a reply");
        let lines = take();
        let [(Level::ERROR, line)] = lines.as_slice() else { panic!("{subject:?}: {lines:?}") };
        assert!(reply.status == 500 && line.contains("put the middleware around the route"), "{line}");
    }
}
