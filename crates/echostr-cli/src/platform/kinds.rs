//! The kinds of messages and events, with what fills their fields: the one table of them.

use clap::{Args, ValueEnum};

use crate::{
    platform::{
        documents::{Field::Text, head, number, write},
        metadata::Metadata,
        mode::Mode,
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Text,
    Image,
    Voice,
    Video,
    #[value(name = "shortvideo")]
    ShortVideo,
    Location,
    Link,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] =
        [Self::Text, Self::Image, Self::Voice, Self::Video, Self::ShortVideo, Self::Location, Self::Link];

    /// Its `MsgType`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::ShortVideo => "shortvideo",
            Self::Location => "location",
            Self::Link => "link",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventKind {
    Subscribe,
    Unsubscribe,
    Scan,
    Location,
    Click,
    View,
}

impl EventKind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Subscribe, Self::Unsubscribe, Self::Scan, Self::Location, Self::Click, Self::View];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Scan => "scan",
            Self::Location => "location",
            Self::Click => "click",
            Self::View => "view",
        }
    }
}

/// What a message says beside its content.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Details {
    /// The MediaId
    #[arg(long, value_name = "ID")]
    media_id: Option<String>,
    /// Video: the ThumbMediaId
    #[arg(long, value_name = "ID")]
    thumb_media_id: Option<String>,
    /// Image: the PicUrl
    #[arg(long, value_name = "URL")]
    pic_url: Option<String>,
    /// Voice: the Format
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Location: the latitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    latitude: Option<f64>,
    /// Location: the longitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    longitude: Option<f64>,
    /// Location: the scale of the map
    #[arg(long, value_name = "N")]
    scale: Option<u32>,
    /// Link: the title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Link: the description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// What an event says.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct EventDetails {
    /// The EventKey: the scene of a QR code, the key or the URL of a menu entry
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// The Ticket of a QR code
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Location: the latitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    latitude: Option<f64>,
    /// Location: the longitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    longitude: Option<f64>,
    /// Location: the precision, in metres
    #[arg(long, value_name = "METRES")]
    precision: Option<f64>,
}

/// Whom a document is for, and its number.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct To {
    /// The account that receives: the ToUserName
    #[arg(long, value_name = "ID")]
    to: Option<String>,
    /// Message: the MsgId [default: made from timestamp and nonce]
    #[arg(long, value_name = "ID")]
    msg_id: Option<u64>,
}

/// Coordinates of the square in front of Guangzhou's opera house, near WeChat's makers.
const LATITUDE: f64 = 23.134_521;
const LONGITUDE: f64 = 113.358_803;

/// A text message without further options.
pub(crate) fn text(text: &str, metadata: &Metadata, mode: Mode, lang: Lang) -> Result<String, Failure> {
    let content = Some(text.to_owned());
    message(Kind::Text, content, &Details::default(), &To::default(), metadata, mode, lang)
}

/// A message of the command line.
pub(crate) fn message(
    kind: Kind,
    content: Option<String>,
    options: &Details,
    to: &To,
    metadata: &Metadata,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
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
    let mut all = head(to.to.as_deref(), metadata, kind.name());
    all.extend(fields);
    all.push(number("MsgId", to.msg_id.unwrap_or_else(|| metadata.msg_id())));
    if mode == Mode::Wecom {
        all.push(number("AgentID", 1_000_002));
    }
    write(&all, lang)
}

/// An event of the command line.
pub(crate) fn event(
    kind: EventKind,
    options: &EventDetails,
    to: &To,
    metadata: &Metadata,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
    let key = |default: &str| options.key.clone().unwrap_or_else(|| default.to_owned());
    let ticket = options.ticket.clone().map(|ticket| Text("Ticket", ticket));
    let (name, fields) = match kind {
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
    let mut all = head(to.to.as_deref(), metadata, "event");
    all.push(Text("Event", name));
    all.extend(fields);
    if mode == Mode::Wecom {
        all.push(number("AgentID", 1_000_002));
    }
    write(&all, lang)
}
