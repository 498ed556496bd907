//! What is measured: the same small app in every framework, bare and behind each check, and messages to open.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]

pub mod actix_app;
pub mod axum_app;
mod documents;
pub mod hand_written;
mod messages;
pub mod turns;
pub mod warp_app;
pub mod works;

pub use documents::{pictures, text_message, text_message_in_json};
pub use messages::{Request, SIZES, Text, encrypted, envelope, message, open, request};

/// The token of every verifier here.
pub const TOKEN: &str = "Zq8vT3nLw5Rk";

/// A verifier in plain mode.
#[must_use]
pub fn plain() -> echostr::Verifier {
    echostr::Verifier::new(TOKEN).expect("a token")
}

/// The query of a callback as an Official Account sends it.
#[must_use]
pub fn signed() -> String {
    plain().sign(1_540_176_606, "1854606751") + "&openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
}
