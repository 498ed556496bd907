//! What the writer of an adapter needs, and an app does not: the steps from a request to its answer, each owned by the one before.
//!
//! ```text
//! Verifier::verify ─┬─ Decision::Handshake ── Answer::handshake
//!                   ├─ Decision::Callback ─── the handler
//!                   └─ Decision::Envelope ─── expect_length, push …, open
//!                                               └─ Opened ── the handler
//!                                                    └─ Sealer::reply ─┬─ Outgoing::AsIs
//!                                                                      ├─ Outgoing::Instead
//!                                                                      └─ Outgoing::Collect ── finish ── Finished
//! ```
//!
//! Where the whole body is to be seen before the handler runs, be it encrypted or not, an [`Intake`] is made of the callback or the
//! envelope: `expect_length, push …, finish`, and then there is what is [`Received`].
//!
//! Every error on the way is a [`Rejection`](crate::Rejection): answer [`Answer::refusal`], or let [`Settings::reject`] do it, which logs
//! it too.

/// The events that every adapter emits.
pub mod log {
    pub use crate::log::{received, received_is_enabled, refused};
}

pub use crate::{
    answer::Answer,
    body::Body,
    crypto::SealError,
    decision::Decision,
    envelope::{Collect, Envelope, Finished, Opened, Outgoing, Sealer, candidates},
    intake::{Intake, Received},
    settings::{Settings, Verifiers},
    signature::InvalidSignature,
    verifier::{Decrypted, Platform, PlatformRequest},
};
