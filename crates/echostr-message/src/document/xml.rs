//! XML into a tree, from the events of quick-xml.
//!
//! Serde on XML cannot model these documents (repeated elements, empty numbers, a tag that decides about the rest), and
//! parsers that keep to XML 1.0 refuse the control characters that users do type. Line ends stay as they were sent:
//! XML's normalisation would change what a user typed.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::tree::{Builder, Shape, is_blank};
use crate::parse_error::ParseError;

pub(crate) fn read(document: &str, tree: &mut Builder) -> Result<(), ParseError> {
    let mut reader = Reader::from_str(document);
    loop {
        let event =
            reader.read_event().map_err(|_| ParseError::MalformedXml(offset(reader.error_position())))?;
        let at = |reader: &Reader<&[u8]>| offset(reader.buffer_position());
        match event {
            Event::Start(tag) => open(&tag, tree, at(&reader))?,
            Event::Empty(tag) => {
                open(&tag, tree, at(&reader))?;
                tree.close(Shape::Leaf);
            }
            Event::End(tag) => {
                if tag.name().as_ref() != tree.open_name() {
                    return Err(ParseError::MalformedXml(at(&reader)));
                }
                let is_object = tree.has_children();
                if is_object && !tree.forget_blank() {
                    return Err(ParseError::TextBesideElements(at(&reader)));
                }
                tree.close(if is_object { Shape::Object } else { Shape::Leaf });
            }
            Event::Text(text) => {
                if !tree.is_outside() {
                    tree.text(&text);
                } else if !is_blank(&text) {
                    return Err(ParseError::TextOutsideRoot(at(&reader)));
                }
            }
            Event::CData(_) | Event::GeneralRef(_) if tree.is_outside() => {
                return Err(ParseError::TextOutsideRoot(at(&reader)));
            }
            Event::CData(text) => tree.text(&text),
            Event::GeneralRef(reference) => {
                tree.character(character(&reference).ok_or(ParseError::UnknownEntity(at(&reader)))?);
            }
            Event::DocType(_) => return Err(ParseError::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if tree.has_root() && tree.is_outside() => return Ok(()),
            Event::Eof => return Err(ParseError::MalformedXml(document.len())),
        }
    }
}

fn open(tag: &BytesStart<'_>, tree: &mut Builder, at: usize) -> Result<(), ParseError> {
    let name = tag.name();
    let name = name.as_ref();
    // The parser passes over attributes, and with them over a `<` that a cut tag runs into.
    if !is_name(name) || tag.attributes_raw().contains('<') {
        return Err(ParseError::MalformedXml(at));
    }
    if tree.is_outside() {
        if tree.has_root() {
            return Err(ParseError::SecondRoot);
        }
        if name != "xml" {
            return Err(ParseError::OtherRoot);
        }
    } else if !tree.forget_blank() {
        return Err(ParseError::TextBesideElements(at));
    }
    let name = tree.name(name);
    tree.open(name, 0)
}

/// Letters, digits, `_`, `-`, `.`, `:` and everything beyond ASCII, as XML has it but for rarities.
fn is_name(name: &str) -> bool {
    let is_inner =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | 0x80..);
    name.bytes().all(is_inner)
        && name.bytes().next().is_some_and(|first| !matches!(first, b'0'..=b'9' | b'-' | b'.'))
}

/// One of the five entities, or a numeric reference to any character, also to those that XML 1.0 forbids.
fn character(reference: &str) -> Option<char> {
    let Some(number) = reference.strip_prefix('#') else {
        return match reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        };
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // `from_str_radix` would take a sign.
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| u32::from_str_radix(digits, radix).ok()).flatten().and_then(char::from_u32)
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
