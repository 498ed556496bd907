#![doc = include_str!("../README.md")]

mod answer;
mod callback;
mod claim;
mod config;
mod crypto;
mod decision;
mod envelope;
pub mod log;
mod parameter;
mod policy;
mod query;
mod rejection;
mod settings;
mod signature;
mod verifier;

pub use answer::Answer;
pub use callback::Callback;
pub use config::{ConfigError, EncodingAesKey, ReceiveId};
pub use crypto::SealError;
pub use decision::Decision;
pub use envelope::{Envelope, Opened, Sealer};
pub use parameter::Parameter;
pub use rejection::{BodyFault, EnvelopeFault, Language, QueryFault, Rejection, WiringFault};
pub use settings::{Settings, Verifiers};
pub use signature::{InvalidSignature, Signature};
pub use verifier::{SealedRequest, Verifier};
