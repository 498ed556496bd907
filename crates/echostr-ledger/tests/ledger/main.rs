//! The ledger through its public interface, as the adapters use it. Time is paused, so nothing here waits.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what goes wrong in a test is to stop it"
)]

mod adapter;
mod answers;
mod core;
mod events;
mod failures;
mod hang_ups;
mod identity;
mod lates;
mod limits;
mod local;
mod memory;
mod platform;
mod races;
mod shutdown;
mod stores;
mod streams;
