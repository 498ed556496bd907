//! A document as `parse` shows it: one line of JSON with the family, the kind, and every text under its path.

use std::{
    collections::{HashMap, hash_map::Entry},
    io,
};

use echostr_message::{Document, Incoming, ParseError};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _},
};
use serde_json::ser::Formatter;

use crate::words::lang::Lang;

/// A document that was read.
pub(crate) struct Parsed(Incoming);

/// Why a document is refused.
#[derive(Clone, Copy)]
pub(crate) struct Unreadable(ParseError);

impl Parsed {
    pub(crate) fn read(document: &[u8]) -> Result<Self, Unreadable> {
        Incoming::parse(document).map(Self).map_err(Unreadable)
    }

    /// Whether it has a text `Encrypt` beside its fields: the plain copy of compatible mode.
    pub(crate) fn is_plain_copy(&self) -> bool {
        self.0.document().text("Encrypt").is_some()
    }

    /// One line of JSON. What a terminal or a reader of lines takes for an order or a line end is escaped.
    pub(crate) fn line(&self) -> Result<String, serde_json::Error> {
        let mut line = Vec::new();
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut line, OneLine))?;
        String::from_utf8(line).map_err(serde_json::Error::custom)
    }
}

impl Serialize for Parsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("family", self.0.family().name())?;
        map.serialize_entry("kind", self.0.kind_name())?;
        map.serialize_entry("fields", &Fields::of(self.0.document()))?;
        map.end()
    }
}

/// The texts at every path, in the order in which the paths first occur.
struct Fields<'d>(Vec<(String, Vec<&'d str>)>);

impl<'d> Fields<'d> {
    fn of(document: &'d Document) -> Self {
        let mut fields: Vec<(String, Vec<&str>)> = vec![];
        let mut places = HashMap::<String, usize>::new();
        for leaf in document.leaves() {
            match places.entry(leaf.path) {
                Entry::Occupied(place) => {
                    if let Some((_, texts)) = fields.get_mut(*place.get()) {
                        texts.push(leaf.text);
                    }
                }
                Entry::Vacant(place) => {
                    fields.push((place.key().clone(), vec![leaf.text]));
                    place.insert(fields.len().saturating_sub(1));
                }
            }
        }
        Self(fields)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (path, texts) in &self.0 {
            match texts.as_slice() {
                [text] => map.serialize_entry(path, text)?,
                texts => map.serialize_entry(path, texts)?,
            }
        }
        map.end()
    }
}

/// JSON without spaces that stays one line for every reader of lines, and moves no cursor.
struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| is_order(*character)) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            // All of them stand below U+10000, so that one escape is enough.
            write!(writer, "\\u{:04x}", u32::from(character))?;
            rest = after.get(character.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Control characters (JSON itself escapes those below a space only), ends of lines and changes of direction.
fn is_order(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Unreadable {
    /// Whether the document is sound, and lacks only what would make it a message: an envelope does.
    pub(crate) fn is_no_message(self) -> bool {
        self.0 == ParseError::NoDispatchField
    }

    pub(crate) fn sentence(self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.0.to_string();
        }
        match self.0 {
            ParseError::NotUtf8(at) => format!("文档从第 {at} 字节起不是 UTF-8"),
            ParseError::NeitherXmlNorJson => {
                "内容既不以“<”也不以“{”开头：微信发送的是 XML 或 JSON；它是否还没有解密？".to_owned()
            }
            ParseError::TooLong => {
                format!("文档超过 {} 字节", echostr_message::limits::MAX_BYTES)
            }
            ParseError::TooManyNodes => {
                format!("文档的字段超过 {} 个", echostr_message::limits::MAX_NODES)
            }
            ParseError::TooDeep => format!("文档超过 {} 层", echostr_message::limits::MAX_DEPTH),
            ParseError::MalformedXml(at) => format!("XML 在第 {at} 字节处格式有误或被截断"),
            ParseError::MalformedJson { line, column } => {
                format!("JSON 在第 {line} 行第 {column} 列附近格式有误或被截断")
            }
            ParseError::DocumentType => "XML 含有文档类型声明，微信从不发送".to_owned(),
            ParseError::UnknownEntity(at) => format!("第 {at} 字节之前是 XML 未定义的实体"),
            ParseError::OtherRoot => "XML 的根元素不是 xml".to_owned(),
            ParseError::SecondRoot => "XML 有第二个根元素".to_owned(),
            ParseError::TextOutsideRoot(at) => format!("XML 的根元素之外有文本，在第 {at} 字节处"),
            ParseError::TextBesideElements(at) => {
                format!("第 {at} 字节之前，子元素旁边有文本：可能有人输入了标记")
            }
            ParseError::DuplicateKey => "JSON 的一个对象中有重复的键".to_owned(),
            ParseError::DuplicateHeader(name) => {
                format!("文档中有两个 {name}：可能有人输入了第二个")
            }
            ParseError::NoDispatchField => "文档中没有 MsgType、InfoType 或 msgtype：它不是消息".to_owned(),
            // A reason that is newer than these words.
            other => other.to_string(),
        }
    }
}
