//! What needs no server of the user's: sign, verify, encrypt, decrypt, parse, listen, replay, completions, and the README.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a helper that fails must fail the test"
)]

#[expect(dead_code, reason = "each test takes the part it needs")]
#[path = "../support/mod.rs"]
mod support;

mod common;
mod completions;
mod encrypt;
mod listen;
mod parse;
mod parse_vectors;
mod readmes;
mod sign;
mod verify;
