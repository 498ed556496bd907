#![doc = include_str!("../README.md")]

mod answer;
mod config;
mod delivery;
mod exchange;
mod future;
mod handled_reply;
mod log;
mod middleware;
mod pump;
mod transform;
mod unread;

pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Unreadable, Verifier,
};
pub use echostr_ledger::{
    self, Counts, Delivery, Failure, Flights, Late, LateReply, MemoryLedger, Patience, Timing,
};
pub use echostr_message::{
    self, Bot, BotKind, Document, Incoming, Kind, Message, Notice, NoticeKind, ParseError, Reply, ReplyError,
    kinds, reply,
};
pub use future::ResponseFuture;
pub use middleware::EchostrMiddleware;
pub use transform::Echostr;
