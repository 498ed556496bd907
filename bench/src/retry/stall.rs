//! When a process was kept from running: what a busy machine adds to every time, and no server can help.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::sleep;

/// Often enough that no stall that matters is missed.
const NAP: Duration = Duration::from_millis(5);

/// The stalls of a process.
#[derive(Clone, Default)]
pub(super) struct Stalls(Arc<Mutex<Vec<Stall>>>);

/// From when to when, in microseconds of the clock that all processes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stall {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Stalls {
    /// Watches, as a task beside those whose times matter.
    pub(super) async fn watch(self) {
        loop {
            let asleep = now();
            sleep(NAP).await;
            let stall = Stall { from: asleep, to: now() };
            // A nap that was twice as long as it should be.
            if stall.length() > NAP.saturating_mul(2) {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(stall);
            }
        }
    }

    pub(super) fn so_far(&self) -> Vec<Stall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Stall {
    pub(super) const fn length(self) -> Duration {
        Duration::from_micros(self.to.saturating_sub(self.from))
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Microseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
