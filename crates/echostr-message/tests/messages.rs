//! Every row of the vectors of messages and of kinds.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that finds a broken vector fails the test, as it should"
)]

#[path = "support/documents.rs"]
mod documents;
#[path = "support/vectors.rs"]
mod vectors;

use std::collections::HashSet;

use documents::{leaves, table, typed};
use echostr_message::{Document, Family, FieldKind, FieldSpec, Incoming, Node};
use serde_json::Value;
use vectors::{text, vectors};

#[test]
fn every_message() {
    let mut refused = 0;
    for row in vectors("messages") {
        let name = text(&row, "name");
        let result = Incoming::parse(text(&row, "document"));
        if row["expect"] == "refused" {
            assert!(result.is_err(), "{name}: {result:?}");
            refused += 1;
            continue;
        }
        let incoming = result.unwrap_or_else(|error| panic!("{name}: {error}"));
        let family = match text(&row, "platform") {
            "open" | "wecom-suite" => Family::Notice,
            "wecom-aibot" => Family::Bot,
            _ => Family::Message,
        };
        assert_eq!(incoming.family(), family, "{name}");
        assert_eq!(incoming.kind_name(), text(&row, "variant"), "{name}");
        for (field, expected) in row["fields"].as_object().unwrap() {
            holds(&incoming.document().all(field), expected, &format!("{name}: {field}"));
        }
    }
    assert_eq!(refused, 13);
}

/// Whether the nodes are what a vector says of a field.
fn holds(nodes: &[Node<'_>], expected: &Value, what: &str) {
    let value = &expected["value"];
    let one = || match nodes {
        [node] => *node,
        _ => panic!("{what}: {} of them", nodes.len()),
    };
    let leaf = || one().text().unwrap_or_else(|| panic!("{what} is no leaf"));
    match text(expected, "type") {
        "text" => assert_eq!(leaf(), value, "{what}"),
        "int" => assert_eq!(leaf().parse::<i64>().ok(), value.as_i64(), "{what}"),
        "float" => {
            assert_eq!(leaf().parse::<f64>().ok(), value.as_f64(), "{what}");
            if let Some(exact) = expected["text"].as_str() {
                assert_eq!(leaf(), exact, "{what}");
            }
        }
        "bool" => assert_eq!(leaf(), value.to_string(), "{what}"),
        "absent" => assert!(nodes.is_empty(), "{what}"),
        "object" => {
            let object = one();
            for (field, expected) in value.as_object().unwrap() {
                holds(&object.all(field), expected, &format!("{what}.{field}"));
            }
        }
        "list" => {
            let items = value.as_array().unwrap();
            assert_eq!(nodes.len(), items.len(), "{what}");
            for (node, item) in nodes.iter().zip(items) {
                holds(&[*node], item, what);
            }
        }
        other => panic!("{what}: {other}"),
    }
}

/// Fields that all kinds of a family have, outside the variant.
const SHARED: [&str; 21] = [
    "tousername",
    "fromusername",
    "createtime",
    "msgtype",
    "msgid",
    "event",
    "changetype",
    "infotype",
    "agentid",
    "appid",
    "suiteid",
    "authcorpid",
    "timestamp",
    "aibotid",
    "chatid",
    "chattype",
    "from.userid",
    "from.corpid",
    "response_url",
    "create_time",
    "event.eventtype",
];

#[test]
fn a_variant_has_every_field_of_its_documents_and_their_texts() {
    let samples = table().map(|kind| (kind.name.to_owned(), kind.document.to_owned()));
    let rows = vectors("messages")
        .into_iter()
        .filter(|row| row["expect"] == "parsed" && row["name"] != "odd-unknown-field");
    let rows = rows.map(|row| (text(&row, "name").to_owned(), text(&row, "document").to_owned()));
    let mut compared = 0;
    for (name, document) in samples.chain(rows) {
        let incoming = Incoming::parse(&document).unwrap();
        let mut sent = leaves(&incoming);
        // Where the platform has two places for a field, the variant has one.
        for (path, _) in &mut sent {
            if path.starts_with("List.") {
                let event = incoming.document().text("Event").unwrap();
                let around = match event {
                    "subscribe_msg_popup_event" => "SubscribeMsgPopupEvent.",
                    "subscribe_msg_change_event" => "SubscribeMsgChangeEvent.",
                    _ => "SubscribeMsgSentEvent.",
                };
                *path = around.to_owned() + path;
            }
        }
        let mut read: Vec<_> =
            typed(&incoming).into_iter().map(|(path, text)| (path, text.to_owned())).collect();
        // A field that is missing may be an empty text; the document tells the two apart.
        read.retain(|(path, text)| !text.is_empty() || sent.iter().any(|(sent, _)| sent == path));
        // Some kinds have a field of a shared name in their variant too.
        let known: HashSet<&str> = read.iter().map(|(path, _)| path.as_str()).collect();
        sent.retain(|(path, _)| {
            known.contains(path.as_str()) || !SHARED.contains(&path.to_lowercase().as_str())
        });
        sent.sort();
        read.sort();
        assert_eq!(read, sent, "{name}");
        compared += read.len();
    }
    assert!(compared > 900, "{compared}");
}

#[test]
fn every_kind_has_its_variant() {
    for row in vectors("kinds") {
        let (platform, kind) = (text(&row, "platform"), &row["kind"]);
        let mut fields = kind.clone();
        if let Some(event) = kind["eventtype"].as_str() {
            fields = serde_json::json!({"msgtype": kind["msgtype"], "event": {"eventtype": event}});
        }
        let incoming = Incoming::parse(fields.to_string()).unwrap();
        assert_eq!(incoming.kind_name(), text(&row, "variant"), "{platform} {kind}");
    }
}

#[test]
fn the_documents_of_the_table_are_of_their_kind() {
    let mut names = HashSet::new();
    for kind in table() {
        assert!(names.insert((kind.family, kind.name)), "{} twice", kind.name);
        let incoming =
            Incoming::parse(kind.document).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        assert_eq!((incoming.family(), incoming.kind_name()), (kind.family, kind.name));
        for (path, value) in kind.dispatch {
            let sent = incoming.document().text(path).unwrap_or_else(|| panic!("{}: {path}", kind.name));
            // In a document, a field whose value is one of several stands with one of them.
            assert!(sent.eq_ignore_ascii_case(value), "{}: {path} is {sent}", kind.name);
        }
        assert!(kind.source.starts_with("https://"), "{}", kind.name);
        assert!(Document::parse(kind.document).is_ok());
    }
    assert!(names.len() > 100, "{}", names.len());
}

#[test]
fn names_of_fields_are_the_platforms_in_snake_case() {
    fn check(fields: &[FieldSpec], kind: &str) {
        for field in fields {
            let last = field.paths[0].rsplit('.').next().unwrap();
            let squeezed = |name: &str| name.replace('_', "").to_lowercase();
            let is_path = field.paths[0].split('.').any(|part| squeezed(part) == squeezed(field.name));
            // `type` is a word of Rust; two names of one structure lead to one field.
            assert!(
                is_path || last == "Type" || last == "type",
                "{kind}: {} is {}",
                field.name,
                field.paths[0]
            );
            if let FieldKind::Object(inner) | FieldKind::Objects(inner) = field.kind {
                check(inner, kind);
            }
        }
    }
    table().for_each(|kind| check(kind.fields, kind.name));
}
