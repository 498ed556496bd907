//! Encrypted mode, a file for each state on the way: each reason for a refusal with its neighbour that is accepted.
//!
//! A request comes to `configuration` (before there is one), `query`, `handshake` or `receive`, `candidates`, `finding` or
//! `diagnosis`, `open`, `receive_id` and `reply`, in this order (`intake` is the same way for plain mode too); `properties` and `reasons` belong to all of them, and `platform`
//! is the other side.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice,
    reason = "a helper that fails must fail the test"
)]

mod candidates;
mod configuration;
mod diagnosis;
mod finding;
mod handshake;
mod intake;
mod open;
mod platform;
mod properties;
mod query;
mod reasons;
mod receive;
mod receive_id;
mod reply;
mod support;
