#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod adapter;
mod bot;
mod document;
mod extract;
mod frameworks;
mod header;
mod incoming;
pub mod kinds;
pub mod limits;
mod message;
mod notice;
mod parse_error;
mod platform;
pub mod reply;
mod shape;
mod spec;
mod table;

pub use bot::Bot;
pub use document::{Document, Family, Format, Leaf, Leaves, Node};
pub use echostr::Callback;
pub use incoming::Incoming;
pub use kinds::{bot::BotKind, message::Kind, notice::NoticeKind};
pub use message::Message;
pub use notice::Notice;
pub use parse_error::ParseError;
pub use platform::Platform;
pub use reply::{Reply, ReplyError};
pub use spec::{FieldKind, FieldSpec, KindSpec};
