#![doc = include_str!("../README.md")]

pub mod adapter;
mod answer;
mod body;
mod callback;
mod claim;
mod config;
mod crypto;
mod decision;
mod envelope;
mod environment;
mod intake;
mod log;
mod parameter;
mod policy;
mod query;
pub mod rejection;
mod settings;
mod signature;
mod unreadable;
mod verifier;

pub use callback::Callback;
pub use config::{ConfigError, EncodingAesKey, ReceiveId};
pub use log::CALLBACK_TARGET;
pub use parameter::Parameter;
pub use rejection::{Language, Rejection};
pub use signature::Signature;
pub use unreadable::Unreadable;
pub use verifier::Verifier;
