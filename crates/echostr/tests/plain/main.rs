//! Plain mode: each reason for a refusal, with its neighbour that is accepted.
//!
//! A request comes to `configuration` (before there is one), `query`, `signature`, `freshness` and `handshake`, in this order;
//! `properties`, `rewritten` and `reasons` belong to all of them.
#![expect(
    clippy::expect_used,
    reason = "the tokens of these tests are not empty, so the verifier is always built"
)]

mod configuration;
mod freshness;
mod handshake;
mod properties;
mod query;
mod reasons;
mod rewritten;
mod signature;
mod support;
