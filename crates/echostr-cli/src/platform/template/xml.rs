//! Samples in XML.

use quick_xml::{
    Reader, Writer,
    escape::resolve_xml_entity,
    events::{BytesCData, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{
    platform::template::tree::{Field, Style, Tree},
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// Reads a sample of the table; `Err` says what is wrong with it.
pub(crate) fn read(document: &str) -> Result<Tree, String> {
    let mut reader = Reader::from_str(document);
    // The innermost comes last; the root is none.
    let mut open: Vec<Field> = vec![];
    let mut root = Tree::default();
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let (text, style) = match event {
            Event::Start(tag) => {
                let text = Some((String::new(), Style::Bare));
                open.push(Field { text, ..Field::empty(tag.name().as_ref()) });
                continue;
            }
            Event::End(_) => {
                let Some(field) = open.pop() else { continue };
                match open.last_mut() {
                    None => root = field.fields,
                    Some(parent) => {
                        parent.text = None;
                        parent.fields.0.push(field);
                    }
                }
                continue;
            }
            Event::CData(text) => (text.into_inner().into_owned(), Style::Quoted),
            Event::Text(text) => (text.into_inner().into_owned(), Style::Bare),
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                let text = resolve_xml_entity(&name).ok_or_else(|| format!("the entity &{name};"))?;
                (text.to_owned(), Style::Bare)
            }
            Event::Eof => return Ok(root),
            other => return Err(format!("{other:?}")),
        };
        // Blanks beside fields go with the text of the structure that they stand in.
        if let Some((all, how)) = open.last_mut().and_then(|field| field.text.as_mut()) {
            all.push_str(&text);
            *how = style;
        }
    }
}

/// One line a field, as in captured requests.
pub(crate) fn write(tree: &Tree, lang: Lang) -> Result<String, Failure> {
    let mut writer = Writer::new(Vec::new());
    put(&mut writer, Event::Start(BytesStart::new("xml")))?;
    for field in &tree.0 {
        write_field(&mut writer, field, lang)?;
        put(&mut writer, Event::Text(BytesText::new("\n")))?;
    }
    put(&mut writer, Event::End(BytesEnd::new("xml")))?;
    String::from_utf8(writer.into_inner()).map_err(|error| Failure::usage(error.to_string()))
}

/// As deep as the paths of the table and of the command line.
fn write_field(writer: &mut Writer<Vec<u8>>, field: &Field, lang: Lang) -> Result<(), Failure> {
    let name = field.name.as_str();
    put(writer, Event::Start(BytesStart::new(name)))?;
    match &field.text {
        None => field.fields.0.iter().try_for_each(|inner| write_field(writer, inner, lang))?,
        Some((text, Style::Raw)) => put(writer, Event::Text(BytesText::from_escaped(text.as_str())))?,
        Some((text, style)) => {
            if let Some(c) = text.chars().find(|c| !is_xml(*c)) {
                return Err(Failure::usage(say!(
                    lang,
                    "XML has no room for the character {} in {name}: leave it out",
                    "{name} 中的字符 {} 不能写入 XML：请去掉它",
                    c.escape_unicode()
                )));
            }
            if *style == Style::Bare {
                put(writer, Event::Text(BytesText::new(text)))?;
            } else {
                for piece in BytesCData::escaped(text) {
                    put(writer, Event::CData(piece))?;
                }
            }
        }
    }
    put(writer, Event::End(BytesEnd::new(name)))
}

fn put(writer: &mut Writer<Vec<u8>>, event: Event<'_>) -> Result<(), Failure> {
    writer.write_event(event).map_err(|error| Failure::usage(error.to_string()))
}

const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
