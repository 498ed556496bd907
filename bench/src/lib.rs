//! What is measured: the same small app in every framework, bare and behind each check, and messages to open.

#![expect(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "nothing depends on this crate, and a benchmark that cannot be set up has nothing to measure"
)]

pub mod actix_app;
pub mod axum_app;
mod documents;
pub mod hand_written;
mod messages;
mod plain;
pub mod retry;
pub mod turns;
pub mod warp_app;
pub mod works;

pub use documents::{pictures, text_message, text_message_in_json};
pub use messages::{Request, SIZES, Text, encrypted, envelope, message, open, request, seal};
pub use plain::{TOKEN, plain, signed};
