//! Any document, as the family that it belongs to.

use echostr::Callback;

use crate::{
    bot::Bot,
    document::{Document, Family},
    message::Message,
    notice::Notice,
    parse_error::ParseError,
};

/// What a platform sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Incoming {
    /// A message or an event of an Official Account, a mini program or an app of WeCom.
    Message(Message),
    /// A notice to the open platform or a WeCom suite.
    Notice(Notice),
    /// A message to WeCom's aibot.
    Bot(Bot),
}

impl Incoming {
    /// Reads a decrypted document, XML or JSON, from text or bytes.
    ///
    /// A kind that is unknown, and one of whose fields has another shape than it should, is no error but the fallback of
    /// its family.
    ///
    /// ```
    /// use echostr_message::{Incoming, Kind};
    ///
    /// let document = "<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>你好</Content></xml>";
    /// let Incoming::Message(message) = Incoming::parse(document)? else { panic!("a message") };
    /// let Kind::Text(text) = &message.kind else { panic!("a text") };
    /// assert_eq!(text.content, "你好");
    /// # Ok::<_, echostr_message::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ParseError`] if it is no document of WeChat's, or an ambiguous one.
    pub fn parse(document: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Document::parse(document).map(Self::from)
    }

    /// Reads the document of a verified request, which then knows its [`callback`](Self::callback), and whether it is WeCom's.
    ///
    /// For a framework without an adapter, whose handler has both; the adapters' extractors do this.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse). Answer 200 and `success` then: everything else is sent again.
    pub fn received(document: impl AsRef<[u8]>, callback: &Callback) -> Result<Self, ParseError> {
        Ok(match Self::parse(document)? {
            Self::Message(message) => Self::Message(message.received(callback)),
            Self::Notice(notice) => Self::Notice(notice.received(callback)),
            Self::Bot(bot) => Self::Bot(bot.received(callback)),
        })
    }

    /// The request that it came in. None if it was only parsed.
    #[must_use]
    pub fn callback(&self) -> Option<&Callback> {
        match self {
            Self::Message(message) => message.callback(),
            Self::Notice(notice) => notice.callback(),
            Self::Bot(bot) => bot.callback(),
        }
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::Message(_) => Family::Message,
            Self::Notice(_) => Family::Notice,
            Self::Bot(_) => Family::Bot,
        }
    }

    /// The name of the variant of its kind; `Other` for the fallback.
    #[must_use]
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Message(message) => message.kind.name(),
            Self::Notice(notice) => notice.kind.name(),
            Self::Bot(bot) => bot.kind.name(),
        }
    }

    /// All that was sent.
    #[must_use]
    pub const fn document(&self) -> &Document {
        match self {
            Self::Message(message) => message.document(),
            Self::Notice(notice) => notice.document(),
            Self::Bot(bot) => bot.document(),
        }
    }
}

impl From<Document> for Incoming {
    fn from(document: Document) -> Self {
        match document.family() {
            Family::Message => Self::Message(Message::new(document)),
            Family::Notice => Self::Notice(Notice::new(document)),
            Family::Bot => Self::Bot(Bot::new(document)),
        }
    }
}
