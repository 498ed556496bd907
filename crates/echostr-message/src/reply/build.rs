//! From a content to a document, with everything checked that the platform would not show.

use serde_json::Value as Json;

use super::{
    card,
    content::{Article, Content, Stream, UpdateCard},
    error::ReplyError,
    tree::{Fields, Value, cleaned},
};
use crate::{document::Format, platform::Platform};

/// Bytes of a text from an Official Account. One more, and the user is shown a fault instead.
const WECHAT_TEXT: usize = 2047;
/// Bytes of a text from an app of WeCom, which cuts longer ones: <https://developer.work.weixin.qq.com/document/path/90241>.
const WECOM_TEXT: usize = 2048;
/// Bytes of the title of a film from an app of WeCom, which cuts longer ones.
const WECOM_TITLE: usize = 128;
/// Bytes of the description of a film from an app of WeCom, which cuts longer ones.
const WECOM_DESCRIPTION: usize = 512;
/// Articles in reply to an event, and from an app of WeCom.
const ARTICLES: usize = 8;
/// Articles in reply to a message, of an Official Account, since October 2018.
const ARTICLES_AFTER_MESSAGE: usize = 1;
/// Limits of a stream: <https://developer.work.weixin.qq.com/document/path/101031>. In bytes, but for the number of pictures.
const STREAM_TEXT: usize = 20_480;
const STREAM_IMAGES: usize = 10;
const STREAM_IMAGE: usize = 10 * 1024 * 1024;
const STREAM_FEEDBACK: usize = 256;

/// Where a reply is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    WeChat,
    WeCom,
    Bot,
}

impl Place {
    pub(crate) const fn of(platform: Platform) -> Self {
        match platform {
            Platform::WeChat => Self::WeChat,
            Platform::WeCom => Self::WeCom,
        }
    }

    /// For a sentence.
    const fn name(self) -> &'static str {
        match self {
            Self::WeChat => "an Official Account or a mini program",
            Self::WeCom => "an app of WeCom",
            Self::Bot => "WeCom's aibot",
        }
    }
}

/// What is replied to.
#[derive(Clone, Copy)]
pub(crate) struct Request<'m> {
    pub(crate) place: Place,
    pub(crate) format: Format,
    pub(crate) is_event: bool,
    /// Who gets the reply.
    pub(crate) to: Option<&'m str>,
    /// From whom.
    pub(crate) from: Option<&'m str>,
}

/// The fields of the reply.
pub(crate) fn fields(request: Request<'_>, content: Content) -> Result<Fields, ReplyError> {
    match (request.place, content) {
        (Place::Bot, content) => bot(request, content),
        (Place::WeChat, Content::XpayResult(result)) => {
            let message = request.text(result.message);
            Ok(vec![
                field("ErrCode", Value::Plain(result.code.to_string())),
                field("ErrMsg", Value::Text(message)),
            ])
        }
        (_, content) => {
            let (msg_type, content) = message(request, content)?;
            let mut fields = vec![
                field("ToUserName", request.address("FromUserName", request.to)?),
                field("FromUserName", request.address("ToUserName", request.from)?),
                field("CreateTime", Value::Now),
                field("MsgType", msg_type.into()),
            ];
            fields.extend(content);
            Ok(fields)
        }
    }
}

fn message(request: Request<'_>, content: Content) -> Result<(&'static str, Fields), ReplyError> {
    use Place::{WeChat, WeCom};
    Ok(match (content, request.place) {
        (Content::Text(text), place) => {
            let limit = if place == WeCom { WECOM_TEXT } else { WECHAT_TEXT };
            let text = within("the text", limit, request.filled("the text", text)?)?;
            ("text", vec![field("Content", text)])
        }
        (Content::Image(image), _) => {
            let id = request.filled("the media id", image.media_id)?;
            ("image", vec![object("Image", vec![field("MediaId", Value::Text(id))])])
        }
        (Content::Voice(voice), _) => {
            let id = request.filled("the media id", voice.media_id)?;
            ("voice", vec![object("Voice", vec![field("MediaId", Value::Text(id))])])
        }
        (Content::Video(video), place) => {
            let is_wecom = place == WeCom;
            let limit = |limit| if is_wecom { limit } else { usize::MAX };
            let mut fields =
                vec![field("MediaId", Value::Text(request.filled("the media id", video.media_id)?))];
            for (name, what, text, most) in [
                ("Title", "the title", video.title, WECOM_TITLE),
                ("Description", "the description", video.description, WECOM_DESCRIPTION),
            ] {
                if let Some(text) = text {
                    fields.push(field(name, within(what, limit(most), request.text(text))?));
                }
            }
            ("video", vec![object("Video", fields)])
        }
        (Content::Music(music), WeChat) => {
            let thumb = request.filled("the media id", music.thumb_media_id)?;
            let texts = [
                ("Title", music.title),
                ("Description", music.description),
                ("MusicUrl", music.music_url),
                ("HQMusicUrl", music.hq_music_url),
                ("ThumbMediaId", Some(thumb)),
            ];
            let given = texts.into_iter().filter_map(|(name, text)| text.map(|text| (name, text)));
            ("music", vec![object("Music", given.map(|(name, text)| request.field(name, text)).collect())])
        }
        (Content::News(news), place) => {
            let limit = if place == WeChat && !request.is_event { ARTICLES_AFTER_MESSAGE } else { ARTICLES };
            let count = news.articles.len();
            if count == 0 {
                return Err(ReplyError::Empty("the list of articles"));
            }
            if count > limit {
                return Err(ReplyError::TooMany { what: "articles", count, limit });
            }
            let items = news.articles.into_iter().map(|article| request.article(article)).collect();
            let articles = object("Articles", vec![field("item", Value::List(items))]);
            ("news", vec![field("ArticleCount", Value::Plain(count.to_string())), articles])
        }
        (Content::Transfer(transfer), WeChat) => {
            let to = transfer.kf_account.map(|account| request.filled("the account", account)).transpose()?;
            let to = to.map(|account| object("TransInfo", vec![field("KfAccount", Value::Text(account))]));
            ("transfer_customer_service", to.into_iter().collect())
        }
        (Content::UpdateButton(update), WeCom) => {
            let name = request.filled("the text", update.replace_name)?;
            ("update_button", vec![object("Button", vec![field("ReplaceName", Value::Text(name))])])
        }
        (Content::UpdateTaskCard(update), WeCom) => {
            let name = request.filled("the text", update.replace_name)?;
            ("update_taskcard", vec![object("TaskCard", vec![field("ReplaceName", Value::Text(name))])])
        }
        (Content::UpdateCard(UpdateCard { card, userids }), WeCom) if userids.is_empty() => {
            card::check(&card)?;
            ("update_template_card", vec![object("TemplateCard", card::elements(&card)?)])
        }
        (content, place) => return Err(ReplyError::NotOn { what: name(&content), place: place.name() }),
    })
}

fn bot(request: Request<'_>, content: Content) -> Result<Fields, ReplyError> {
    Ok(match content {
        Content::Text(text) => {
            let text = request.filled("the text", text)?;
            vec![field("msgtype", "text".into()), object("text", vec![field("content", Value::Text(text))])]
        }
        Content::Stream(content) => {
            vec![field("msgtype", "stream".into()), object("stream", stream(request, content)?)]
        }
        Content::TemplateCard(content) => {
            vec![field("msgtype", "template_card".into()), field("template_card", json(&content.card)?)]
        }
        Content::UpdateCard(UpdateCard { card, userids }) => {
            let mut fields = vec![field("response_type", "update_template_card".into())];
            if !userids.is_empty() {
                fields.push(field("userids", Value::List(userids.into_iter().map(Value::Text).collect())));
            }
            fields.push(field("template_card", json(&card)?));
            fields
        }
        content => return Err(ReplyError::NotOn { what: name(&content), place: request.place.name() }),
    })
}

/// The text may be empty: a beginning that has nothing to show yet.
fn stream(request: Request<'_>, stream: Stream) -> Result<Fields, ReplyError> {
    let mut fields = vec![
        field("id", Value::Text(request.filled("the id", stream.id)?)),
        field("finish", Value::Plain(stream.is_finished.to_string())),
        field("content", within("the text", STREAM_TEXT, stream.content)?),
    ];
    if !stream.images.is_empty() {
        let count = stream.images.len();
        if !stream.is_finished {
            return Err(ReplyError::PictureBeforeEnd);
        }
        if count > STREAM_IMAGES {
            return Err(ReplyError::TooMany { what: "pictures", count, limit: STREAM_IMAGES });
        }
        let items = stream.images.into_iter().map(|(base64, md5)| {
            let base64 = request.filled("the picture", base64)?;
            let bytes = base64.trim_end_matches('=').len().saturating_mul(3).div_euclid(4);
            if bytes > STREAM_IMAGE {
                return Err(ReplyError::TooLong { what: "the picture", bytes, limit: STREAM_IMAGE });
            }
            let image = vec![field("base64", Value::Text(base64)), field("md5", Value::Text(md5))];
            Ok(Value::Object(vec![field("msgtype", "image".into()), object("image", image)]))
        });
        fields.push(field("msg_item", Value::List(items.collect::<Result<_, _>>()?)));
    }
    if let Some(id) = stream.feedback_id {
        let id = within("the feedback id", STREAM_FEEDBACK, request.filled("the feedback id", id)?)?;
        fields.push(object("feedback", vec![field("id", id)]));
    }
    Ok(fields)
}

/// A card as it was given, for JSON.
fn json(card: &Json) -> Result<Value, ReplyError> {
    card::check(card)?;
    Ok(Value::Plain(card.to_string()))
}

impl Request<'_> {
    /// A text as it will be written.
    fn text(self, text: String) -> String {
        match self.format {
            Format::Xml => cleaned(text),
            Format::Json => text,
        }
    }

    fn field(self, name: &str, text: String) -> (String, Value) {
        field(name, Value::Text(self.text(text)))
    }

    fn filled(self, what: &'static str, text: String) -> Result<String, ReplyError> {
        let text = self.text(text);
        if text.is_empty() { Err(ReplyError::Empty(what)) } else { Ok(text) }
    }

    fn address(self, field: &'static str, name: Option<&str>) -> Result<Value, ReplyError> {
        match name.map(|name| self.text(name.to_owned())) {
            Some(name) if !name.is_empty() => Ok(Value::Text(name)),
            _ => Err(ReplyError::NoAddress(field)),
        }
    }

    fn article(self, article: Article) -> Value {
        Value::Object(vec![
            self.field("Title", article.title),
            self.field("Description", article.description),
            self.field("PicUrl", article.pic_url),
            self.field("Url", article.url),
        ])
    }
}

fn field(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

fn object(name: &str, fields: Fields) -> (String, Value) {
    field(name, Value::Object(fields))
}

fn within(what: &'static str, limit: usize, text: String) -> Result<Value, ReplyError> {
    let bytes = text.len();
    if bytes > limit { Err(ReplyError::TooLong { what, bytes, limit }) } else { Ok(Value::Text(text)) }
}

const fn name(content: &Content) -> &'static str {
    match content {
        Content::Text(_) => "text",
        Content::Image(_) => "image",
        Content::Voice(_) => "voice",
        Content::Video(_) => "video",
        Content::Music(_) => "music",
        Content::News(_) => "news",
        Content::Transfer(_) => "transfer to the customer service",
        Content::UpdateButton(_) => "update of buttons",
        Content::UpdateTaskCard(_) => "update of a task card",
        Content::UpdateCard(_) => "update of a card (for these users)",
        Content::TemplateCard(_) => "card",
        Content::Stream(_) => "stream",
        Content::XpayResult(_) => "result of a payment",
    }
}
