#![doc = include_str!("../README.md")]

mod answer;
mod base64;
mod callback;
mod cipher;
mod config_error;
mod document;
mod encoding_aes_key;
mod envelope;
pub mod log;
mod message;
mod pairs;
mod parameter;
mod policy;
mod query;
mod receive_id;
mod rejection;
mod seal_error;
mod sealer;
mod settings;
mod signature;
mod token;
#[cfg(debug_assertions)]
mod unverified;
mod verifier;

pub use answer::Answer;
pub use callback::Callback;
pub use config_error::ConfigError;
pub use encoding_aes_key::EncodingAesKey;
pub use envelope::{Envelope, Opened};
pub use parameter::Parameter;
pub use receive_id::ReceiveId;
pub use rejection::Rejection;
pub use seal_error::SealError;
pub use sealer::Sealer;
pub use settings::{Settings, Verifiers};
pub use signature::{InvalidSignature, Signature};
pub use verifier::{SealedRequest, Verified, Verifier};
