//! What a handler learns about the delivery it handles.

use std::fmt;

use crate::Key;

/// The delivery that a handler handles, an extension of its request: an idempotency key for the handler's own database.
///
/// All sends of a message are one delivery. A handler runs again, with the next attempt, only after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    key: Key,
    attempt: u32,
}

impl Delivery {
    pub(crate) const fn new(key: Key, attempt: u32) -> Self {
        Self { key, attempt }
    }

    /// The same in all attempts.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// 1 for the first run of the handler.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} attempt {}", self.key, self.attempt)
    }
}
