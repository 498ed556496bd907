//! The vectors, and what several tests do with documents.

#![expect(dead_code, reason = "each test uses some of it")]

use std::fs;

use echostr_message::{BotKind, Format, Incoming, Kind, KindSpec, NoticeKind};
use serde_json::Value;

/// The rows of a file of vectors.
pub(crate) fn vectors(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(rows.len() > 40, "{name} has {} rows", rows.len());
    rows
}

pub(crate) fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_else(|| panic!("{field} in {row}"))
}

/// All kinds that have a variant.
pub(crate) fn table() -> impl Iterator<Item = &'static KindSpec> {
    Kind::TABLE.iter().chain(NoticeKind::TABLE).chain(BotKind::TABLE)
}

/// The texts of the fields of the variant.
pub(crate) fn typed(incoming: &Incoming) -> Vec<(String, &str)> {
    match incoming {
        Incoming::Message(message) => message.kind.fields(),
        Incoming::Notice(notice) => notice.kind.fields(),
        Incoming::Bot(bot) => bot.kind.fields(),
        _ => panic!("a new family"),
    }
}

/// Path and text of every leaf.
pub(crate) fn leaves(incoming: &Incoming) -> Vec<(String, String)> {
    incoming.document().leaves().map(|leaf| (leaf.path, leaf.text.to_owned())).collect()
}

/// The same document in the other format; None where the other has no such thing.
pub(crate) fn in_other_format(incoming: &Incoming) -> String {
    fn json(node: echostr_message::Node<'_>) -> Value {
        if let Some(text) = node.text() {
            return text.into();
        }
        let mut object = serde_json::Map::new();
        for child in node.children() {
            let value = json(child);
            match object.get_mut(child.name()) {
                None => _ = object.insert(child.name().to_owned(), value),
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        object.into()
    }
    fn xml(node: echostr_message::Node<'_>, to: &mut String) {
        if let Some(text) = node.text() {
            to.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
        }
        for child in node.children() {
            to.push_str(&format!("<{}>", child.name()));
            xml(child, to);
            to.push_str(&format!("</{}>", child.name()));
        }
    }
    let root = incoming.document().root();
    match incoming.document().format() {
        Format::Xml => json(root).to_string(),
        Format::Json => {
            let mut text = "<xml>".to_owned();
            xml(root, &mut text);
            text + "</xml>"
        }
    }
}
