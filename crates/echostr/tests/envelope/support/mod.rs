//! The platform's side, made for the tests alone, and this side's shorthands.

pub(crate) mod crypto;
pub(crate) mod receiver;
pub(crate) mod reply;
pub(crate) mod request;
