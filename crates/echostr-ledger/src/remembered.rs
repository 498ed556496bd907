//! A reply as it was sent, for the sends that come after.

use std::fmt;

use bytes::Bytes;

/// A reply with status 200 as it was sent: content type and body, sealed if the mode is encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct Remembered {
    content_type: Option<Bytes>,
    body: Bytes,
}

impl Remembered {
    /// The longest body that is remembered: 64 KiB. An adapter need not collect more, and hands over what is longer as
    /// [`Outcome::Stream`](crate::Outcome::Stream).
    pub const LIMIT: usize = 64 << 10;

    /// `content_type` is the value of the header, if there is one.
    #[must_use]
    pub const fn new(content_type: Option<Bytes>, body: Bytes) -> Self {
        Self { content_type, body }
    }

    /// The value of the header `Content-Type`.
    #[must_use]
    pub const fn content_type(&self) -> Option<&Bytes> {
        self.content_type.as_ref()
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The bytes that are kept.
    #[must_use]
    pub fn size(&self) -> usize {
        self.content_type.as_ref().map_or(0, Bytes::len).saturating_add(self.body.len())
    }
}

/// Without the texts, which are a user's message.
impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered")
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
