#![doc = include_str!("../README.md")]
#![expect(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    reason = "an adapter and a store see to every case and every field, and must not compile if they forget one"
)]

mod answer;
mod arrival;
mod counts;
mod deliveries;
mod delivery;
mod fingerprint;
mod flight;
mod flights;
mod hand_over;
mod handled;
mod key;
mod late;
mod late_reply;
mod ledger;
mod memory;
mod plan;
mod remembered;
mod seat;
mod setters;
mod shared;
mod step;
mod sync;
mod timing;

pub use answer::{Answer, Outcome};
pub use arrival::{Active, Arrival, Arrived, OwnAnswer};
pub use counts::{Counts, TARGET};
pub use deliveries::Deliveries;
pub use delivery::Delivery;
pub use fingerprint::Fingerprint;
pub use flight::Flight;
pub use flights::Flights;
pub use hand_over::HandOver;
pub use handled::{Collecting, Handled};
pub use key::Key;
pub use late::{Failure, Late};
pub use late_reply::LateReply;
pub use ledger::{Claim, Claimed, End, Finished, Lease, Ledger, Released, RequestId, Seen, Settled};
pub use memory::MemoryLedger;
pub use remembered::Remembered;
pub use step::Step;
pub use timing::{Patience, Timing};
