#![doc = include_str!("../README.md")]

mod answer;
mod bodies;
mod body;
mod config;
mod delivery;
mod exchange;
mod future;
mod handled_reply;
mod layer;
mod log;
mod service;

pub use answer::response;
pub use bodies::{RequestBodies, ResponseBodies, SameBodies};
pub use body::EitherBody;
pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Unreadable, Verifier,
};
pub use echostr_ledger::{
    self, Counts, Delivery, Failure, Flights, Late, LateReply, MemoryLedger, Patience, Timing,
};
pub use future::ResponseFuture;
pub use handled_reply::HandledReply;
pub use layer::CallbackLayer;
pub use service::CallbackService;

/// The layer for everything on tower: see [`CallbackLayer`], which holds its settings. For axum take the one of `echostr-axum`.
pub type EchostrLayer = CallbackLayer<SameBodies>;

/// The middleware that [`EchostrLayer`] makes.
pub type Echostr<S> = CallbackService<S, SameBodies>;
