#![doc = include_str!("../README.md")]

mod bodies;

pub use bodies::AxumBodies;
pub use echostr_message::{
    self, Bot, BotKind, Document, Incoming, Kind, Message, Notice, NoticeKind, ParseError, Reply, ReplyError,
    kinds, reply,
};
pub use echostr_tower::{
    CALLBACK_TARGET, Callback, ConfigError, Counts, Delivery, EncodingAesKey, Failure, Flights, Language,
    Late, LateReply, MemoryLedger, Parameter, Patience, ReceiveId, Rejection, Signature, Timing, Unreadable,
    Verifier, echostr, echostr_ledger,
};

/// The layer for axum: see [`CallbackLayer`](echostr_tower::CallbackLayer), which holds its settings.
pub type EchostrLayer = echostr_tower::CallbackLayer<AxumBodies>;

/// The middleware that [`EchostrLayer`] makes.
pub type Echostr<S> = echostr_tower::CallbackService<S, AxumBodies>;
