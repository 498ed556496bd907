//! What a reply can hold.

use std::{borrow::Cow, fmt};

use serde_json::Value as Json;

/// What a reply holds. Made from a text, or from one of the structures beside it.
///
/// ```
/// use echostr_message::reply::{Article, Content, Image, News};
///
/// let text: Content = "你好".into();
/// let image: Content = Image::new("mEdIa0123").into();
/// let news: Content = News::new([Article::new("标题", "https://example.com/1")]).into();
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Content {
    /// A text. Official Account: at most 2,047 bytes; WeCom: 2,048. Aibot: only to
    /// [`EnterChat`](crate::kinds::bot::BotKind::EnterChat).
    Text(String),
    /// A picture.
    Image(Image),
    /// A recording.
    Voice(Voice),
    /// A film.
    Video(Video),
    /// A piece of music.
    Music(Music),
    /// Articles.
    News(News),
    /// The message is passed on to the customer service.
    Transfer(Transfer),
    /// The buttons of a card that was pressed are replaced.
    UpdateButton(UpdateButton),
    /// The buttons of a task card that was pressed are replaced.
    UpdateTaskCard(UpdateTaskCard),
    /// A card that was pressed is replaced.
    UpdateCard(UpdateCard),
    /// A card.
    TemplateCard(TemplateCard),
    /// A text that grows.
    Stream(Stream),
    /// Whether a virtual payment was taken note of.
    XpayResult(XpayResult),
}

/// A picture. Official Account, WeCom.
#[derive(Clone)]
pub struct Image {
    pub(crate) media_id: String,
}

impl Image {
    /// The media id is that of a message, or of material that was uploaded.
    pub fn new(media_id: impl Into<String>) -> Self {
        Self { media_id: media_id.into() }
    }
}

/// A recording. Official Account, WeCom.
#[derive(Clone)]
pub struct Voice {
    pub(crate) media_id: String,
}

impl Voice {
    /// The media id is that of a message, or of material that was uploaded.
    pub fn new(media_id: impl Into<String>) -> Self {
        Self { media_id: media_id.into() }
    }
}

/// A film. Official Account; WeCom, where the title has at most 128 bytes and the description 512.
#[derive(Clone)]
pub struct Video {
    pub(crate) media_id: String,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
}

impl Video {
    /// The media id is that of a message, or of material that was uploaded.
    pub fn new(media_id: impl Into<String>) -> Self {
        Self { media_id: media_id.into(), title: None, description: None }
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// A piece of music. Official Account.
#[derive(Clone)]
pub struct Music {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) music_url: Option<String>,
    pub(crate) hq_music_url: Option<String>,
    pub(crate) thumb_media_id: String,
}

impl Music {
    /// The media id is that of the preview, which alone is required.
    pub fn new(thumb_media_id: impl Into<String>) -> Self {
        Self {
            title: None,
            description: None,
            music_url: None,
            hq_music_url: None,
            thumb_media_id: thumb_media_id.into(),
        }
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets where the music is.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.music_url = Some(url.into());
        self
    }

    /// Sets where the music is in high quality, which is preferred on a Wi-Fi network.
    #[must_use]
    pub fn hq_url(mut self, url: impl Into<String>) -> Self {
        self.hq_music_url = Some(url.into());
        self
    }
}

/// Articles. Official Account: one in reply to a message, up to 8 to an event; WeCom: up to 8.
#[derive(Clone)]
pub struct News {
    pub(crate) articles: Vec<Article>,
}

impl News {
    /// At least one.
    pub fn new(articles: impl IntoIterator<Item = Article>) -> Self {
        Self { articles: articles.into_iter().collect() }
    }
}

/// An article of [`News`].
#[derive(Clone)]
pub struct Article {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) pic_url: String,
    pub(crate) url: String,
}

impl Article {
    /// The title, and where the article is.
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self { title: title.into(), description: String::new(), pic_url: String::new(), url: url.into() }
    }

    /// Sets the description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets where the picture is.
    #[must_use]
    pub fn picture(mut self, url: impl Into<String>) -> Self {
        self.pic_url = url.into();
        self
    }
}

/// The message is passed on to the customer service. Official Account, and all that a mini program can reply.
#[derive(Clone, Default)]
pub struct Transfer {
    pub(crate) kf_account: Option<String>,
}

impl Transfer {
    /// To whoever is free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// To this member of staff only.
    #[must_use]
    pub fn account(mut self, kf_account: impl Into<String>) -> Self {
        self.kf_account = Some(kf_account.into());
        self
    }
}

/// The buttons of a card that was pressed are replaced by a text. WeCom.
#[derive(Clone)]
pub struct UpdateButton {
    pub(crate) replace_name: String,
}

impl UpdateButton {
    /// The text.
    pub fn new(replace_name: impl Into<String>) -> Self {
        Self { replace_name: replace_name.into() }
    }
}

/// The buttons of a task card that was pressed are replaced by a text. WeCom.
#[derive(Clone)]
pub struct UpdateTaskCard {
    pub(crate) replace_name: String,
}

impl UpdateTaskCard {
    /// The text.
    pub fn new(replace_name: impl Into<String>) -> Self {
        Self { replace_name: replace_name.into() }
    }
}

/// A card that was pressed is replaced. WeCom, aibot.
#[derive(Clone)]
pub struct UpdateCard {
    pub(crate) card: Json,
    pub(crate) userids: Vec<String>,
}

impl UpdateCard {
    /// The new card, in the JSON of WeCom's description, also where the reply is XML. For the aibot its `task_id` must be
    /// that of the event.
    #[must_use]
    pub const fn new(card: Json) -> Self {
        Self { card, userids: vec![] }
    }

    /// Aibot: for these members only. Without it, for all.
    #[must_use]
    pub fn users<U: Into<String>>(mut self, userids: impl IntoIterator<Item = U>) -> Self {
        self.userids = userids.into_iter().map(Into::into).collect();
        self
    }
}

/// A card. Aibot.
#[derive(Clone)]
pub struct TemplateCard {
    pub(crate) card: Json,
}

impl TemplateCard {
    /// The card in the JSON of WeCom's description.
    #[must_use]
    pub const fn new(card: Json) -> Self {
        Self { card }
    }
}

/// A text that grows: WeCom asks for the rest until it is finished. Aibot, where the text has at most 20,480 bytes.
///
/// ```
/// use echostr_message::reply::Stream;
///
/// let beginning = Stream::new("id-of-the-answer", "**广州**");
/// let end = Stream::new("id-of-the-answer", "**广州**今日天气").finish();
/// ```
#[derive(Clone)]
pub struct Stream {
    pub(crate) id: String,
    pub(crate) content: String,
    pub(crate) is_finished: bool,
    pub(crate) images: Vec<(String, String)>,
    pub(crate) feedback_id: Option<String>,
}

impl Stream {
    /// The id, by which WeCom asks for the rest, and the whole text so far.
    pub fn new(id: impl Into<String>, content: impl Into<String>) -> Self {
        Self { id: id.into(), content: content.into(), is_finished: false, images: vec![], feedback_id: None }
    }

    /// Says that this is all.
    #[must_use]
    pub const fn finish(mut self) -> Self {
        self.is_finished = true;
        self
    }

    /// Adds a picture behind the finished text, in base64, with the MD5 sum of its bytes in hexadecimal. Up to 10 pictures
    /// of 10 MiB.
    #[must_use]
    pub fn image(mut self, base64: impl Into<String>, md5: impl Into<String>) -> Self {
        self.images.push((base64.into(), md5.into()));
        self
    }

    /// Asks how good the reply was; the answer comes with this id, of at most 256 bytes.
    #[must_use]
    pub fn feedback(mut self, id: impl Into<String>) -> Self {
        self.feedback_id = Some(id.into());
        self
    }
}

/// Whether a virtual payment was taken note of: the answer to events of the name `xpay_…`, which are sent up to 15 times
/// until it is success. Mini program.
#[derive(Clone)]
pub struct XpayResult {
    pub(crate) code: i64,
    pub(crate) message: String,
}

impl XpayResult {
    /// It was.
    #[must_use]
    pub fn success() -> Self {
        Self::new(0, "success")
    }

    /// 0 for success, or another number, and why.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

macro_rules! from {
    ($($content:ident),*) => {$(
        impl From<$content> for Content {
            fn from(content: $content) -> Self {
                Self::$content(content)
            }
        }
    )*};
}

from!(
    Image,
    Voice,
    Video,
    Music,
    News,
    Transfer,
    UpdateButton,
    UpdateTaskCard,
    UpdateCard,
    TemplateCard,
    Stream,
    XpayResult
);

impl From<Article> for Content {
    fn from(article: Article) -> Self {
        Self::News(News::new([article]))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Cow<'_, str>> for Content {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

macro_rules! debug {
    ($($content:ident),*) => {$(
        /// Without the texts, in which a user's often stands.
        impl fmt::Debug for $content {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($content)).finish_non_exhaustive()
            }
        }
    )*};
}

debug!(
    Content,
    Image,
    Voice,
    Video,
    Music,
    News,
    Article,
    Transfer,
    UpdateButton,
    UpdateTaskCard,
    UpdateCard,
    TemplateCard,
    Stream,
    XpayResult
);
