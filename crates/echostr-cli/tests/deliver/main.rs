//! What `handshake`, `send` and `event` put on the wire, how they send again, and what they keep to themselves.
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

mod again;
mod answers;
mod common;
mod details;
mod documents;
mod kinds;
mod mismatch;
mod outputs;
mod platform;
mod requests;
mod usage;
