//! A request that was verified, and the message in it: what it knows of the request, and a whole exchange in every mode.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper that fails fails the test, as it should")]

use bytes::Bytes;
use echostr::{
    Callback, EncodingAesKey, ReceiveId, Rejection, Unreadable, Verifier,
    adapter::{Decision, Settings},
    rejection::BodyFault,
};
use echostr_message::{
    Bot, Family, Incoming, Message, Notice, ParseError, Platform, Reply,
    adapter::{Exchange, Output, Reading, Reason, Received},
};

const TEXT: &str = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType>\
                    <Content>hello</Content></xml>";
const NOTICE: &str = "<xml><InfoType>component_verify_ticket</InfoType></xml>";
const BOT: &str = r#"{"msgtype":"event","event":{"eventtype":"enter_chat"}}"#;

fn plain() -> Verifier {
    Verifier::new("a-token-for-tests").unwrap().named("shop")
}

fn encrypted(
    build: fn(&'static str, EncodingAesKey, ReceiveId) -> Result<Verifier, echostr::ConfigError>,
) -> Verifier {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
    build("a-token-for-tests", key, ReceiveId::new("wx1").unwrap()).unwrap().named("shop")
}

fn all() -> [Verifier; 3] {
    [plain(), encrypted(Verifier::encrypted), encrypted(Verifier::wecom)]
}

/// Query and body of what the platform sends.
fn request(verifier: &Verifier, document: &str) -> (String, Bytes) {
    if verifier.is_encrypted() {
        let sealed = verifier.sign_encrypted(1_540_176_606, "1854606751", document).unwrap();
        (sealed.query, sealed.body.into())
    } else {
        (verifier.sign(1_540_176_606, "1854606751"), document.to_owned().into())
    }
}

fn callback(verifier: &Verifier) -> Callback {
    let (query, body) = request(verifier, TEXT);
    match verifier.verify("POST", &query) {
        Ok(Decision::Callback(callback)) => callback,
        Ok(Decision::Envelope(mut envelope)) => {
            envelope.push(body).unwrap();
            envelope.open().unwrap().callback
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_only_parsed_has_no_callback() {
    for document in [TEXT, NOTICE, BOT] {
        assert!(Incoming::parse(document).unwrap().callback().is_none());
        for verifier in all() {
            let callback = callback(&verifier);
            let incoming = Incoming::received(document, &callback).unwrap();
            let known = incoming.callback().expect("the request it came in");
            assert_eq!(known.account(), Some("shop"));
            assert_eq!(known.receive_id(), verifier.is_encrypted().then_some("wx1"));
        }
    }
    assert_eq!(Incoming::received("", &callback(&plain())).err(), Some(ParseError::NeitherXmlNorJson));
}

/// The verifier knows better than the document.
#[test]
fn the_verifier_says_whose_message_it_is() {
    let with_agent = TEXT.replace("<Content>", "<AgentID>1</AgentID><Content>");
    let [plain, encrypted, wecom] = all().map(|verifier| callback(&verifier));
    let platform = |document: &str, callback: &Callback| match Incoming::received(document, callback).unwrap()
    {
        Incoming::Message(message) => message.platform(),
        other => panic!("{other:?}"),
    };
    for document in [TEXT, &with_agent] {
        assert_eq!(platform(document, &plain), Platform::WeChat);
        assert_eq!(platform(document, &encrypted), Platform::WeChat);
        assert_eq!(platform(document, &wecom), Platform::WeCom);
    }
}

fn exchange(
    verifier: &Verifier,
    method: &str,
    (query, body): (&str, Option<Bytes>),
) -> Result<Received<Message>, Output> {
    Exchange::begin(verifier, method, "/wx", query)?.receive(body)
}

#[test]
fn a_whole_exchange_in_every_mode() {
    for verifier in all() {
        let (query, body) = request(&verifier, TEXT);
        let received = exchange(&verifier, "POST", (&query, Some(body.clone()))).unwrap();
        let output = received.reply(received.asked().reply("hi"));
        assert_eq!(output.status(), 200);
        assert_eq!(
            output.headers(),
            [
                ("content-type", "text/xml; charset=utf-8"),
                ("x-content-type-options", "nosniff"),
                ("cache-control", "no-store")
            ]
        );
        let sealed = String::from_utf8(output.into_body().to_vec()).unwrap();
        assert_eq!(sealed.contains("<Encrypt>"), verifier.is_encrypted(), "{sealed}");
        assert_eq!(
            sealed.contains("<Content><![CDATA[hi]]></Content>"),
            !verifier.is_encrypted(),
            "{sealed}"
        );
        // Neither of these is encrypted.
        for reply in [Ok(Reply::none()), received.asked().reply("x".repeat(3000))] {
            let output = received.reply(reply);
            assert_eq!((output.status(), output.headers()[0].1), (200, "text/plain; charset=utf-8"));
            assert_eq!(output.into_body(), "success");
        }

        let refused = |method: &str, query: &str, body: Option<Bytes>| {
            let output = exchange(&verifier, method, (query, body)).expect_err("refused");
            (output.status(), String::from_utf8(output.into_body().to_vec()).unwrap())
        };
        let handshake = verifier.sign_handshake(1_540_176_606, "1", "4711").unwrap();
        assert_eq!(refused("GET", &handshake, None), (200, "4711".to_owned()));
        let forged = query.replace("nonce=1854606751", "nonce=1854606752");
        assert_eq!(refused("POST", &forged, Some(body.clone())), (403, "forbidden".to_owned()));
        for method in ["GET", "PUT", "post"] {
            assert_eq!(
                refused(method, &query, Some(body.clone())),
                (403, "forbidden".to_owned()),
                "{method}"
            );
        }
        assert_eq!(refused("POST", &query, None), (413, "too large".to_owned()));
        let small = verifier.clone().body_limit(body.len().checked_sub(1).unwrap());
        assert_eq!(Exchange::begin(&small, "POST", "/wx", &query).unwrap().body_limit(), body.len() - 1);
        assert_eq!(exchange(&small, "POST", (&query, Some(body.clone()))).err().unwrap().status(), 413);
        // A notice, where a message is asked for.
        let (query, body) = request(&verifier, NOTICE);
        assert_eq!(refused("POST", &query, Some(body)), (200, "success".to_owned()));
    }
}

#[test]
fn what_is_asked_for_and_what_comes() {
    let callback = callback(&plain());
    let read = |document: &'static str| {
        let mut reading = Reading::of(Some(&callback)).unwrap();
        reading.push(Bytes::from_static(document.as_bytes())).unwrap();
        reading
    };
    assert!(read(TEXT).finish::<Message>().is_ok() && read(TEXT).finish::<Incoming>().is_ok());
    assert!(read(NOTICE).finish::<Notice>().is_ok() && read(NOTICE).finish::<Incoming>().is_ok());
    assert!(read(BOT).finish::<Bot>().is_ok() && read(BOT).finish::<Incoming>().is_ok());
    let other = |asked, came| Reason::OtherFamily { asked: Some(asked), came };
    let unread = read(NOTICE).finish::<Message>().unwrap_err();
    assert_eq!(unread.reason(), other(Family::Message, Family::Notice));
    assert_eq!(
        unread.to_string(),
        "the handler asks for a message, and a notice came: ask for Incoming to get both"
    );
    assert_eq!(read(TEXT).finish::<Notice>().unwrap_err().reason(), other(Family::Notice, Family::Message));
    assert_eq!(read(TEXT).finish::<Bot>().unwrap_err().reason(), other(Family::Bot, Family::Message));
    let unread = read("no").finish::<Incoming>().unwrap_err();
    assert_eq!(unread.reason(), Reason::NoDocument(ParseError::NeitherXmlNorJson));
    assert_eq!((unread.answer().status(), &*unread.answer().into_body()), (200, "success"));
    let unread = Reading::of(None).unwrap_err();
    assert_eq!((unread.reason(), unread.answer().status()), (Reason::Unprotected, 500));
}

#[test]
fn the_limit_and_the_answer_come_with_the_callback() {
    let verifier = plain().body_limit(10);
    let settings = Settings::<(), ()>::new(verifier.clone()).unreadable(Unreadable::Refuse);
    let query = verifier.sign(1_540_176_606, "1854606751");
    let Ok(Decision::Callback(callback)) = settings.decide(Some(&verifier), "POST", &query) else { panic!() };
    let too_large = Reason::Refused(Rejection::Body(BodyFault::TooLarge));

    let mut reading = Reading::of(Some(&callback)).unwrap();
    assert_eq!(reading.expect_length(Some(b"11")).unwrap_err().reason(), too_large);
    assert!(reading.expect_length(Some(b"10")).is_ok());
    reading.push(Bytes::from_static(b"12345678")).unwrap();
    assert_eq!(reading.push(Bytes::from_static(b"123")).unwrap_err().reason(), too_large);
    reading.push(Bytes::from_static(b"90")).unwrap();
    let unread = reading.finish::<Message>().unwrap_err();
    assert_eq!((unread.answer().status(), &*unread.answer().into_body()), (400, "unreadable"));
}
