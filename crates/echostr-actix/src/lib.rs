#![doc = include_str!("../README.md")]

mod answer;
mod exchange;
mod future;
mod log;
mod middleware;
mod transform;
mod unread;

pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Unreadable, Verifier,
};
pub use echostr_message::{
    self, Bot, BotKind, Document, Incoming, Kind, Message, Notice, NoticeKind, ParseError, Reply, ReplyError,
    kinds, reply,
};
pub use future::ResponseFuture;
pub use middleware::EchostrMiddleware;
pub use transform::Echostr;
