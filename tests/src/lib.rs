//! What the conformance tests share: a client that keeps its connection, a server for every way to wire an adapter
//! into its framework, and the table of cases that all of them must pass.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "nothing depends on this crate, and a test's helper that fails must fail the test"
)]

mod cases;
mod client;
mod peer;
mod subjects;

pub use cases::{Case, Expected, TOKEN, always, with_max_age};
pub use client::{Connection, Protocol, Reply, raw};
pub use peer::{Format, Peer};
pub use subjects::{Accounts, Server, Subject, Wechat};

/// The snippets of the READMEs, compiled and run as a user would.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The same in Chinese.
#[cfg(doctest)]
#[doc = include_str!("../../README.zh-CN.md")]
pub struct ReadmeInChinese;

/// The page about time, and its snippets.
#[cfg(doctest)]
#[doc = include_str!("../../docs/in-time.md")]
pub struct InTime;

/// The same in Chinese.
#[cfg(doctest)]
#[doc = include_str!("../../docs/in-time.zh-CN.md")]
pub struct InTimeInChinese;
