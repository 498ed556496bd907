//! Documents that were damaged: a message or a clear error, never a panic, and never half a message.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a helper that finds a broken vector fails the test, as it should"
)]

#[path = "support/documents.rs"]
mod documents;
#[path = "support/vectors.rs"]
mod vectors;

use documents::{leaves, table, typed};
use echostr_message::{FieldKind, FieldSpec, Format, Incoming, KindSpec, Node, ParseError};
use serde_json::{Value, json};
use vectors::{text, vectors};

/// The documents of the vectors and of the table that are not refused.
fn documents() -> Vec<(String, String)> {
    let rows = vectors("messages").into_iter().filter(|row| row["expect"] != "refused");
    let rows = rows.map(|row| (text(&row, "name").to_owned(), text(&row, "document").to_owned()));
    let samples = table().map(|kind| (kind.name.to_owned(), kind.document.to_owned()));
    rows.chain(samples).collect()
}

/// Names of the header in lower case.
const HEADER: [&str; 9] = [
    "tousername",
    "fromusername",
    "createtime",
    "msgtype",
    "msgid",
    "event",
    "changetype",
    "infotype",
    "agentid",
];

#[test]
fn cut_off_anywhere() {
    for (name, document) in documents() {
        let document = document.trim_end();
        for length in 0..document.len() {
            let cut = document.as_bytes().get(..length).unwrap();
            let error = Incoming::parse(cut).expect_err(&name);
            assert!(!error.to_string().is_empty());
        }
        assert!(Incoming::parse(document).is_ok());
    }
}

#[test]
fn with_a_field_doubled() {
    let mut refused = 0;
    for (name, document) in documents() {
        let whole = Incoming::parse(&document).unwrap();
        for child in whole.document().root().children() {
            let field = child.name();
            let (doubled, duplicate) = match whole.document().format() {
                Format::Xml => (xml_with(&whole, Some(child.name())), None),
                _ => {
                    (document.replacen('{', &format!("{{\"{field}\":1,"), 1), Some(ParseError::DuplicateKey))
                }
            };
            let result = Incoming::parse(&doubled);
            match duplicate {
                Some(error) => assert_eq!(result.unwrap_err(), error, "{name}: {field}"),
                None if HEADER.contains(&field.to_lowercase().as_str()) => {
                    let error = result.unwrap_err();
                    assert!(matches!(error, ParseError::DuplicateHeader(_)), "{name}: {field}: {error}");
                    refused += 1;
                }
                None => {
                    let result = result.unwrap_or_else(|error| panic!("{name}: {field}: {error}"));
                    let kind = result.kind_name();
                    assert!(kind == whole.kind_name() || kind == "Other", "{name}: {field}: {kind}");
                    // If it is still of its kind, it is a field of a list, or none of the kind's.
                    let fields = |incoming: &Incoming| typed(incoming).len();
                    assert!(kind == "Other" || fields(&result) >= fields(&whole), "{name}: {field}");
                }
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

#[test]
fn with_names_in_another_case() {
    for (name, document) in documents() {
        let whole = Incoming::parse(&document).unwrap();
        for change in [str::to_uppercase, str::to_lowercase] {
            let other = with_names(&document, change);
            let result = Incoming::parse(&other);
            // `AppId` and `appid` are two fields there; a JSON with `MSGTYPE` is no longer the aibot's.
            if whole.kind_name() == "FastRegister"
                || name == "open-fasteregister"
                || whole.family().name() == "bot"
            {
                _ = result;
                continue;
            }
            let result = result.unwrap_or_else(|error| panic!("{name}: {error}\n{other}"));
            // In lower case the JSON of a mini program looks like the aibot's.
            if result.family() == whole.family() {
                assert_eq!(result.kind_name(), whole.kind_name(), "{name}");
                assert_eq!(typed(&result), typed(&whole), "{name}");
            }
        }
    }
}

/// The document with its names changed, the root aside.
fn with_names(document: &str, change: impl Fn(&str) -> String) -> String {
    if !document.contains("<xml>") {
        fn walk(value: &Value, change: &impl Fn(&str) -> String) -> Value {
            match value {
                Value::Object(fields) => {
                    fields.iter().map(|(name, value)| (change(name), walk(value, change))).collect()
                }
                Value::Array(items) => items.iter().map(|item| walk(item, change)).collect(),
                other => other.clone(),
            }
        }
        return walk(&serde_json::from_str(document).unwrap(), &change).to_string();
    }
    let mut changed = String::new();
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        changed.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = if rest.starts_with("<![CDATA[") {
            rest.find("]]>").unwrap() + 3
        } else {
            rest.find('>').unwrap() + 1
        };
        let tag = &rest[..end];
        let is_name = !tag.starts_with("<!") && !tag.starts_with("<?") && !tag.contains("xml");
        changed.push_str(&if is_name { change(tag) } else { tag.to_owned() });
        rest = &rest[end..];
    }
    changed + rest
}

/// The document in XML, with the first field of a name twice.
fn xml_with(incoming: &Incoming, mut doubled: Option<&str>) -> String {
    fn write(node: Node<'_>, to: &mut String) {
        to.push_str(&format!("<{}>", node.name()));
        if let Some(text) = node.text() {
            to.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
        }
        node.children().for_each(|child| write(child, to));
        to.push_str(&format!("</{}>", node.name()));
    }
    let mut text = "<xml>".to_owned();
    for child in incoming.document().root().children() {
        write(child, &mut text);
        if doubled.take_if(|name| *name == child.name()).is_some() {
            write(child, &mut text);
        }
    }
    text + "</xml>"
}

fn in_json(node: Node<'_>) -> Value {
    if let Some(text) = node.text() {
        return text.into();
    }
    let mut object = serde_json::Map::new();
    for child in node.children() {
        let value = in_json(child);
        match object.get_mut(child.name()) {
            None => _ = object.insert(child.name().to_owned(), value),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    object.into()
}

#[test]
fn in_the_other_format() {
    for (name, document) in documents() {
        let whole = Incoming::parse(&document).unwrap();
        let other = match whole.document().format() {
            Format::Xml => in_json(whole.document().root()).to_string(),
            _ => xml_with(&whole, None),
        };
        let result = Incoming::parse(&other).unwrap_or_else(|error| panic!("{name}: {error}\n{other}"));
        assert_ne!(result.document().format(), whole.document().format());
        let sorted = |mut leaves: Vec<(String, String)>| {
            leaves.sort();
            leaves
        };
        assert_eq!(sorted(leaves(&result)), sorted(leaves(&whole)), "{name}");
        // The aibot speaks JSON only.
        if whole.family().name() != "bot" {
            assert_eq!(result.kind_name(), whole.kind_name(), "{name}");
            assert_eq!(typed(&result), typed(&whole), "{name}");
        }
    }
}

/// A document of a kind with one field of its own, at the path.
fn with_field(kind: &KindSpec, path: &str, value: &Value) -> String {
    let mut document = json!({});
    for (path, value) in kind.dispatch {
        insert(&mut document, path, &json!(value));
    }
    insert(&mut document, path, value);
    document.to_string()
}

fn insert(object: &mut Value, path: &str, value: &Value) {
    match path.split_once('.') {
        None => object[path] = value.clone(),
        Some((name, rest)) => {
            if object[name].is_null() {
                object[name] = json!({});
            }
            insert(&mut object[name], rest, value);
        }
    }
}

/// Every field of a kind with its path, and whether it stands below a list.
fn fields(specs: &'static [FieldSpec], around: &str, found: &mut Vec<(String, FieldKind)>) {
    for spec in specs {
        for path in spec.paths {
            let path = format!("{around}{path}");
            if let FieldKind::Object(inner) | FieldKind::Objects(inner) = spec.kind {
                fields(inner, &format!("{path}."), found);
            }
            found.push((path, spec.kind));
        }
    }
}

#[test]
fn with_fields_of_another_shape() {
    let mut tried = 0;
    for kind in table() {
        let mut all = vec![];
        fields(kind.fields, "", &mut all);
        for (path, field) in all {
            let parsed = |value: Value| {
                Incoming::parse(with_field(kind, &path, &value))
                    .unwrap_or_else(|error| panic!("{path}: {error}"))
            };
            let name = |value: Value| parsed(value).kind_name();
            let what = format!("{} {path}", kind.name);
            tried += 1;
            assert_eq!(name(Value::Null), kind.name, "{what}");
            match field {
                FieldKind::Text | FieldKind::Integer | FieldKind::Float => {
                    assert_eq!(name(json!("x")), kind.name, "{what}");
                    assert_eq!(name(json!(1)), kind.name, "{what}");
                    // `MsgID` twice is refused, as part of the header.
                    if !HEADER.contains(&path.to_lowercase().as_str()) {
                        assert_eq!(name(json!(["x", "y"])), "Other", "{what}");
                    }
                    for other in [json!({"x": "y"}), json!({}), json!([]), json!(["x"]), json!([["x"]])] {
                        assert_eq!(name(other.clone()), "Other", "{what}: {other}");
                    }
                    let incoming = parsed(json!("x"));
                    assert!(typed(&incoming).iter().any(|(_, text)| *text == "x"), "{what}");
                }
                FieldKind::Texts => {
                    for list in [json!("x"), json!([]), json!(["x"]), json!(["x", "y"])] {
                        assert_eq!(name(list.clone()), kind.name, "{what}: {list}");
                    }
                    for other in [json!({"x": "y"}), json!(["x", {}]), json!([["x"]]), json!([[]])] {
                        assert_eq!(name(other.clone()), "Other", "{what}: {other}");
                    }
                }
                FieldKind::Object(_) => {
                    for object in [json!({}), json!({"x": "y"}), json!("")] {
                        assert_eq!(name(object.clone()), kind.name, "{what}: {object}");
                    }
                    for other in [json!("x"), json!(1), json!([]), json!([{}]), json!([{}, {}])] {
                        assert_eq!(name(other.clone()), "Other", "{what}: {other}");
                    }
                }
                FieldKind::Objects(_) => {
                    for list in [json!({}), json!([]), json!([{}]), json!([{}, {"x": "y"}]), json!("")] {
                        assert_eq!(name(list.clone()), kind.name, "{what}: {list}");
                    }
                    for other in [json!("x"), json!([{}, "x"]), json!([[{}]])] {
                        assert_eq!(name(other.clone()), "Other", "{what}: {other}");
                    }
                }
                _ => panic!("{what}: a new sort of field"),
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn with_a_header_of_another_shape() {
    for header in ["ToUserName", "FromUserName", "CreateTime", "MsgId", "AgentID", "ChangeType", "Event"] {
        let document = |value: Value| json!({"MsgType": "text", "Content": "x", header: value}).to_string();
        let kind = |value| Incoming::parse(document(value)).unwrap().kind_name();
        assert_eq!(kind(json!("1")), "Text");
        assert_eq!(kind(Value::Null), "Text");
        for other in [json!({"x": 1}), json!(["1"]), json!([])] {
            assert_eq!(kind(other.clone()), "Other", "{header} {other}");
        }
        assert_eq!(
            Incoming::parse(document(json!(["1", "2"]))).unwrap_err(),
            ParseError::DuplicateHeader(header)
        );
    }
    // What dispatches is there, so it is a message, but of no kind that is known.
    for other in [json!({"x": 1}), json!(["text"]), json!(""), json!(5)] {
        let incoming = Incoming::parse(json!({"MsgType": other, "Content": "x"}).to_string()).unwrap();
        assert_eq!((incoming.family().name(), incoming.kind_name()), ("message", "Other"), "{other}");
    }
}
