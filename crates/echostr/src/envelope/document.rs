//! The document around the cipher text: finds the one `Encrypt`, in XML or JSON.

use std::{borrow::Cow, fmt};

use memchr::memmem;
use quick_xml::{Reader, events::Event};
use serde::{
    Deserializer as _,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};
use simdutf8::basic::from_utf8;

use serde_json::value::RawValue;

use crate::{Rejection, rejection::BodyFault};

/// In which format the platform sends, and so wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

impl Format {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// By the first character, for the header does not tell: the configuration of the console page does.
    pub(crate) fn of(document: &str) -> Option<Self> {
        Self::of_bytes(document.as_bytes())
    }

    pub(crate) fn of_bytes(document: &[u8]) -> Option<Self> {
        match document.trim_ascii_start().first() {
            Some(b'<') => Some(Self::Xml),
            Some(b'{') => Some(Self::Json),
            _ => None,
        }
    }
}

/// The text of the one `Encrypt` in `document`, without the white space around it.
///
/// In compatible mode the document holds the plain fields too. Nothing vouches for those, so they are passed over.
pub(crate) fn encrypt(document: &[u8]) -> Result<(Format, Cow<'_, str>), Rejection> {
    let document = from_utf8(document).map_err(|_| Rejection::Body(BodyFault::Malformed))?;
    let format = Format::of(document).ok_or(Rejection::Body(BodyFault::Malformed))?;
    let text = match format {
        Format::Xml => Cow::Borrowed(
            match in_usual_xml(document) {
                Some(text) => text,
                None => in_xml(document)?,
            }
            .trim_ascii(),
        ),
        Format::Json => in_json(document)?,
    };
    if text.is_empty() { Err(Rejection::Body(BodyFault::NoEncrypt)) } else { Ok((format, text)) }
}

/// The text of `Encrypt` in a document of the shape that the platform sends: fields below `<xml>`, all of them CDATA. `None`
/// for every other one, about which the parser decides.
///
/// Saves the parser's work on nearly every message. The tests below show that the parser agrees.
fn in_usual_xml(document: &str) -> Option<&str> {
    let mut rest = document.strip_prefix("<xml>")?;
    let mut found = None;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(end) = rest.strip_prefix("</xml>") {
            return found.filter(|_| end.trim_ascii().is_empty());
        }
        let (name, content) = rest.strip_prefix('<')?.split_once('>')?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let content = content.strip_prefix("<![CDATA[")?;
        let (text, end) = content.split_at_checked(memmem::find(content.as_bytes(), b"]]>")?)?;
        rest = end.strip_prefix("]]></")?.strip_prefix(name)?.strip_prefix('>')?;
        if name == "Encrypt" && found.replace(text).is_some() {
            return None;
        }
    }
}

/// The parser expands nothing; a document type and an entity that only one could define are refused outright.
fn in_xml(document: &str) -> Result<&str, Rejection> {
    let mut reader = Reader::from_str(document);
    let mut path = Path::default();
    let mut found = None;
    for _ in 0..MOST_PARTS {
        match reader.read_event().map_err(|_| Rejection::Body(BodyFault::Malformed))? {
            Event::Start(tag) => {
                if path.in_encrypt {
                    return Err(Rejection::Body(BodyFault::Malformed));
                }
                path.enter()?;
                if tag.name().as_ref() == "Encrypt" {
                    if path.depth != 2 {
                        return Err(Rejection::Body(BodyFault::Malformed));
                    }
                    if found.replace("").is_some() {
                        return Err(Rejection::Body(BodyFault::SeveralEncrypts));
                    }
                    path.in_encrypt = true;
                }
            }
            Event::Empty(tag) => {
                if path.in_encrypt || path.depth == 0 {
                    return Err(Rejection::Body(BodyFault::Malformed));
                }
                if tag.name().as_ref() == "Encrypt" && found.replace("").is_some() {
                    return Err(Rejection::Body(BodyFault::SeveralEncrypts));
                }
            }
            Event::End(_) => path.leave()?,
            Event::Text(text) => path.text(text.into_inner(), &mut found)?,
            Event::CData(text) => path.text(text.into_inner(), &mut found)?,
            Event::GeneralRef(reference) => {
                let name = reference.into_inner();
                let harmless =
                    name.starts_with('#') || matches!(&*name, "amp" | "lt" | "gt" | "quot" | "apos");
                if path.in_encrypt || !harmless {
                    return Err(Rejection::Body(BodyFault::Malformed));
                }
            }
            Event::DocType(_) => return Err(Rejection::Body(BodyFault::Malformed)),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {
                if path.in_encrypt {
                    return Err(Rejection::Body(BodyFault::Malformed));
                }
            }
            Event::Eof => {
                return if path.depth == 0 {
                    found.ok_or(Rejection::Body(BodyFault::NoEncrypt))
                } else {
                    Err(Rejection::Body(BodyFault::Malformed))
                };
            }
        }
    }
    Err(Rejection::Body(BodyFault::Malformed))
}

/// WeChat's documents have a few dozen parts. A megabyte of tags would take the parser forty times as long as one text.
const MOST_PARTS: usize = 2000;

/// WeChat's documents have a depth of 2, and of 4 with their plain fields. The parser remembers every name on the way down.
const DEEPEST: usize = 32;

/// Where in the document the parser stands.
#[derive(Default)]
struct Path {
    depth: usize,
    roots: usize,
    in_encrypt: bool,
}

impl Path {
    fn enter(&mut self) -> Result<(), Rejection> {
        if self.depth == 0 {
            self.roots = self.roots.saturating_add(1);
            if self.roots > 1 {
                return Err(Rejection::Body(BodyFault::Malformed));
            }
        }
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST { Err(Rejection::Body(BodyFault::Malformed)) } else { Ok(()) }
    }

    fn leave(&mut self) -> Result<(), Rejection> {
        self.in_encrypt = false;
        self.depth = self.depth.checked_sub(1).ok_or(Rejection::Body(BodyFault::Malformed))?;
        Ok(())
    }

    /// Inside `Encrypt` there is one piece of text; white space may stand around it.
    fn text<'d>(&self, text: Cow<'d, str>, found: &mut Option<&'d str>) -> Result<(), Rejection> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.depth == 0 {
            return Err(Rejection::Body(BodyFault::Malformed));
        }
        if self.in_encrypt {
            let (Cow::Borrowed(text), Some("")) = (text, *found) else {
                return Err(Rejection::Body(BodyFault::Malformed));
            };
            *found = Some(text);
        }
        Ok(())
    }
}

fn in_json(document: &str) -> Result<Cow<'_, str>, Rejection> {
    let mut deserializer = serde_json::Deserializer::from_str(document);
    let found =
        deserializer.deserialize_map(EncryptField).map_err(|_| Rejection::Body(BodyFault::Malformed))?;
    deserializer.end().map_err(|_| Rejection::Body(BodyFault::Malformed))?;
    found
}

/// Finds the field whatever the case of its name: WeCom writes it in lower case.
struct EncryptField;

impl<'de> Visitor<'de> for EncryptField {
    type Value = Result<Cow<'de, str>, Rejection>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Err(Rejection::Body(BodyFault::NoEncrypt));
        let mut parts = 0_usize;
        while let Some(Name(key)) = map.next_key()? {
            parts = parts.saturating_add(1);
            if parts > MOST_PARTS {
                return Err(A::Error::custom("too many fields"));
            }
            if !key.eq_ignore_ascii_case("Encrypt") {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let text = map.next_value::<&'de RawValue>().map(|value| unquoted(value.get()))?;
            found = if found == Err(Rejection::Body(BodyFault::NoEncrypt)) {
                text
            } else {
                Err(Rejection::Body(BodyFault::SeveralEncrypts))
            };
        }
        Ok(found)
    }
}

/// The text of a JSON string. Of the escapes only those are undone that encoders put into base64: `\/`, and line breaks
/// around it. A text with any other is no base64, and is left to be refused as such.
fn unquoted(json: &str) -> Result<Cow<'_, str>, Rejection> {
    let text = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .ok_or(Rejection::Body(BodyFault::Malformed))?;
    let text = without_line_breaks_around(text);
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    // Unlike `replace`, in memory of the right size at once.
    let mut unescaped = String::with_capacity(text.len());
    for (nth, piece) in text.split("\\/").enumerate() {
        if nth > 0 {
            unescaped.push('/');
        }
        unescaped.push_str(piece);
    }
    Ok(Cow::Owned(unescaped))
}

fn without_line_breaks_around(mut text: &str) -> &str {
    const BREAKS: [&str; 3] = ["\\n", "\\r", "\\t"];
    loop {
        text = text.trim_ascii();
        let shorter =
            BREAKS.iter().find_map(|escape| text.strip_prefix(escape).or_else(|| text.strip_suffix(escape)));
        match shorter {
            Some(shorter) => text = shorter,
            None => return text,
        }
    }
}

/// The name of a field, borrowed unless it holds escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of documents, right and wrong, so that many of their sequences are almost of the usual shape.
    const PIECES: &[&str] = &[
        "<xml>",
        "</xml>",
        "<Encrypt>",
        "</Encrypt>",
        "<Encrypt><![CDATA[",
        "]]></Encrypt>",
        "<![CDATA[",
        "]]>",
        "<ToUserName><![CDATA[gh_0]]></ToUserName>",
        "<Encrypt><![CDATA[QUJD]]></Encrypt>",
        "<Encrypt><![CDATA[QUJDRA==]]></Encrypt>",
        "<Encrypt><![CDATA[ ]]></Encrypt>",
        "<AppId><![CDATA[wx]]></AppId>",
        "<Content><![CDATA[<Encrypt>]]></Content>",
        "\n    ",
        "<Encrypt>QUJD</Encrypt>",
        "<Encrypt/>",
        "<AgentID><![CDATA[]]></AgentID>",
        "<",
        ">",
        "/",
        "]",
        "]]",
        "&amp;",
        "&e;",
        "QUJD",
        " ",
        "\n",
        "你",
        "<!-- c -->",
        "<?p?>",
        "<!DOCTYPE xml>",
        "<a b='c'>",
        "</a>",
        "\0",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parser_agrees(picked in prop::collection::vec(prop::sample::select(PIECES), 0..8), is_whole: bool) {
            let inner = picked.concat();
            let document = if is_whole { format!("<xml>\n{inner}</xml>\n") } else { inner };
            if let Some(text) = in_usual_xml(&document) {
                prop_assert_eq!(in_xml(&document).map(str::trim_ascii), Ok(text.trim_ascii()), "{}", document);
            }
        }
    }

    #[test]
    fn the_usual_shape_is_seen() {
        for document in [
            "<xml>\n    <ToUserName><![CDATA[gh_0]]></ToUserName>\n    <Encrypt><![CDATA[QUJD]]></Encrypt>\n</xml>\n",
            "<xml><AppId><![CDATA[wx]]></AppId><Encrypt><![CDATA[QUJD]]></Encrypt></xml>",
        ] {
            assert_eq!(in_usual_xml(document), Some("QUJD"));
        }
        assert_eq!(in_usual_xml("<xml><Encrypt>QUJD</Encrypt></xml>"), None);
    }
}
