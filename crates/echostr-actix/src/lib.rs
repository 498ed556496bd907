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
    Signature, Verifier,
};
pub use future::ResponseFuture;
pub use middleware::EchostrMiddleware;
pub use transform::Echostr;
