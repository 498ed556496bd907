//! The ledger in every adapter, over real sockets: once, in time, and nothing lost, with a handler that does what the message says.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

mod accounts;
mod blocked;
mod client;
mod context;
mod crowd;
mod each;
mod failures;
mod forgery;
mod full;
mod hang_ups;
mod http2;
mod late;
mod limits;
mod logged;
mod messages;
mod off;
mod repeats;
mod servers;
mod shutdown;
mod streams;
mod typed;
mod warp_callback;
mod world;
