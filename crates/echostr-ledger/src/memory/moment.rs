//! Times in half the bytes of an `Instant`.

use std::time::Duration;

use tokio::time::Instant;

/// Nanoseconds since the ledger was made; 584 years of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

impl Moment {
    #[must_use]
    pub(super) fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(nanoseconds(time)))
    }

    /// The second that it lies in.
    pub(super) const fn second(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// The second at whose beginning it is over.
    pub(super) const fn second_after(self) -> u64 {
        self.0.div_ceil(1_000_000_000)
    }
}

/// What moments are counted from.
pub(super) struct Clock {
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// What lies before the start counts as the start.
    pub(super) fn at(&self, instant: Instant) -> Moment {
        Moment(nanoseconds(instant.saturating_duration_since(self.start)))
    }

    pub(super) fn instant(&self, moment: Moment) -> Instant {
        self.start.checked_add(Duration::from_nanos(moment.0)).unwrap_or(self.start)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
