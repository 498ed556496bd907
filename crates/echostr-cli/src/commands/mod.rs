//! One file for each command.

pub(crate) mod check;
pub(crate) mod handshake;
pub(crate) mod listen;
pub(crate) mod offline;
pub(crate) mod replay;
pub(crate) mod send;
