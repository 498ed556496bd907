//! The cipher of encrypted mode, and the base64 around it.

mod base64;
pub(crate) mod cipher;
mod seal_error;

pub use seal_error::SealError;
