//! `parse` on every document of the vectors: family, kind, and every text that a row gives.

use serde_json::Value;

use crate::support::command::echostr;

const MESSAGES: &str = include_str!("../../../echostr-message/tests/vectors/messages.json");

#[test]
fn every_document_of_the_vectors() {
    let rows: Vec<Value> = serde_json::from_str(MESSAGES).expect("a list");
    let (mut refused, mut unknown, mut compared) = (0, 0, 0);
    for row in &rows {
        let name = row["name"].as_str().expect("a name");
        let run = echostr(["parse"]).stdin(row["document"].as_str().expect("a document")).run();
        if row["expect"] == "refused" {
            run.expect(1).one_line_error().prints_nothing();
            refused += 1;
            continue;
        }
        let run = run.expect(0);
        assert_eq!(run.stderr, "", "{name}");
        let [line] = run.json().try_into().unwrap_or_else(|lines| panic!("{name}: {lines:?}"));
        let family = match row["platform"].as_str() {
            Some("open" | "wecom-suite") => "notice",
            Some("wecom-aibot") => "bot",
            _ => "message",
        };
        assert_eq!(line["family"], family, "{name}");
        assert_eq!(line["kind"], row["variant"], "{name}");
        if row["expect"] == "unknown-type" {
            assert_eq!(line["kind"], "Other", "{name}");
            unknown += 1;
        }
        let mut expected = vec![];
        for (field, value) in row["fields"].as_object().expect("fields") {
            texts(field, value, &mut expected);
        }
        let mut paths: Vec<_> = expected.iter().map(|(path, _)| path.clone()).collect();
        paths.dedup();
        for path in paths {
            let of_path: Vec<_> =
                expected.iter().filter(|(other, _)| *other == path).map(|(_, text)| text).collect();
            let shown = match &line["fields"][&path] {
                Value::Array(texts) => texts.clone(),
                text => vec![text.clone()],
            };
            assert_eq!(shown.len(), of_path.len(), "{name}: {path}");
            for (shown, expected) in shown.iter().zip(of_path) {
                expected.holds(shown.as_str().expect("a text"), &format!("{name}: {path}"));
                compared += 1;
            }
        }
        for (field, value) in row["fields"].as_object().expect("fields") {
            if value["type"] == "absent" {
                assert!(line["fields"].get(field).is_none(), "{name}: {field}");
            }
        }
    }
    assert_eq!((refused, unknown), (13, 4));
    assert!(rows.len() > 200 && compared > 1500, "{} rows, {compared} texts", rows.len());
}

/// What a row says of a text.
#[derive(Debug)]
enum Expected {
    Text(String),
    Number(f64),
}

impl Expected {
    #[track_caller]
    fn holds(&self, shown: &str, what: &str) {
        match self {
            Self::Text(text) => assert_eq!(shown, text, "{what}"),
            Self::Number(number) => assert_eq!(shown.parse::<f64>().ok().as_ref(), Some(number), "{what}"),
        }
    }
}

/// The texts below a field, in their order.
fn texts(path: &str, field: &Value, to: &mut Vec<(String, Expected)>) {
    let value = &field["value"];
    let one = match field["type"].as_str().expect("a type") {
        "text" => Expected::Text(value.as_str().expect("a text").to_owned()),
        "int" | "bool" => Expected::Text(value.to_string()),
        "float" => match field["text"].as_str() {
            Some(exact) => Expected::Text(exact.to_owned()),
            None => Expected::Number(value.as_f64().expect("a number")),
        },
        "absent" => return,
        "object" => {
            for (name, inner) in value.as_object().expect("an object") {
                texts(&format!("{path}.{name}"), inner, to);
            }
            return;
        }
        "list" => {
            for item in value.as_array().expect("a list") {
                texts(path, item, to);
            }
            return;
        }
        other => panic!("{path}: {other}"),
    };
    to.push((path.to_owned(), one));
}
