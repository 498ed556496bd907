//! What the operator gives: token, key, receive id, and what can be wrong with them.

mod encoding_aes_key;
mod error;
mod receive_id;
mod token;

pub use encoding_aes_key::EncodingAesKey;
pub use error::ConfigError;
pub use receive_id::ReceiveId;
pub(crate) use token::Token;
