//! `check`: right servers pass, and of each wrong one is said what an expert would say.
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

mod genuine;
mod holes;
mod holes_encrypted;
mod holes_queries;
mod report;
mod reports;
mod requests;
mod rule_0_handshake;
mod rule_1_needs;
mod rule_2_forged_get;
mod rule_3_forged_post;
mod rule_3_undecided;
mod rule_4_replies;
mod screen;
mod selection;
