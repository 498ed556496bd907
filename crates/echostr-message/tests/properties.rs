//! What holds for every text.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a helper that finds a broken vector fails the test, as it should"
)]

use echostr_message::{Document, Incoming, Kind, Message, reply::XpayResult};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// Any text, with what is special in XML and JSON more often than by chance.
fn any_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "]]>",
        "]]",
        ">",
        "<![CDATA[",
        "</Content>",
        "<FromUserName>",
        "&amp;",
        "&#1;",
        "&",
        "<",
        "\"",
        "\\",
        "\r\n",
        "\u{0}",
        "\u{1d}",
        "\u{fffe}",
        "\u{ffff}",
        "{",
        "}",
        " ",
        "你好",
        "😀",
    ]);
    vec(prop_oneof![special.prop_map(str::to_owned), any::<char>().prop_map(String::from)], 1..12)
        .prop_map(|parts| parts.concat())
}

fn without_forbidden(text: &str) -> String {
    let is_allowed = |&character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}

fn message(document: &str) -> Message {
    let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message: {document}") };
    message
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_replied_in_xml_is_read_again(text in any_text(), to in "[ -~]{1,20}") {
        let request = json!({"ToUserName": "gh_1", "FromUserName": to, "MsgType": "text"});
        let escaped = to.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let request_in_xml =
            format!("<xml><ToUserName>gh_1</ToUserName><FromUserName>{escaped}</FromUserName><MsgType>text</MsgType></xml>");
        let expected = without_forbidden(&text);
        let reply = message(&request_in_xml).reply(&text);
        if expected.is_empty() {
            prop_assert!(reply.is_err());
        } else {
            let body = reply.unwrap().body();
            let answer = message(&body);
            let Kind::Text(read) = &answer.kind else { panic!("a text") };
            prop_assert_eq!(&read.content, &expected);
            prop_assert_eq!(answer.to_user_name.as_deref(), Some(to.as_str()));
            prop_assert_eq!(answer.document().root().children().count(), 5);
            // Another author's parser, which keeps to XML 1.0 and so reads every line end as one character.
            let other = roxmltree::Document::parse(&body).unwrap();
            let content = other.descendants().find(|node| node.has_tag_name("Content")).unwrap();
            let content: String = content.children().filter_map(|node| node.text()).collect();
            prop_assert_eq!(content, expected.replace("\r\n", "\n").replace('\r', "\n"));
        }
        // In JSON every character can be written.
        let body = message(&request.to_string()).reply(&text).unwrap().body();
        let read: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(&read["Content"], &Value::from(text.as_str()));
        prop_assert_eq!(read.as_object().unwrap().len(), 5);
        let answer = message(&body);
        prop_assert_eq!(answer.document().text("Content"), Some(text.as_str()));
    }

    #[test]
    fn the_result_of_a_payment_too(text in any_text()) {
        let body = message("<xml><MsgType>event</MsgType></xml>").reply(XpayResult::new(1, &text)).unwrap().body();
        let other = roxmltree::Document::parse(&body).unwrap();
        prop_assert_eq!(other.root_element().children().filter(roxmltree::Node::is_element).count(), 2);
    }

    #[test]
    fn a_text_is_read_as_it_was_written(text in any_text(), cuts in vec(any::<(u8, u8)>(), 0..4)) {
        // In pieces of CDATA, escaped text and references.
        let mut written = String::new();
        let characters: Vec<char> = text.chars().collect();
        let mut style = 0;
        for (index, character) in characters.iter().enumerate() {
            if let Some((_, new)) = cuts.iter().find(|(cut, _)| usize::from(*cut) % characters.len() == index) {
                style = *new;
            }
            match style % 4 {
                0 => written.push_str(&format!("<![CDATA[{character}]]>")),
                1 => written.push_str(&format!("&#{};", u32::from(*character))),
                2 => written.push_str(&format!("&#x{:X};<!-- -->", u32::from(*character))),
                _ => match character {
                    '<' => written.push_str("&lt;"),
                    '&' => written.push_str("&amp;"),
                    other => written.push(*other),
                },
            }
        }
        let document = format!("<xml><MsgType>text</MsgType><Content>{written}</Content></xml>");
        let message = message(&document);
        prop_assert_eq!(message.document().text("Content"), Some(text.as_str()));
        let json = json!({"MsgType": "text", "Content": text}).to_string();
        let document = Document::parse(json).unwrap();
        prop_assert_eq!(document.text("Content"), Some(text.as_str()));
    }

    #[test]
    fn xml_is_read_like_by_another_author(parts in vec(prop::sample::select(vec![
        "<a>", "</a>", "<b>", "</b>", "<a/>", "<b c='>'/>", "<c >", "</c\t>", "x", "]]", " ", "\n", "\r\n", "你", "&lt;", "&#65;", "&#x41;",
        "<![CDATA[", "]]>", "<!--", "-->", "<?p", "?>", "\"",
    ]), 0..9)) {
        let document = format!("<xml><MsgType>text</MsgType>{}</xml>", parts.concat());
        if let (Ok(own), Ok(other)) = (Document::parse(&document), roxmltree::Document::parse(&document)) {
            let mut expected = vec![];
            leaves(other.root_element(), "", &mut expected);
            let line_ends = |text: &str| text.replace("\r\n", "\n");
            let read: Vec<_> = own.leaves().map(|leaf| (format!(".{}", leaf.path), line_ends(leaf.text))).collect();
            prop_assert_eq!(read, expected);
        }
    }

    #[test]
    fn anything_is_a_message_or_an_error(parts in vec(prop::sample::select(vec![
        "<xml>", "</xml>", "<MsgType>", "</MsgType>", "text", "event", "<Event>", "</Event>", "<Content>", "</Content>", "<Content/>",
        "<![CDATA[", "]]>", "&lt;", "&#0;", "&#", ";", "<", ">", "&", "<!--", "-->", "<?", "?>", "<!DOCTYPE ", "\"", "'", "=", "/",
        "{", "}", "[", "]", ":", ",", "\"MsgType\"", "\"text\"", "\"a\"", "null", "true", "1", "-", ".", "e", "\\", "\\u", "d800", "\u{feff}",
        " ", "\n", "\0", "你",
    ]), 0..24)) {
        let document = parts.concat();
        if let Ok(incoming) = Incoming::parse(&document) {
            prop_assert!(!incoming.kind_name().is_empty());
            prop_assert!(incoming.document().leaves().count() <= document.len());
        }
        let around = format!("<xml><MsgType>text</MsgType>{document}</xml>");
        if let Ok(incoming) = Incoming::parse(&around) {
            prop_assert!(incoming.document().text("MsgType") == Some("text"));
        }
        let around = format!("{{\"MsgType\":\"text\",\"x\":{document}}}");
        // What serde_json refuses is no document.
        prop_assert!(Incoming::parse(&around).is_err() || serde_json::from_str::<Value>(&around).is_ok());
        _ = Incoming::parse(document.as_bytes().get(1..).unwrap_or_default());
    }

    #[test]
    fn json_is_read_like_by_serde_json(value in json()) {
        fn walk(value: &Value, path: &str, to: &mut Vec<(String, String)>) {
            match value {
                Value::Null => {}
                Value::Array(items) => items.iter().for_each(|item| walk(item, path, to)),
                Value::Object(fields) => fields.iter().for_each(|(name, value)| walk(value, &format!("{path}.{name}"), to)),
                Value::String(text) => to.push((path.to_owned(), text.clone())),
                other => to.push((path.to_owned(), other.to_string())),
            }
        }
        let value = json!({"MsgType": "x", "a": value});
        let text = value.to_string();
        let document = Document::parse(&text).unwrap();
        let mut expected = vec![];
        walk(&value, "", &mut expected);
        let read: Vec<_> = document.leaves().map(|leaf| (format!(".{}", leaf.path), leaf.text.to_owned())).collect();
        prop_assert_eq!(read, expected);
    }
}

fn leaves(node: roxmltree::Node<'_, '_>, path: &str, to: &mut Vec<(String, String)>) {
    let elements: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
    if elements.is_empty() {
        let texts = node.children().filter(roxmltree::Node::is_text).filter_map(|text| text.text());
        to.push((path.to_owned(), texts.collect()));
    }
    for element in elements {
        leaves(element, &format!("{path}.{}", element.tag_name().name()), to);
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((any_text(), inner), 0..5).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}
