//! A reply that no send can take any more, as the app gets it.

use std::{fmt, pin::Pin};

use bytes::Bytes;

/// A reply that no send of its message takes any more, as the handler made it: not encrypted.
///
/// Its body is the document of a passive reply, which names the user in `ToUserName`: send what it says through the interface for
/// customer-service messages, or to an aibot's `response_url`.
pub struct LateReply {
    content_type: Option<Bytes>,
    body: Body,
}

enum Body {
    Whole(Bytes),
    Stream(Box<dyn FnOnce(usize) -> Collected + Send>),
}

/// The body, if it ended and kept to the limit.
type Collected = Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>;

impl LateReply {
    /// One whose body is there.
    #[must_use]
    pub const fn whole(content_type: Option<Bytes>, body: Bytes) -> Self {
        Self { content_type, body: Body::Whole(body) }
    }

    /// One whose body is still coming: `collect` reads so many bytes at most.
    pub fn stream<F>(content_type: Option<Bytes>, collect: impl FnOnce(usize) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<Bytes>> + Send + 'static,
    {
        Self { content_type, body: Body::Stream(Box::new(move |limit| Box::pin(collect(limit)))) }
    }

    /// The value of its header `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref().and_then(|value| str::from_utf8(value).ok())
    }

    /// Its body, if that has no more than `limit` bytes; waits for one that is still coming. `None` for a longer one, and for one that broke off.
    pub async fn into_bytes(self, limit: usize) -> Option<Bytes> {
        match self.body {
            Body::Whole(body) => Some(body).filter(|body| body.len() <= limit),
            Body::Stream(collect) => collect(limit).await,
        }
    }
}

/// Without the body, which is a message.
impl fmt::Debug for LateReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LateReply").field("content_type", &self.content_type()).finish_non_exhaustive()
    }
}
