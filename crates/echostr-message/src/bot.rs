//! Messages of WeCom's aibot.

use std::fmt;

use echostr::Callback;

use crate::{
    document::Document,
    header::Header,
    kinds::bot::BotKind,
    reply::{Content, Place, Reply, ReplyError, Request},
    spec::integer,
};

/// A message to WeCom's aibot. The fields have the platform's names.
#[derive(Clone)]
#[non_exhaustive]
pub struct Bot {
    /// The id of the message, which is the same when it is sent again.
    pub msgid: Option<String>,
    /// The robot.
    pub aibotid: Option<String>,
    /// The group; a single chat has none.
    pub chatid: Option<String>,
    /// `single` or `group`.
    pub chattype: Option<String>,
    /// Who sent it.
    pub userid: Option<String>,
    /// Their company, where it is another.
    pub corpid: Option<String>,
    /// Where one more message can be sent to later. A secret.
    pub response_url: Option<String>,
    /// When it was sent, in Unix seconds. Events only.
    pub create_time: Option<String>,
    /// The type; `event` for all events.
    pub msgtype: Option<String>,
    /// Which event.
    pub eventtype: Option<String>,
    /// What it is, with the fields of its kind.
    pub kind: BotKind,
    document: Document,
    callback: Option<Box<Callback>>,
}

impl Bot {
    pub(crate) fn new(document: Document) -> Self {
        let mut header = Header::of(&document);
        let msgid = header.text("msgid");
        let aibotid = header.text("aibotid");
        let chatid = header.text("chatid");
        let chattype = header.text("chattype");
        let userid = header.text("from.userid");
        let corpid = header.text("from.corpid");
        let response_url = header.text("response_url");
        let create_time = header.text("create_time");
        let msgtype = header.text("msgtype");
        let eventtype = header.text("event.eventtype");
        let read = |root| BotKind::read(msgtype.as_deref().unwrap_or_default(), eventtype.as_deref(), root);
        let kind = header.kind(read, BotKind::Other);
        Self {
            msgid,
            aibotid,
            chatid,
            chattype,
            userid,
            corpid,
            response_url,
            create_time,
            msgtype,
            eventtype,
            kind,
            document,
            callback: None,
        }
    }

    pub(crate) fn received(mut self, callback: &Callback) -> Self {
        self.callback = Some(Box::new(callback.clone()));
        self
    }

    /// [`create_time`](field@Self::create_time) as a number.
    #[must_use]
    pub fn create_time(&self) -> Option<i64> {
        integer(self.create_time.as_deref()?)
    }

    /// The request that it came in: its account, receive id, nonce. None if it was only parsed.
    #[must_use]
    pub fn callback(&self) -> Option<&Callback> {
        self.callback.as_deref()
    }

    /// All that was sent.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// A reply: a stream, a card, or (to [`EnterChat`](BotKind::EnterChat) alone) a text.
    ///
    /// # Errors
    ///
    /// [`ReplyError`] if the platform would not show the content: it is empty, too long, or of a kind that it does not
    /// know.
    pub fn reply(&self, content: impl Into<Content>) -> Result<Reply, ReplyError> {
        Reply::to(
            Request {
                place: Place::Bot,
                format: self.document.format(),
                is_event: false,
                to: None,
                from: None,
            },
            content.into(),
        )
    }
}

/// Without the texts, which are the user's.
impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot")
            .field("kind", &self.kind)
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}
