#![doc = include_str!("../README.md")]

mod answer;
mod echostr;
mod encrypted;
mod filters;

pub use ::echostr::{Callback, ConfigError, EncodingAesKey, ReceiveId, Rejection, Verifier};
pub use answer::{Unrecovered, recover};
pub use echostr::Echostr;
pub use filters::{callback, protect};
