//! How long this process was kept from running: what a busy machine adds to every time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// Often enough that no stall that matters is missed.
const NAP: Duration = Duration::from_millis(5);

/// Watches for as long as it lives.
pub(super) struct Stall(Arc<AtomicU64>);

impl Stall {
    pub(super) fn watch() -> Self {
        let longest = Arc::new(AtomicU64::new(0));
        let watched = Arc::downgrade(&longest);
        thread::spawn(move || {
            loop {
                let asleep = Instant::now();
                thread::sleep(NAP);
                let Some(longest) = watched.upgrade() else { return };
                let late = asleep.elapsed().saturating_sub(NAP).as_micros();
                longest.fetch_max(u64::try_from(late).unwrap_or(u64::MAX), Relaxed);
            }
        });
        Self(longest)
    }

    /// The longest so far, in microseconds.
    pub(super) fn longest(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
