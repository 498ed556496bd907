//! What a message or an event is to say: options for the usual fields, `--set` for every other.

use clap::{
    Arg, Args, Command,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
    error::Error,
};

use crate::{
    platform::{
        kinds::{Kind, Scope},
        template::tree::Setting,
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Details {
    /// Sets a field, for instance `SendLocationInfo.Label=广州`; may be given several times, also for one field: a value an item of its list
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, requires = "kind")]
    set: Vec<Setting>,
    /// The same with the value as it is, markup or JSON, well-formed or not
    #[arg(long, value_name = "NAME=VALUE", value_parser = raw_setting, requires = "kind")]
    set_raw: Vec<Setting>,
    /// The account that receives: the ToUserName
    #[arg(long, value_name = "ID")]
    to: Option<String>,
    /// Message: the MsgId [default: made from timestamp and nonce]
    #[arg(long, value_name = "ID")]
    msg_id: Option<u64>,
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
    /// Location of a message: the scale of the map
    #[arg(long, value_name = "N")]
    scale: Option<u32>,
    /// Location of an event: the precision, in metres
    #[arg(long, value_name = "METRES")]
    precision: Option<f64>,
    /// Link: the title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Link: the description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Event: the EventKey, which is the scene of a QR code, or the key or the URL of a menu entry
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Event: the Ticket of a QR code
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
}

/// Where the content of a message stands, for the kinds that have one.
const CONTENTS: [(&str, &str); 9] = [
    ("text", "Content"),
    ("image", "PicUrl"),
    ("voice", "Recognition"),
    ("video", "MediaId"),
    ("shortvideo", "MediaId"),
    ("location", "Label"),
    ("link", "Url"),
    ("bot/text", "text.content"),
    ("bot/voice", "voice.content"),
];

impl Details {
    /// What was said about a message of this kind, `--set` above all.
    pub(crate) fn settings(
        &self,
        kind: Kind,
        content: Option<&str>,
        lang: Lang,
    ) -> Result<Vec<Setting>, Failure> {
        let mut settings = self.options(kind, lang)?;
        if let Some(content) = content {
            let path = content_path(kind).ok_or_else(|| {
                let name = kind.name(Scope::All);
                Failure::usage(say!(
                    lang,
                    "{name} has no content: use --set; `echostr kinds {name}` shows its fields",
                    "{name} 没有内容：请用 --set；echostr kinds {name} 会显示它的字段"
                ))
            })?;
            // An option of its own says it more exactly.
            if !settings.iter().any(|setting| setting.path == path) {
                settings.push(Setting::new(path, content));
            }
        }
        let set = || self.set.iter().chain(&self.set_raw);
        settings.retain(|setting| !set().any(|set| set.path == setting.path));
        settings.extend(set().cloned());
        if kind.name(Scope::All) == "text" && !settings.iter().any(|setting| setting.path == "Content") {
            return Err(Failure::usage(say!(
                lang,
                "a text message needs its text: echostr send URL text hello",
                "文本消息需要内容:echostr send URL text 你好"
            )));
        }
        Ok(settings)
    }

    fn options(&self, kind: Kind, lang: Lang) -> Result<Vec<Setting>, Failure> {
        let number = |number: Option<f64>| number.map(|number| number.to_string());
        // Whoever comes through a QR code brings its scene along.
        let key = self.key.as_ref().map(|key| match key.strip_prefix("qrscene_") {
            None if kind.variant() == "Subscribe" => format!("qrscene_{key}"),
            _ => key.clone(),
        });
        let fields = [
            (&["MediaId"][..], self.media_id.clone()),
            (&["ThumbMediaId"], self.thumb_media_id.clone()),
            (&["PicUrl"], self.pic_url.clone()),
            (&["Format"], self.format.clone()),
            (&["Location_X", "Latitude", "SendLocationInfo.Location_X"], number(self.latitude)),
            (&["Location_Y", "Longitude", "SendLocationInfo.Location_Y"], number(self.longitude)),
            (&["Scale", "SendLocationInfo.Scale"], self.scale.map(|scale| scale.to_string())),
            (&["Precision"], number(self.precision)),
            (&["Title"], self.title.clone()),
            (&["Description"], self.description.clone()),
            (&["EventKey", "event.template_card_event.event_key"], key),
            (&["Ticket"], self.ticket.clone()),
        ];
        let header = [
            (&["ToUserName"][..], self.to.clone()),
            (&["MsgId", "msgid"], self.msg_id.map(|id| id.to_string())),
        ];
        let paths = kind.paths();
        let mut settings = vec![];
        for (candidates, value) in fields {
            let Some(value) = value else { continue };
            let path = candidates.iter().find(|path| paths.iter().any(|known| known == *path));
            settings.push(Setting::new(*path.ok_or_else(|| lacks(kind, candidates, lang))?, value));
        }
        for (candidates, value) in header {
            let Some(value) = value else { continue };
            let sample = kind.sample();
            let stands =
                |name: &str| sample.contains(&format!("<{name}>")) || sample.contains(&format!("\"{name}\""));
            let path = candidates.iter().find(|path| stands(path));
            settings.push(Setting::new(*path.ok_or_else(|| lacks(kind, candidates, lang))?, value));
        }
        Ok(settings)
    }
}

fn lacks(kind: Kind, candidates: &[&str], lang: Lang) -> Failure {
    let (name, field) = (kind.name(Scope::All), candidates.first().copied().unwrap_or_default());
    Failure::usage(say!(
        lang,
        "{name} has no {field}: `echostr kinds {name}` shows its fields, and --set adds any",
        "{name} 没有 {field}：echostr kinds {name} 会显示它的字段，--set 可以加上任意字段"
    ))
}

fn content_path(kind: Kind) -> Option<&'static str> {
    let name = kind.name(Scope::All);
    CONTENTS.iter().find(|(of, _)| *of == name).map(|(_, path)| *path)
}

fn setting(text: &str) -> Result<Setting, String> {
    let split = text.split_once('=').filter(|(path, _)| path.split('.').all(is_name));
    split
        .map(|(path, value)| Setting::new(path, value))
        .ok_or_else(|| "Name=value, or Outer.Inner=value".to_owned())
}

fn raw_setting(text: &str) -> Result<Setting, String> {
    setting(text).map(|setting| Setting { is_raw: true, ..setting })
}

/// What names an element of XML. Keys of JSON could have more, and have not.
fn is_name(name: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
    name.chars().all(is_inner) && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Takes any name, so that a wrong one is told in both languages, and gives the right ones to shells.
#[derive(Clone)]
pub(crate) struct KindName(pub(crate) Scope);

impl TypedValueParser for KindName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let kinds = Kind::all().filter(|kind| self.0 == Scope::All || kind.is_event());
        Some(Box::new(kinds.map(|kind| PossibleValue::new(kind.name(self.0)))))
    }
}
