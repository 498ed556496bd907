#![doc = include_str!("../README.md")]

mod answer;
mod bodies;
mod body;
mod exchange;
mod future;
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
pub use future::ResponseFuture;
pub use layer::CallbackLayer;
pub use service::CallbackService;

/// The layer for everything on tower: see [`CallbackLayer`], which holds its settings. For axum take the one of `echostr-axum`.
pub type EchostrLayer = CallbackLayer<SameBodies>;

/// The middleware that [`EchostrLayer`] makes.
pub type Echostr<S> = CallbackService<S, SameBodies>;
