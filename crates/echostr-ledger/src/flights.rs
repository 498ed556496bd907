//! The flights of a layer from outside: how many there are, and how they are brought down.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{Counts, RequestId, counts::Counters};

/// The handlers of a layer that run detached from their connections.
///
/// Take it from the layer before you hand that over, and [`drain`](Self::drain) it before the server stops: the process
/// would otherwise end in the middle of messages that WeChat believes delivered.
#[derive(Clone, Debug)]
pub struct Flights {
    pub(crate) tracker: Arc<Tracker>,
    pub(crate) farewell: Duration,
}

impl Flights {
    /// Waits until every handler has ended and every reply is delivered, at most for `limit`. `true` if they have.
    ///
    /// What runs after that is dropped: a delivery that has been answered with `success` goes to `on_late` as
    /// [failed](crate::Failure::Dropped), a reply that nobody has fetched as a reply, and `on_late` has another
    /// [`farewell`](crate::Timing::farewell) for them. Other deliveries are free for the next attempt, on another server if they share a ledger.
    ///
    /// From the call on no handler begins; a request that would need one is held until the platform gives it up and sends it
    /// again.
    pub async fn drain(&self, limit: Duration) -> bool {
        let start = Instant::now();
        self.tracker.raise(Stop::Begin);
        let by = |time: Duration| start.checked_add(time).unwrap_or(start);
        if timeout_at(by(limit), self.tracker.stop.closed()).await.is_ok() {
            return true;
        }
        self.tracker.raise(Stop::Now);
        // Whether they all say farewell in time changes nothing: the process ends.
        let _ = timeout_at(by(limit.saturating_add(self.farewell)), self.tracker.stop.closed()).await;
        false
    }

    /// Handlers that run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.tracker.running.load(Relaxed)
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.tracker.counters.counts()
    }
}

/// How far a drain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    No,
    /// No handler begins.
    Begin,
    /// Handlers are dropped.
    Now,
}

#[derive(Debug)]
pub(crate) struct Tracker {
    pub(crate) counters: Counters,
    running: AtomicUsize,
    /// Requests that wait for a store that cannot be reached.
    stranded: AtomicUsize,
    /// Since when the store cannot be reached, in milliseconds from `begun` and one more; 0 if it can.
    away: AtomicU64,
    begun: Instant,
    /// A flight holds a receiver for as long as it has something to do.
    stop: watch::Sender<Stop>,
    /// Of this process, so that ids differ between servers.
    process: u64,
    requests: AtomicU64,
}

impl Tracker {
    pub(crate) fn new() -> Self {
        Self {
            counters: Counters::default(),
            running: AtomicUsize::new(0),
            stranded: AtomicUsize::new(0),
            away: AtomicU64::new(0),
            begun: Instant::now(),
            stop: watch::Sender::new(Stop::No),
            process: RandomState::new().hash_one(std::process::id()),
            requests: AtomicU64::new(0),
        }
    }

    pub(crate) fn request_id(&self) -> RequestId {
        let request = self.requests.fetch_add(1, Relaxed);
        RequestId::new((u128::from(self.process) << 64) | u128::from(request))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow() >= Stop::Begin
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Stop> {
        self.stop.subscribe()
    }

    /// The right to run a handler, if fewer than `most` run.
    pub(crate) fn permit(self: &Arc<Self>, most: usize) -> Option<Permit> {
        Permit::new(self, most, |tracker| &tracker.running)
    }

    /// Since when the store cannot be reached, by a request that has found it so now.
    pub(crate) fn away_since(&self, now: Instant) -> Instant {
        let passed = now.saturating_duration_since(self.begun).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX).saturating_add(1);
        let away = self.away.compare_exchange(0, passed, Relaxed, Relaxed).err().unwrap_or(passed);
        self.begun.checked_add(Duration::from_millis(away.saturating_sub(1))).unwrap_or(now)
    }

    /// The store has answered.
    pub(crate) fn is_back(&self) {
        if self.away.load(Relaxed) != 0 {
            self.away.store(0, Relaxed);
        }
    }

    /// The right to wait for a store.
    pub(crate) fn strand(self: &Arc<Self>, most: usize) -> Option<Permit> {
        Permit::new(self, most, |tracker| &tracker.stranded)
    }

    fn raise(&self, stop: Stop) {
        self.stop.send_if_modified(|current| {
            let raised = stop > *current;
            *current = stop.max(*current);
            raised
        });
    }
}

/// One of a limited number; given back when it is dropped.
pub(crate) struct Permit {
    tracker: Arc<Tracker>,
    count: fn(&Tracker) -> &AtomicUsize,
}

impl Permit {
    fn new(tracker: &Arc<Tracker>, most: usize, count: fn(&Tracker) -> &AtomicUsize) -> Option<Self> {
        // One that is refused is not counted for a moment either, in which it would stand in the way of another.
        let taken = count(tracker)
            .fetch_update(Relaxed, Relaxed, |taken| (taken < most).then(|| taken.saturating_add(1)));
        taken.is_ok().then(|| Self { tracker: Arc::clone(tracker), count })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        (self.count)(&self.tracker).fetch_sub(1, Relaxed);
    }
}
