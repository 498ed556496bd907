//! Replies: what goes back in the answer to a message.
//!
//! A text, or one of the structures here, becomes a [`Reply`] by [`Message::reply`](crate::Message::reply) or
//! [`Bot::reply`](crate::Bot::reply), which check it. Whatever the texts hold, a user's or a language model's words, they
//! stay texts: `]]>` is split, and characters that XML forbids are dropped.

mod build;
mod card;
mod content;
mod error;
mod tree;

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use tree::Written;

use crate::document::Format;

pub(crate) use build::{Place, Request};
pub use content::{
    Article, Content, Image, Music, News, Stream, TemplateCard, Transfer, UpdateButton, UpdateCard,
    UpdateTaskCard, Video, Voice, XpayResult,
};
pub use error::ReplyError;

/// A reply, checked, with everything but the time.
#[derive(Clone)]
pub struct Reply {
    written: Written,
    /// None if it is no document.
    format: Option<Format>,
}

impl Reply {
    /// Nothing: the body is `success`, with which every platform is content. Never encrypted.
    ///
    /// ```
    /// # use echostr_message::Reply;
    /// assert_eq!(Reply::none().body(), "success");
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self { written: Written { text: "success".to_owned(), time: None }, format: None }
    }

    /// Nothing, with an empty body: the one answer that the aibot's feedback event allows. Never encrypted.
    #[must_use]
    pub fn empty() -> Self {
        Self { written: Written::default(), format: None }
    }

    /// What a handler returns, with [`none`](Self::none) for an error, which is logged at level `ERROR`: users are better shown
    /// nothing than a fault, and the platform would send the message again for any other answer.
    ///
    /// The adapters do this where a handler returns `Result<Reply, ReplyError>`.
    #[must_use]
    pub fn or_log(result: Result<Self, ReplyError>) -> Self {
        result.unwrap_or_else(|error| {
            tracing::error!(%error, "the reply is left out");
            Self::none()
        })
    }

    pub(crate) fn to(request: Request<'_>, content: Content) -> Result<Self, ReplyError> {
        let fields = build::fields(request, content)?;
        Ok(Self { written: Written::document(request.format, &fields), format: Some(request.format) })
    }

    /// The body, whose `CreateTime` is now.
    #[must_use]
    pub fn body(&self) -> String {
        self.body_at(SystemTime::now())
    }

    /// The body, with a `CreateTime` of one's own.
    #[must_use]
    pub fn body_at(&self, create_time: SystemTime) -> String {
        let mut body = self.written.text.clone();
        if let Some(gap) = self.written.time {
            // A clock before 1970 is none to be told from.
            let seconds = create_time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            body.insert_str(gap, &seconds.to_string());
        }
        body
    }

    /// The `Content-Type` of the body.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        match self.format {
            None => "text/plain; charset=utf-8",
            Some(Format::Xml) => "text/xml; charset=utf-8",
            Some(Format::Json) => "application/json; charset=utf-8",
        }
    }

    /// The format of the document; None if nothing is replied, which encrypted modes do not encrypt.
    #[must_use]
    pub const fn format(&self) -> Option<Format> {
        self.format
    }
}

/// Without the texts, in which a user's often stands.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("format", &self.format)
            .field("bytes", &self.written.text.len())
            .finish_non_exhaustive()
    }
}
