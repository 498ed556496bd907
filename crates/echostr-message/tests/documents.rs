//! What a document may look like, and what is refused.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that finds a broken vector fails the test, as it should"
)]

use echostr_message::{
    Bot, Document, Family, Format, Incoming, Kind, KindSpec, Message, Notice, ParseError, Reply, ReplyError,
    limits::{MAX_BYTES, MAX_DEPTH, MAX_NODES},
    reply::Content,
};

fn refused(document: &str) -> ParseError {
    Incoming::parse(document).expect_err(document)
}

/// The `Content` of a text message with this between its tags.
fn content(inside: &str) -> String {
    let document = format!("<xml><MsgType>text</MsgType><Content>{inside}</Content></xml>");
    let incoming = Incoming::parse(&document).unwrap_or_else(|error| panic!("{inside:?}: {error}"));
    let Incoming::Message(message) = &incoming else { panic!("a message") };
    let Kind::Text(text) = &message.kind else { panic!("{inside:?} is {:?}", message.kind) };
    assert_eq!(message.document().text("Content"), Some(text.content.as_str()));
    text.content.clone()
}

#[test]
fn texts_are_exact() {
    for (inside, text) in [
        ("", ""),
        (" \t x \n ", " \t x \n "),
        ("a\r\nb\rc", "a\r\nb\rc"),
        ("<![CDATA[a\r\n]]>", "a\r\n"),
        ("a&#13;&#x0A;b", "a\r\nb"),
        ("&#20320;&#x597d;&#x1F600;", "你好😀"),
        ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
        ("&amp;lt;", "&lt;"),
        ("\u{1}\u{1d}\u{7f}\u{85}\u{fffe}&#1;&#x1d;", "\u{1}\u{1d}\u{7f}\u{85}\u{fffe}\u{1}\u{1d}"),
        ("<![CDATA[&lt;]]>", "&lt;"),
        ("a<![CDATA[b]]>c&#100;<![CDATA[<e>]]>", "abcd<e>"),
        ("<![CDATA[]]><![CDATA[]]>", ""),
        ("<![CDATA[]]]]><![CDATA[>]]>", "]]>"),
        // A platform that does not split what a user typed.
        ("<![CDATA[a]]>b]]>", "ab]]>"),
        ("a<!-- b -- c -->d<?e f?>g", "adg"),
        ("a > b \" '", "a > b \" '"),
        ("\u{feff}x\u{2028}", "\u{feff}x\u{2028}"),
    ] {
        assert_eq!(content(inside), text, "{inside:?}");
    }
}

#[test]
fn around_the_root() {
    let xml = "<xml a=\"1>\" b='<'><MsgType x=\"y\">text</MsgType></xml>";
    assert!(matches!(refused(xml), ParseError::MalformedXml(_)));
    for document in [
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<xml><MsgType>text</MsgType></xml>\r\n",
        " \t\r\n<xml><MsgType>text</MsgType></xml>",
        "<!-- a --><xml><MsgType>text</MsgType></xml><!-- b --><?c?>",
        "<xml a=\"1>\"><MsgType\n>text</MsgType\n></xml >",
        "<xml><MsgType><!-- a -->text</MsgType><A/><A b=\"c\"/></xml>",
        "\u{feff} {\"MsgType\": \"text\"}\n",
    ] {
        assert_eq!(Incoming::parse(document).unwrap().kind_name(), "Text", "{document}");
    }
}

#[test]
fn ambiguous_and_broken_xml_is_refused() {
    use ParseError as E;
    let with = |inside: &str| format!("<xml><MsgType>text</MsgType>{inside}</xml>");
    for (document, error) in [
        ("", E::NeitherXmlNorJson),
        ("\u{feff}", E::NeitherXmlNorJson),
        ("hello", E::NeitherXmlNorJson),
        ("[]", E::NeitherXmlNorJson),
        ("\"x\"", E::NeitherXmlNorJson),
        ("<xml></xml>", E::NoDispatchField),
        ("<xml/>", E::NoDispatchField),
        ("<xml><Event>CLICK</Event></xml>", E::NoDispatchField),
        ("<XML><MsgType>text</MsgType></XML>", E::OtherRoot),
        ("<a:xml><MsgType>text</MsgType></a:xml>", E::OtherRoot),
        ("<html><xml><MsgType>text</MsgType></xml></html>", E::OtherRoot),
        ("<xml><MsgType>text</MsgType></xml><xml></xml>", E::SecondRoot),
        ("<xml><MsgType>text</MsgType></xml><xml/>", E::SecondRoot),
        ("<xml><MsgType>text</MsgType></xml>x", E::TextOutsideRoot(35)),
        ("<xml><MsgType>text</MsgType></xml><![CDATA[ ]]>", E::TextOutsideRoot(47)),
        ("<xml><MsgType>text</MsgType></xml>&#32;", E::TextOutsideRoot(39)),
        ("<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>", E::DocumentType),
        ("<!doctype xml><xml><MsgType>text</MsgType></xml>", E::DocumentType),
        ("<xml><!DOCTYPE xml><MsgType>text</MsgType></xml>", E::DocumentType),
        (&with("x"), E::TextBesideElements(35)),
        (&with("<![CDATA[x]]>"), E::TextBesideElements(47)),
        (&with("&#120;"), E::TextBesideElements(40)),
        (&with("\u{a0}"), E::TextBesideElements(36)),
        (&with("<Content>x<b>y</b></Content>"), E::TextBesideElements(41)),
        (&with("<Content><b>y</b>x</Content>"), E::TextBesideElements(56)),
        (&with("<Content><b/>x<b/></Content>"), E::TextBesideElements(46)),
        (&with("<Content>&nbsp;</Content>"), E::UnknownEntity(43)),
        (&with("<Content>&#xD800;</Content>"), E::UnknownEntity(45)),
        (&with("<Content>&#x110000;</Content>"), E::UnknownEntity(47)),
        (&with("<Content>&#+5;</Content>"), E::UnknownEntity(42)),
        (&with("<Content>&#;</Content>"), E::UnknownEntity(40)),
        (&with("<Content>&#x;</Content>"), E::UnknownEntity(41)),
        (&with("<Content>&#4294967361;</Content>"), E::UnknownEntity(50)),
        (&with("<Content>&;</Content>"), E::UnknownEntity(39)),
        (&with("<msgtype>text</msgtype>"), E::DuplicateHeader("MsgType")),
        (
            &with("<FromUserName>a</FromUserName><fromusername>b</fromusername>"),
            E::DuplicateHeader("FromUserName"),
        ),
        (&with("<MsgID>1</MsgID><MsgId>1</MsgId>"), E::DuplicateHeader("MsgId")),
        (&with("<AgentID>1</AgentID><AgentId/>"), E::DuplicateHeader("AgentID")),
    ] {
        assert_eq!(refused(document), error, "{document}");
    }
    for inside in [
        "<Content>a & b</Content>",
        "<Content>a &amp b</Content>",
        "<Content>a &",
        "<Content>x",
        "<Content>x</Content",
        "<Content>x</Inhalt>",
        "</Content>",
        "<Content",
        "<>x</>",
        "< Content>x</ Content>",
        "<Content a=\"b>x</Content>",
        "<1a>x</1a>",
        "<a=b>x</a=b>",
        "<a<b>x</a<b>",
        "<Content <b>x</Content>",
        "<![CDATA[x",
        "<![cdata[x]]>",
        "<!-- x",
        "<!x>",
        "<?x",
        "<Content>x</Content x=\"\">",
    ] {
        let error = refused(&with(inside));
        assert!(
            matches!(error, ParseError::MalformedXml(_) | ParseError::TextBesideElements(_)),
            "{inside}: {error}"
        );
    }
    assert_eq!(Document::parse(b"<xml>\xff</xml>").unwrap_err(), E::NotUtf8(5));
}

#[test]
fn white_space_between_elements_is_no_text() {
    let document = "<xml>\n\t<MsgType>text</MsgType> \r\n<A> <B/> <![CDATA[ ]]>&#32;<!-- x -->\n</A></xml>";
    let leaves = |document: &str| {
        let document = Document::parse(document).unwrap();
        document.leaves().map(|leaf| (leaf.path, leaf.text.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        leaves(document),
        [("MsgType".to_owned(), "text".to_owned()), ("A.B".to_owned(), String::new())]
    );
}

#[test]
fn ambiguous_and_broken_json_is_refused() {
    use ParseError as E;
    for (document, error) in [
        ("{}", E::NoDispatchField),
        (r#"{"MsgType": null}"#, E::NoDispatchField),
        (r#"{"MsgType": []}"#, E::NoDispatchField),
        (r#"{"a": {"MsgType": "text"}}"#, E::NoDispatchField),
        (r#"{"MsgType":"text","a":1,"a":1}"#, E::DuplicateKey),
        (r#"{"MsgType":"text","a":{"b":1,"c":{},"b":2}}"#, E::DuplicateKey),
        (r#"{"MsgType":"text","a":[{"b":1,"b":2}]}"#, E::DuplicateKey),
        (r#"{"MsgType":"text","a":1,"\u0061":1}"#, E::DuplicateKey),
        (r#"{"MsgType":"text","msgtype":"text"}"#, E::DuplicateHeader("MsgType")),
        (r#"{"MsgType":"text","FromUserName":["a","b"]}"#, E::DuplicateHeader("FromUserName")),
        (r#"{"MsgType":"text","FromUserName":"a","fromusername":null}"#, E::DuplicateHeader("FromUserName")),
    ] {
        assert_eq!(refused(document), error, "{document}");
    }
    let many = |last: &str| {
        let keys: String = (0..100).map(|key| format!("\"k{key}\":{key},")).collect();
        format!("{{{keys}\"{last}\":1,\"MsgType\":\"text\"}}")
    };
    assert!(Incoming::parse(many("k100")).is_ok());
    for last in ["k0", "k15", "k16", "k99"] {
        assert_eq!(refused(&many(last)), E::DuplicateKey);
    }
    for document in [
        "{",
        "{\"MsgType\":\"text\"",
        "{\"MsgType\":\"text\",}",
        "{\"MsgType\":\"text\"} x",
        "{\"MsgType\":\"text\"}{}",
        "{'MsgType':'text'}",
        "{MsgType:\"text\"}",
        "{\"MsgType\":text}",
        "{\"MsgType\":\"te\nxt\"}",
        "{\"MsgType\":\"text\",\"a\":01}",
        "{\"MsgType\":\"text\",\"a\":1.}",
        "{\"MsgType\":\"text\",\"a\":+1}",
        "{\"MsgType\":\"text\",\"a\":NaN}",
        "{\"MsgType\":\"text\",\"a\":\"\\ud800\"}",
        "{\"MsgType\":\"text\",\"a\":\"\\x\"}",
        "{\"MsgType\":\"text\",\"a\":[1,]}",
        "{\"MsgType\":\"text\",\"a\":[1 2]}",
        "{\"MsgType\":\"text\",\"a\":tru}",
        "{\"MsgType\":\"text\",\"\\ud800\":1}",
        "{\"MsgType\":\"text\",\"a\":[}]}",
    ] {
        let error = refused(document);
        assert!(
            matches!(error, ParseError::MalformedJson { line: 1.., column: 1.. }),
            "{document}: {error:?}"
        );
    }
}

#[test]
fn leaves_of_json() {
    let document = r#"{"MsgType": "te\u0078t", "n": 18446744073709551616, "f": -1.50e+10, "t": true, "u": false, "z": null, "o": {},
        "l": [], "s": "", "a": [1, [2, [3]], {"b": [4, null, {"c": "5"}]}, [], {}], "a.b": "6", "\u4f60": "\ud83d\ude00\n", "A": 7}"#;
    let document = Document::parse(document).unwrap();
    let leaves: Vec<String> = document.leaves().map(|leaf| format!("{}={}", leaf.path, leaf.text)).collect();
    assert_eq!(
        leaves,
        [
            "MsgType=text",
            "n=18446744073709551616",
            "f=-1.50e+10",
            "t=true",
            "u=false",
            "s=",
            "a=1",
            "a=2",
            "a=3",
            "a.b=4",
            "a.b.c=5",
            "a.b=6",
            "你=😀\n",
            "A=7"
        ]
    );
    assert_eq!(document.text("A"), Some("7"));
    assert_eq!(document.text("N"), Some("18446744073709551616"));
    assert_eq!(document.all("a").len(), 6);
    assert_eq!(document.get("a.b.c").unwrap().name(), "c");
    assert!(document.get("z").unwrap().text().is_none());
    assert!(document.get("a.x").is_none());
    assert!(document.get("").is_none());
    assert_eq!(document.root().name(), "");
}

#[test]
fn families() {
    for (document, family, kind) in [
        (r#"{"msgtype":"text","text":{"content":"x"}}"#, Family::Bot, "Text"),
        (r#"{"MSGTYPE":"TEXT","Content":"x"}"#, Family::Message, "Text"),
        (r#"{"msgtype":"text","InfoType":"suite_ticket"}"#, Family::Bot, "Text"),
        (r#"{"infotype":"suite_ticket"}"#, Family::Notice, "SuiteTicket"),
        ("<xml><msgtype>Text</msgtype></xml>", Family::Message, "Text"),
        ("<xml><InfoType>x</InfoType></xml>", Family::Notice, "Other"),
        ("<xml><MsgType>EVENT</MsgType><Event>Click</Event></xml>", Family::Message, "Click"),
        ("<xml><MsgType>event</MsgType></xml>", Family::Message, "Other"),
        ("<xml><MsgType>CLICK</MsgType></xml>", Family::Message, "Other"),
        ("<xml><MsgType/></xml>", Family::Message, "Other"),
        ("<xml><MsgType> text</MsgType></xml>", Family::Message, "Other"),
        ("<xml><MsgType>text</MsgType><InfoType>suite_ticket</InfoType></xml>", Family::Message, "Text"),
    ] {
        let incoming = Incoming::parse(document).unwrap();
        assert_eq!((incoming.family(), incoming.kind_name()), (family, kind), "{document}");
        assert_eq!(incoming.document().family(), family);
    }
}

#[test]
fn numbers_are_views() {
    let parse = |scale: &str, msg_id: &str| {
        let document = format!(
            "<xml><MsgType>location</MsgType><MsgId>{msg_id}</MsgId><Location_X>23.10</Location_X><Scale>{scale}</Scale></xml>"
        );
        let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message") };
        message
    };
    for (text, number) in [
        ("20", Some(20.0)),
        (" 1.5\n", Some(1.5)),
        ("-1e2", Some(-100.0)),
        ("", None),
        ("x", None),
        ("NaN", None),
        ("inf", None),
        ("1e999", None),
        ("1,5", None),
    ] {
        let message = parse(text, "1");
        let Kind::Location(place) = &message.kind else { panic!("a place") };
        assert_eq!((place.scale.as_deref(), place.scale()), (Some(text), number), "{text}");
        assert_eq!((place.latitude(), place.longitude()), (Some(23.1), None));
        assert_eq!((place.location_x.as_deref(), place.label.as_deref()), (Some("23.10"), None));
    }
    for (text, number) in [
        ("9007199254740993", Some(9_007_199_254_740_993)),
        ("18446744073709551616", None),
        ("1.0", None),
        ("", None),
        ("-1", Some(-1)),
    ] {
        let message = parse("1", text);
        assert_eq!((message.msg_id.as_deref(), message.msg_id()), (Some(text), number), "{text}");
    }
}

#[test]
fn another_field_is_not_taken_for_one_of_another_case() {
    let failed = "<xml><AppId>platform</AppId><InfoType>notify_third_fasteregister</InfoType><status>-1</status></xml>";
    let Ok(Incoming::Notice(notice)) = Incoming::parse(failed) else { panic!("a notice") };
    let echostr_message::NoticeKind::FastRegister(register) = &notice.kind else { panic!("a registration") };
    assert_eq!((register.appid.as_deref(), register.status()), (None, Some(-1)));
    assert_eq!(notice.app_id.as_deref(), Some("platform"));
}

#[test]
fn limits() {
    let nodes = |count| format!("<xml><MsgType>text</MsgType>{}</xml>", "<a/>".repeat(count));
    assert!(Incoming::parse(nodes(MAX_NODES - 2)).is_ok());
    assert_eq!(refused(&nodes(MAX_NODES - 1)), ParseError::TooManyNodes);
    let items = |count| format!("{{\"MsgType\":\"text\",\"a\":[{}1]}}", "1,".repeat(count - 1));
    assert!(Incoming::parse(items(MAX_NODES - 2)).is_ok());
    assert_eq!(refused(&items(MAX_NODES - 1)), ParseError::TooManyNodes);

    let elements =
        |depth| format!("<xml><MsgType>text</MsgType>{}{}</xml>", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(Incoming::parse(elements(MAX_DEPTH)).is_ok());
    assert_eq!(refused(&elements(MAX_DEPTH + 1)), ParseError::TooDeep);
    assert_eq!(refused(&elements(100_000)), ParseError::TooDeep);
    for (open, close) in [("{\"a\":", "}"), ("[", "]")] {
        let nested =
            |depth| format!("{{\"MsgType\":\"text\",\"a\":{}1{}}}", open.repeat(depth), close.repeat(depth));
        assert!(Incoming::parse(nested(MAX_DEPTH - 1)).is_ok());
        assert_eq!(refused(&nested(MAX_DEPTH + 1)), ParseError::TooDeep);
        assert_eq!(refused(&nested(100_000)), ParseError::TooDeep);
    }

    let text = |bytes: usize| {
        let around = "<xml><MsgType>text</MsgType><Content></Content></xml>".len();
        format!("<xml><MsgType>text</MsgType><Content>{}</Content></xml>", "x".repeat(bytes - around))
    };
    assert!(Incoming::parse(text(MAX_BYTES)).is_ok());
    assert_eq!(refused(&text(MAX_BYTES + 1)), ParseError::TooLong);
    // A name that is repeated by an array is kept once.
    let name = "x".repeat(400_000);
    assert!(
        Incoming::parse(format!("{{\"MsgType\":\"text\",\"{name}\":[{}1]}}", "1,".repeat(10_000))).is_ok()
    );
}

#[test]
fn everything_can_be_sent_and_shared() {
    fn check<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    check::<Incoming>();
    check::<Message>();
    check::<Notice>();
    check::<Bot>();
    check::<Document>();
    check::<Kind>();
    check::<Reply>();
    check::<Content>();
    check::<ParseError>();
    check::<ReplyError>();
    check::<KindSpec>();
}

#[test]
fn debug_shows_no_text() {
    let secret = "geheim";
    let documents =
        Kind::TABLE.iter().chain(echostr_message::NoticeKind::TABLE).chain(echostr_message::BotKind::TABLE);
    for kind in documents {
        let incoming = Incoming::parse(kind.document).unwrap();
        let shown = format!("{incoming:?} {incoming:#?}");
        assert!(shown.contains(kind.name), "{shown}");
        for leaf in incoming.document().leaves().filter(|leaf| leaf.text.len() > 6) {
            assert!(!shown.contains(leaf.text), "{}: {shown}", leaf.text);
        }
    }
    let document = format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>{secret}</Content></xml>"
    );
    let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message") };
    let reply = message.reply(secret).unwrap();
    let content: Content = secret.into();
    let node = message.document().get("Content").unwrap();
    for shown in [
        format!("{message:?}"),
        format!("{reply:?}"),
        format!("{content:?}"),
        format!("{node:?}"),
        format!("{:?}", message.document().leaves()),
        format!("{:?}", message.document().leaves().last()),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(message.document().format(), Format::Xml);
}
