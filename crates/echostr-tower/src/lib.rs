#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod exchange;
mod future;
mod layer;
mod log;
mod service;

pub use answer::response;
pub use body::EitherBody;
pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Verifier,
};
pub use future::ResponseFuture;
pub use layer::EchostrLayer;
pub use service::Echostr;
