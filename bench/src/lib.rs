//! What is measured: the same small app in every framework, bare and behind each check, and messages to open.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]

pub mod actix_app;
pub mod axum_app;
pub mod hand_written;
mod messages;
mod plain;
pub mod turns;
pub mod warp_app;
pub mod works;

pub use messages::{Request, SIZES, Text, encrypted, envelope, message, open, request, seal};
pub use plain::{TOKEN, plain, signed};
