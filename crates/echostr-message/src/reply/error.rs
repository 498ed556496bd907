//! Why a reply cannot be built.

use std::{error, fmt};

/// Why the platform would not show a reply. Found when the reply is built, so that it can be another one instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// This must not be empty. To reply nothing there is [`Reply::none`](crate::Reply::none).
    Empty(&'static str),
    /// This has more bytes of UTF-8 than the platform takes.
    TooLong {
        /// What.
        what: &'static str,
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// There are more of these than the platform takes.
    TooMany {
        /// What.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The platform knows no such reply.
    NotOn {
        /// What.
        what: &'static str,
        /// Where it is unknown.
        place: &'static str,
    },
    /// The message lacks this field, and so does its reply.
    NoAddress(&'static str),
    /// A stream may have pictures only when it is finished.
    PictureBeforeEnd,
    /// A card is a structure of JSON whose keys have letters, digits and `_`, and which is not too deep.
    BadCard,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(what) => write!(
                f,
                "{what} of the reply is empty, which users would be shown as a fault: fill it in, or reply Reply::none()"
            ),
            Self::TooLong { what, bytes, limit } => write!(
                f,
                "{what} of the reply has {bytes} bytes and may have {limit}: shorten it, or send it by the API"
            ),
            Self::TooMany { what, count, limit } => {
                write!(f, "the reply has {count} {what} and may have {limit} here: leave some out")
            }
            Self::NotOn { what, place } => {
                write!(f, "{place} knows no {what} as a reply: send it by the API")
            }
            Self::NoAddress(field) => {
                write!(f, "the message has no {field}, so there is nobody to reply to: reply Reply::none()")
            }
            Self::PictureBeforeEnd => {
                f.write_str("a stream may have pictures only when it is finished: call finish() on it")
            }
            Self::BadCard => f.write_str(
                "the card is no structure of JSON, is too deep, or has keys with other characters than letters, digits \
                 and `_`",
            ),
        }
    }
}

impl error::Error for ReplyError {}
