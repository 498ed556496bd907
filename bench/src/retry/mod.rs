//! The retry model: a platform that gives up, hangs up and sends again, against real servers of each adapter.
//!
//! [`Setup`] says which server it is, [`scenario`](Message) what each message's handler does, [`serve`] is the server, a process of its
//! own that reports what its handlers did, [`measure`] the platform and both sides brought together, and [`Tally`] the verdict.
//! A [`Load`] says how many servers there are and what becomes of the Redis that they share.

mod apart;
mod app;
mod books;
mod overflows;
mod platform;
mod redis;
mod run;
mod scenario;
mod serve;
mod setup;
mod stall;
mod tally;
mod trouble;

pub use self::redis::has_redis;
pub use run::{Load, Measured, measure};
pub use scenario::Message;
pub use serve::serve;
pub use setup::{Adapter, Failure, Guard, Member, Patience, Setup};
pub use tally::{HEADER, Tally, Verdict};
