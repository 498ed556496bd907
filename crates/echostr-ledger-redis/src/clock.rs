//! The clock of Redis, as far as its answers tell.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long the best of the answers counts, twice: clocks drift, and may be set.
const SPAN: Duration = Duration::from_secs(2);

/// Knows of each moment here what the clock of Redis shows at least.
///
/// Redis read its clock after the command was sent and before the answer came, so that *its clock − the moment of the answer* is a lower
/// bound of the difference, and the greatest of several is the best.
pub(crate) struct Clock {
    base: Instant,
    learned: Mutex<Learned>,
}

struct Learned {
    since: Instant,
    current: Option<i64>,
    previous: Option<i64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let base = Instant::now();
        Self { base, learned: Mutex::new(Learned { since: base, current: None, previous: None }) }
    }

    /// From an answer that came at that moment. `shown` is in milliseconds since 1970.
    pub(crate) fn learn(&self, shown: u64, received: Instant) {
        let difference =
            i64::try_from(shown).unwrap_or(0).saturating_sub(self.here(received).saturating_add(1));
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if received.saturating_duration_since(learned.since) > SPAN {
            learned.since = received;
            learned.previous = learned.current.take();
        }
        learned.current = learned.current.max(Some(difference));
    }

    /// What the clock of Redis shows at that moment, at least; 0 before the first answer.
    pub(crate) fn at(&self, moment: Instant) -> u64 {
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let difference = learned.current.max(learned.previous);
        drop(learned);
        difference
            .map_or(0, |difference| u64::try_from(difference.saturating_add(self.here(moment))).unwrap_or(0))
    }

    fn here(&self, moment: Instant) -> i64 {
        i64::try_from(moment.saturating_duration_since(self.base).as_millis()).unwrap_or(i64::MAX)
    }
}
