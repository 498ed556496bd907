#![doc = include_str!("../README.md")]

mod answer;
mod exchange;
mod filters;
mod settings;

pub use answer::{Unrecovered, recover};
pub use echostr::{
    self, CALLBACK_TARGET, Callback, ConfigError, EncodingAesKey, Language, Parameter, ReceiveId, Rejection,
    Signature, Verifier,
};
pub use filters::{callback, protect};
pub use settings::Echostr;
