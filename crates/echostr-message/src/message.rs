//! Messages and events of Official Accounts, mini programs and apps of WeCom.

use std::fmt;

use echostr::Callback;

use crate::{
    document::Document,
    header::Header,
    kinds::message::Kind,
    platform::Platform,
    reply::{Content, Place, Reply, ReplyError, Request},
    spec::integer,
};

/// A message or an event of an Official Account, a mini program or an app of WeCom.
///
/// ```
/// use echostr_message::{Incoming, Kind, Message, Reply, ReplyError};
///
/// fn on_message(message: &Message) -> Result<Reply, ReplyError> {
///     match &message.kind {
///         Kind::Text(text) => message.reply(format!("你说：{}", text.content)),
///         Kind::Location(place) => match (place.latitude(), place.longitude()) {
///             (Some(latitude), Some(longitude)) => message.reply(format!("{latitude:.2}, {longitude:.2}")),
///             _ => Ok(Reply::none()),
///         },
///         _ => Ok(Reply::none()),
///     }
/// }
/// # let document = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType></xml>";
/// # let Incoming::Message(message) = Incoming::parse(document)? else { panic!("a message") };
/// # assert!(on_message(&message)?.body().contains("你说"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Message {
    /// The account: `gh_` and digits, or WeCom's CorpID.
    pub to_user_name: Option<String>,
    /// The user: an openid, or WeCom's UserID. A few events have none.
    ///
    /// In plain mode nothing vouches for it: the signature does not cover the body.
    pub from_user_name: Option<String>,
    /// When it was sent, in Unix seconds.
    pub create_time: Option<String>,
    /// The type; `event` for all events.
    pub msg_type: Option<String>,
    /// Which event.
    pub event: Option<String>,
    /// Which change, of the events that tell of changes.
    pub change_type: Option<String>,
    /// The id of a message; events have none. Not even a `u64` holds every one, and users may share one.
    pub msg_id: Option<String>,
    /// The app of WeCom.
    pub agent_id: Option<String>,
    /// What it is, with the fields of its kind.
    pub kind: Kind,
    document: Document,
    platform: Platform,
    callback: Option<Box<Callback>>,
}

impl Message {
    pub(crate) fn new(document: Document) -> Self {
        let mut header = Header::of(&document);
        let to_user_name = header.text("ToUserName");
        let from_user_name = header.text("FromUserName");
        let create_time = header.text("CreateTime");
        let msg_type = header.text("MsgType");
        let event = header.text("Event");
        let change_type = header.text("ChangeType");
        let msg_id = header.text("MsgId");
        let agent_id = header.text("AgentID");
        let read = |root| Kind::read(msg_type.as_deref().unwrap_or_default(), event.as_deref(), root);
        let kind = header.kind(read, Kind::Other);
        let platform = if agent_id.is_some() { Platform::WeCom } else { Platform::WeChat };
        Self {
            to_user_name,
            from_user_name,
            create_time,
            msg_type,
            event,
            change_type,
            msg_id,
            agent_id,
            kind,
            document,
            platform,
            callback: None,
        }
    }

    pub(crate) fn received(mut self, callback: &Callback) -> Self {
        self.platform = if callback.is_wecom() { Platform::WeCom } else { Platform::WeChat };
        self.callback = Some(Box::new(callback.clone()));
        self
    }

    /// [`create_time`](field@Self::create_time) as a number.
    #[must_use]
    pub fn create_time(&self) -> Option<i64> {
        integer(self.create_time.as_deref()?)
    }

    /// [`msg_id`](field@Self::msg_id) as a number, if it is not too large.
    #[must_use]
    pub fn msg_id(&self) -> Option<i64> {
        integer(self.msg_id.as_deref()?)
    }

    /// [`agent_id`](field@Self::agent_id) as a number.
    #[must_use]
    pub fn agent_id(&self) -> Option<i64> {
        integer(self.agent_id.as_deref()?)
    }

    /// Whether it is an event.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.msg_type.as_deref().is_some_and(|msg_type| msg_type.eq_ignore_ascii_case("event"))
    }

    /// All that was sent.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The request that it came in: its account, receive id, nonce. None if it was only parsed.
    #[must_use]
    pub fn callback(&self) -> Option<&Callback> {
        self.callback.as_deref()
    }

    /// Whose message it is: what the verifier knows, or [`set_platform`](Self::set_platform) said, else WeCom's if there is an
    /// `AgentID`.
    #[must_use]
    pub const fn platform(&self) -> Platform {
        self.platform
    }

    /// Says whose message it is, where it was only parsed: some events of WeCom have no `AgentID`.
    pub const fn set_platform(&mut self, platform: Platform) {
        self.platform = platform;
    }

    /// A reply to its sender, in its format: a text, or one of the contents in [`reply`](crate::reply).
    ///
    /// # Errors
    ///
    /// [`ReplyError`] if the platform would not show the content: it is empty, too long, or of a kind that it does not
    /// know.
    pub fn reply(&self, content: impl Into<Content>) -> Result<Reply, ReplyError> {
        Reply::to(
            Request {
                place: Place::of(self.platform),
                format: self.document.format(),
                is_event: self.is_event(),
                to: self.from_user_name.as_deref(),
                from: self.to_user_name.as_deref(),
            },
            content.into(),
        )
    }
}

/// Without the texts, which are the user's.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("kind", &self.kind)
            .field("platform", &self.platform)
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}
