//! Documents as the platform writes them, and whom one comes from.

use std::fmt::Display;

use quick_xml::{
    Writer,
    events::{BytesCData, BytesEnd, BytesStart, BytesText, Event},
};
use serde_json::Value;

use crate::{
    platform::{
        metadata::Metadata,
        xml::{field, xml_fields},
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

use Field::{Number, Text};

/// The account that receives where none is named.
const TO: &str = "gh_echostr00001";

/// The field of a message or an event: `Text` is written as CDATA, `Number` as it is.
pub(super) enum Field {
    Text(&'static str, String),
    Number(&'static str, String),
}

pub(super) fn number(name: &'static str, value: impl Display) -> Field {
    Number(name, format!("{value}"))
}

/// The fields that every document begins with.
pub(super) fn head(to: Option<&str>, metadata: &Metadata, kind: &str) -> Vec<Field> {
    vec![
        Text("ToUserName", to.unwrap_or(TO).to_owned()),
        Text("FromUserName", metadata.openid.clone()),
        number("CreateTime", metadata.timestamp),
        Text("MsgType", kind.to_owned()),
    ]
}

/// One line a field, as in captured requests.
pub(super) fn write(fields: &[Field], lang: Lang) -> Result<String, Failure> {
    let mut writer = Writer::new(Vec::new());
    let mut put =
        |event: Event<'_>| writer.write_event(event).map_err(|error| Failure::usage(error.to_string()));
    put(Event::Start(BytesStart::new("xml")))?;
    for field in fields {
        let (Text(name, value) | Number(name, value)) = field;
        if let Some(c) = value.chars().find(|c| !is_xml(*c)) {
            return Err(Failure::usage(say!(
                lang,
                "XML has no room for the character {} in {name}: leave it out",
                "{name} 中的字符 {} 不能写入 XML：请去掉它",
                c.escape_unicode()
            )));
        }
        put(Event::Start(BytesStart::new(*name)))?;
        match field {
            Text(..) => {
                for piece in BytesCData::escaped(value) {
                    put(Event::CData(piece))?;
                }
            }
            Number(..) => put(Event::Text(BytesText::new(value)))?,
        }
        put(Event::End(BytesEnd::new(*name)))?;
        put(Event::Text(BytesText::new("\n")))?;
    }
    put(Event::End(BytesEnd::new("xml")))?;
    String::from_utf8(writer.into_inner()).map_err(|error| Failure::usage(error.to_string()))
}

const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whom a document comes from and goes to, if it says so.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) to: Option<String>,
    pub(crate) from: Option<String>,
}

impl Header {
    pub(crate) fn of(document: &[u8]) -> Self {
        let text = String::from_utf8_lossy(document);
        let find = |name: &str| match serde_json::from_str::<Value>(&text) {
            Ok(json) => json.get(name).and_then(Value::as_str).map(str::to_owned),
            Err(_) => field(&xml_fields(&text).ok()?, name).map(str::to_owned),
        };
        Self { to: find("ToUserName"), from: find("FromUserName") }
    }
}
