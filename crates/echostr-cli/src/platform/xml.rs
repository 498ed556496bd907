//! Reads the fields of an XML document.

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

use crate::words::text::excerpt;

/// The fields of an XML document, those of inner elements too; `Err` says why it is none.
pub(crate) fn xml_fields(document: &str) -> Result<Vec<(String, String)>, String> {
    let mut reader = Reader::from_str(document);
    let (mut path, mut fields, mut roots) = (Vec::<String>::new(), Vec::new(), 0_usize);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let text = match event {
            Event::Start(tag) => {
                if path.is_empty() {
                    roots = roots.saturating_add(1);
                }
                path.push(tag.name().as_ref().to_owned());
                if path.len() > 1 {
                    fields.push((tag.name().as_ref().to_owned(), String::new()));
                }
                continue;
            }
            Event::Empty(tag) => {
                if path.is_empty() {
                    roots = roots.saturating_add(1);
                }
                fields.push((tag.name().as_ref().to_owned(), String::new()));
                continue;
            }
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Text(text) => text.into_inner().into_owned(),
            Event::CData(text) => text.into_inner().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => c.to_string(),
                _ => {
                    let name = reference.into_inner();
                    resolve_xml_entity(&name).ok_or_else(|| format!("the entity &{name};"))?.to_owned()
                }
            },
            Event::DocType(_) => return Err("a document type".to_owned()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
            Event::Eof if path.is_empty() && roots == 1 => return Ok(fields),
            Event::Eof => return Err("it does not have exactly one whole element".to_owned()),
        };
        match (path.last(), fields.last_mut()) {
            (Some(element), Some((name, value))) if element == name && path.len() > 1 => {
                value.push_str(&text);
            }
            _ if text.trim().is_empty() => {}
            _ => return Err(format!("the stray text `{}`", excerpt(text.as_bytes()))),
        }
    }
}

pub(crate) fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::{field, xml_fields};

    #[test]
    fn fields_are_read_whole() {
        let document =
            "<xml><A><![CDATA[x]]]]><![CDATA[>y]]></A>\n<B>1 &lt; &#50;</B><C/><D><E>e</E></D></xml>";
        let fields = xml_fields(document).unwrap();
        assert_eq!(field(&fields, "A"), Some("x]]>y"));
        assert_eq!(field(&fields, "B"), Some("1 < 2"));
        assert_eq!(field(&fields, "C"), Some(""));
        assert_eq!(field(&fields, "E"), Some("e"));
        for wrong in [
            "",
            "hello",
            "<xml>",
            "<a/><b/>",
            "<xml>text</xml>",
            "<!DOCTYPE x><xml/>",
            "<xml><A>&x;</A></xml>",
        ] {
            assert!(xml_fields(wrong).is_err(), "{wrong}");
        }
    }
}
