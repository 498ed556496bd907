//! Reads the documents that the command sends, with a parser, so that one that is not well-formed fails the test.

use std::collections::BTreeMap;

use quick_xml::{Reader, events::Event};

/// The fields of `<xml>…</xml>`, by name; a field inside a field as `Outer.Inner`.
pub(crate) fn fields(document: &str) -> BTreeMap<String, String> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut path, mut fields) = (vec![], BTreeMap::new());
    let mut roots = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {document}")) {
            Event::Start(tag) => {
                if path.is_empty() {
                    roots += 1;
                }
                path.push(tag.name().as_ref().to_owned());
                if path.len() > 1 {
                    let old = fields.insert(path[1..].join("."), String::new());
                    assert_eq!(old, None, "{} stands twice in {document}", path.join("."));
                }
            }
            Event::Empty(tag) => {
                path.push(tag.name().as_ref().to_owned());
                assert!(path.len() > 1, "an empty document: {document}");
                assert_eq!(fields.insert(path[1..].join("."), String::new()), None, "twice in {document}");
                path.pop();
            }
            Event::End(_) => assert!(path.pop().is_some(), "an end without a start: {document}"),
            Event::Text(text) => push(&mut fields, &path, &text.into_inner()),
            Event::CData(text) => push(&mut fields, &path, &text.into_inner()),
            Event::GeneralRef(name) => {
                let text = match &*name.into_inner() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("the reference {other} in {document}"),
                };
                push(&mut fields, &path, text);
            }
            Event::Eof => break,
            other => panic!("{other:?} in {document}"),
        }
    }
    assert_eq!((roots, path.len()), (1, 0), "not one whole element: {document}");
    fields.into_iter().map(|(name, text)| (name, text.trim().to_owned())).collect()
}

fn push(fields: &mut BTreeMap<String, String>, path: &[String], text: &str) {
    if path.len() > 1 {
        fields.get_mut(&path[1..].join(".")).expect("its start was seen").push_str(text);
    } else {
        assert!(text.trim().is_empty(), "text outside the fields: {text}");
    }
}
