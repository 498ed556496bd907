#![doc = include_str!("../README.md")]

mod answer;
mod callback;
mod config_error;
pub mod log;
mod query;
mod rejection;
mod settings;
mod signature;
mod token;
#[cfg(debug_assertions)]
mod unverified;
mod verifier;

pub use answer::Answer;
pub use callback::Callback;
pub use config_error::ConfigError;
pub use query::Parameter;
pub use rejection::Rejection;
pub use settings::{Settings, Verifiers};
pub use signature::{InvalidSignature, Signature};
pub use verifier::{Verified, Verifier};
