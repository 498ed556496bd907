#![doc = include_str!("../README.md")]

mod answer;
mod exchange;
mod filters;
mod settings;

pub use ::echostr::{Callback, ConfigError, EncodingAesKey, ReceiveId, Rejection, Verifier};
pub use answer::{Unrecovered, recover};
pub use filters::{callback, protect};
pub use settings::Echostr;
