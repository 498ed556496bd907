//! The retry model: a platform that gives up, hangs up and sends again, against real servers of each adapter.
//!
//! [`Setup`] says which server it is, [`scenario`](Message) what each message's handler does, [`serve`] is the server, a process of its
//! own that reports what its handlers did, [`measure`] the platform and both sides brought together, and [`Tally`] the verdict.

mod apart;
mod app;
mod books;
mod overflows;
mod platform;
mod run;
mod scenario;
mod serve;
mod setup;
mod stall;
mod tally;

pub use run::{Measured, measure};
pub use scenario::Message;
pub use serve::serve;
pub use setup::{Adapter, Failure, Guard, Patience, Setup};
pub use tally::{HEADER, Tally, Verdict};
