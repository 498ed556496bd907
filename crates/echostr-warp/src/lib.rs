#![doc = include_str!("../README.md")]

mod answer;
mod exchange;
mod extract;
mod filters;
mod settings;
mod target;

pub use answer::{Unrecovered, recover};
pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Unreadable, Verifier,
};
pub use echostr_message::{
    self, Bot, BotKind, Document, Incoming, Kind, Message, Notice, NoticeKind, ParseError, Reply, ReplyError,
    kinds, reply,
};
pub use echostr_tower::{
    Counts, Delivery, Failure, Flights, Late, LateReply, MemoryLedger, Patience, Timing, echostr_ledger,
};
pub use extract::{Extract, body};
pub use filters::{callback, checked, protect};
pub use settings::Echostr;
