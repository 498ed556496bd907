//! The documents: written as the platform writes them, and read field by field.

use quick_xml::{
    Reader, Writer,
    events::{BytesCData, BytesEnd, BytesStart, BytesText, Event},
};
use serde_json::Value;

use crate::{
    cli::args::{self, EventKind, Kind, Mode},
    platform::requests::Moment,
    words::exit::Failure,
    words::lang::{Lang, say},
};

/// The account that receives where none is named.
const TO: &str = "gh_echostr00001";

/// The field of a message or an event: `Text` is written as CDATA, `Number` as it is.
enum Field {
    Text(&'static str, String),
    Number(&'static str, String),
}

use Field::{Number, Text};

/// Coordinates of the square in front of Guangzhou's opera house, near WeChat's makers.
const LATITUDE: f64 = 23.134_521;
const LONGITUDE: f64 = 113.358_803;

fn number(name: &'static str, value: impl std::fmt::Display) -> Field {
    Number(name, format!("{value}"))
}

/// A text message without further options.
pub(crate) fn text(text: &str, moment: &Moment, mode: Mode, lang: Lang) -> Result<String, Failure> {
    let options =
        args::Send { kind: Some(Kind::Text), content: Some(text.to_owned()), ..args::Send::default() };
    message(Kind::Text, &options, moment, mode, lang)
}

/// A message of the command line.
pub(crate) fn message(
    kind: Kind,
    options: &args::Send,
    moment: &Moment,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
    let content = options.content.clone();
    let media_id = || options.media_id.clone().unwrap_or_else(|| "media_id_of_echostr".to_owned());
    let text = |option: &Option<String>, default: &str| option.clone().unwrap_or_else(|| default.to_owned());
    let fields = match kind {
        Kind::Text => {
            let content = content.ok_or_else(|| {
                Failure::usage(say!(
                    lang,
                    "a text message needs its text: echostr send URL text hello",
                    "文本消息需要内容:echostr send URL text 你好"
                ))
            })?;
            vec![Text("Content", content)]
        }
        Kind::Image => vec![
            Text(
                "PicUrl",
                options
                    .pic_url
                    .clone()
                    .or(content)
                    .unwrap_or_else(|| "http://mmbiz.qpic.cn/echostr/0".to_owned()),
            ),
            Text("MediaId", media_id()),
        ],
        Kind::Voice => {
            let mut fields = vec![Text("MediaId", media_id()), Text("Format", text(&options.format, "amr"))];
            fields.extend(content.map(|words| Text("Recognition", words)));
            fields
        }
        Kind::Video | Kind::ShortVideo => vec![
            Text("MediaId", content.unwrap_or_else(media_id)),
            Text("ThumbMediaId", text(&options.thumb_media_id, "thumb_media_id_of_echostr")),
        ],
        Kind::Location => vec![
            number("Location_X", options.latitude.unwrap_or(LATITUDE)),
            number("Location_Y", options.longitude.unwrap_or(LONGITUDE)),
            number("Scale", options.scale.unwrap_or(20)),
            Text("Label", content.unwrap_or_else(|| "广州市海珠区".to_owned())),
        ],
        Kind::Link => vec![
            Text("Title", text(&options.title, "echostr")),
            Text("Description", text(&options.description, "微信服务器回调")),
            Text("Url", content.unwrap_or_else(|| "https://developers.weixin.qq.com/doc/".to_owned())),
        ],
    };
    let name = match kind {
        Kind::Text => "text",
        Kind::Image => "image",
        Kind::Voice => "voice",
        Kind::Video => "video",
        Kind::ShortVideo => "shortvideo",
        Kind::Location => "location",
        Kind::Link => "link",
    };
    let mut all = head(options.to.to.as_deref(), moment, name);
    all.extend(fields);
    all.push(number("MsgId", options.to.msg_id.unwrap_or_else(|| moment.msg_id())));
    if mode == Mode::Wecom {
        all.push(number("AgentID", 1_000_002));
    }
    write(&all, lang)
}

/// An event of the command line.
pub(crate) fn event(
    options: &args::Event,
    moment: &Moment,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
    let key = |default: &str| options.key.clone().unwrap_or_else(|| default.to_owned());
    let ticket = options.ticket.clone().map(|ticket| Text("Ticket", ticket));
    let (name, fields) = match options.kind {
        EventKind::Subscribe => {
            // Whoever comes through a QR code brings its scene along.
            let scene = options.key.as_deref().map(|key| key.strip_prefix("qrscene_").unwrap_or(key));
            let key = scene.map_or_else(String::new, |scene| format!("qrscene_{scene}"));
            ("subscribe", [Some(Text("EventKey", key)), ticket].into_iter().flatten().collect())
        }
        EventKind::Unsubscribe => ("unsubscribe", vec![Text("EventKey", key(""))]),
        EventKind::Scan => {
            let ticket = options.ticket.clone().unwrap_or_else(|| "ticket_of_echostr".to_owned());
            ("SCAN", vec![Text("EventKey", key("123")), Text("Ticket", ticket)])
        }
        EventKind::Location => (
            "LOCATION",
            vec![
                number("Latitude", options.latitude.unwrap_or(LATITUDE)),
                number("Longitude", options.longitude.unwrap_or(LONGITUDE)),
                number("Precision", options.precision.unwrap_or(119.385)),
            ],
        ),
        EventKind::Click => ("CLICK", vec![Text("EventKey", key("menu_key"))]),
        EventKind::View => ("VIEW", vec![Text("EventKey", key("https://developers.weixin.qq.com/doc/"))]),
    };
    let name = match name {
        // WeCom writes the menu's events in lower case.
        "CLICK" | "VIEW" if mode == Mode::Wecom => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    };
    let mut all = head(options.to.to.as_deref(), moment, "event");
    all.push(Text("Event", name));
    all.extend(fields);
    if mode == Mode::Wecom {
        all.push(number("AgentID", 1_000_002));
    }
    write(&all, lang)
}

fn head(to: Option<&str>, moment: &Moment, kind: &str) -> Vec<Field> {
    vec![
        Text("ToUserName", to.unwrap_or(TO).to_owned()),
        Text("FromUserName", moment.openid.clone()),
        number("CreateTime", moment.timestamp),
        Text("MsgType", kind.to_owned()),
    ]
}

/// One line a field, as in captured requests.
fn write(fields: &[Field], lang: Lang) -> Result<String, Failure> {
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
                _ => match &*reference.into_inner() {
                    "amp" => "&".to_owned(),
                    "lt" => "<".to_owned(),
                    "gt" => ">".to_owned(),
                    "quot" => "\"".to_owned(),
                    "apos" => "'".to_owned(),
                    other => return Err(format!("the entity &{other};")),
                },
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
            _ => return Err(format!("the stray text `{}`", crate::report::output::excerpt(text.as_bytes()))),
        }
    }
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
