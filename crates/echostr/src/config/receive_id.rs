//! Whom encrypted messages must be meant for.

use crate::ConfigError;

/// Whom an encrypted message must be meant for: the id that is encrypted behind its text.
///
/// | platform | the id |
/// |---|---|
/// | Official Account, mini program | the AppID |
/// | open platform (component) | the component's AppID |
/// | WeCom, an app of one's own | the CorpID |
/// | WeCom, a suite | the SuiteID, or the CorpID in some events: [`or`](Self::or) |
/// | WeCom, an intelligent bot and some others | none: [`empty`](Self::empty) |
///
/// The check keeps a message that was sent to another account with the same token and key from being taken for
/// one's own. An empty text, such as an environment variable that is not set gives, is an error and never stands for
/// "any".
///
/// ```
/// use echostr::{ConfigError, ReceiveId};
///
/// let suite = ReceiveId::new("wwddddccc7775555aaa")?.or("wx5823bf96d3bd56c7")?;
/// assert_eq!(ReceiveId::new("").unwrap_err(), ConfigError::EmptyReceiveId);
/// # Ok::<(), ConfigError>(())
/// ```
///
/// Source: <https://developer.work.weixin.qq.com/document/path/90968>.
#[derive(Clone, Debug)]
pub struct ReceiveId(Accepted);

#[derive(Clone, Debug)]
enum Accepted {
    Any,
    OneOf(Vec<String>),
}

impl ReceiveId {
    /// This id.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn new(id: impl Into<String>) -> Result<Self, ConfigError> {
        Self(Accepted::OneOf(vec![])).or(id)
    }

    /// This id too.
    ///
    /// # Errors
    ///
    /// If it is empty, or if any id is accepted already: what looks like a restriction would then be none.
    pub fn or(mut self, id: impl Into<String>) -> Result<Self, ConfigError> {
        let id = id.into();
        if id.is_empty() {
            return Err(ConfigError::EmptyReceiveId);
        }
        if id.trim() != id {
            tracing::warn!(
                "a receive id begins or ends with white space, so no message will be meant for it"
            );
        }
        match &mut self.0 {
            Accepted::OneOf(ids) => ids.push(id),
            Accepted::Any => return Err(ConfigError::AnyReceiveId),
        }
        Ok(self)
    }

    /// No id: the messages of some WeCom products carry none.
    #[must_use]
    pub fn empty() -> Self {
        Self(Accepted::OneOf(vec![String::new()]))
    }

    /// Whatever the message carries. Look at [`Callback::receive_id`](crate::Callback::receive_id) in the handler
    /// then: this type checks nothing.
    #[must_use]
    pub const fn any() -> Self {
        Self(Accepted::Any)
    }

    pub(crate) fn accepts(&self, id: &[u8]) -> bool {
        match &self.0 {
            Accepted::Any => true,
            Accepted::OneOf(ids) => ids.iter().any(|accepted| accepted.as_bytes() == id),
        }
    }

    /// The id for messages that this side makes itself.
    pub(crate) fn first(&self) -> &str {
        match &self.0 {
            Accepted::Any => "",
            Accepted::OneOf(ids) => ids.first().map_or("", String::as_str),
        }
    }
}
