//! One file for each command, and what they share.

pub(crate) mod check;
pub(crate) mod common;
pub(crate) mod completions;
pub(crate) mod decrypt;
pub(crate) mod delivery;
pub(crate) mod details;
pub(crate) mod encrypt;
pub(crate) mod event;
pub(crate) mod handshake;
pub(crate) mod input;
pub(crate) mod kinds;
pub(crate) mod listen;
pub(crate) mod parse;
pub(crate) mod pasted;
pub(crate) mod replay;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod sign;
pub(crate) mod verify;
