#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod future;
mod layer;
mod service;

pub use body::ResponseBody;
pub use echostr::{Callback, ConfigError, Rejection, Verifier};
pub use future::ResponseFuture;
pub use layer::EchostrLayer;
pub use service::Echostr;
