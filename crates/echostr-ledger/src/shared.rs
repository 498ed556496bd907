//! What a layer is set to, and what all its requests share.

use std::sync::Arc;

use crate::{
    Delivery, Key, Late, Ledger, Patience, Timing,
    counts::Counters,
    flights::{Permit, Tracker},
    late::OnLate,
};

pub(crate) struct Shared<R> {
    pub(crate) ledger: Option<Arc<dyn Ledger>>,
    pub(crate) timing: Timing,
    pub(crate) patience: Patience,
    pub(crate) max_flights: usize,
    pub(crate) max_waiting: usize,
    pub(crate) on_late: Option<OnLate<R>>,
    pub(crate) tracker: Arc<Tracker>,
}

/// Requests that wait for a store that cannot be reached.
const MAX_STRANDED: usize = 1_000;

impl<R> Default for Shared<R> {
    fn default() -> Self {
        Self {
            ledger: None,
            timing: Timing::default(),
            patience: Patience::default(),
            max_flights: 10_000,
            max_waiting: 8,
            on_late: None,
            tracker: Arc::new(Tracker::new()),
        }
    }
}

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            timing: self.timing,
            patience: self.patience,
            max_flights: self.max_flights,
            max_waiting: self.max_waiting,
            on_late: self.on_late.clone(),
            tracker: Arc::clone(&self.tracker),
        }
    }
}

impl<R> Shared<R> {
    pub(crate) fn counters(&self) -> &Counters {
        &self.tracker.counters
    }

    /// The right to run a handler; `None` while the server stops too.
    pub(crate) fn permit(&self) -> Option<Permit> {
        if self.tracker.is_stopping() { None } else { self.tracker.permit(self.max_flights) }
    }

    /// The right to wait for a store that cannot be reached.
    pub(crate) fn strand(&self) -> Option<Permit> {
        self.tracker.strand(MAX_STRANDED)
    }

    /// Counts what comes late, and hands it to the user's function.
    pub(crate) async fn late(&self, delivery: Delivery, late: Late<R>) {
        self.count_late(&delivery, &late);
        self.hand_late(delivery, late).await;
    }

    pub(crate) fn count_late(&self, delivery: &Delivery, late: &Late<R>) {
        let failure = match late {
            Late::Reply(_) => None,
            Late::Failed(failure) => Some(*failure),
        };
        self.counters().late(delivery, failure, self.on_late.is_none());
    }

    /// The same for a reply that says nothing, which nobody misses.
    pub(crate) async fn late_and_empty(&self, delivery: Delivery, reply: R) {
        self.counters().late(&delivery, None, false);
        self.hand_late(delivery, Late::Reply(reply)).await;
    }

    pub(crate) async fn hand_late(&self, delivery: Delivery, late: Late<R>) {
        if let Some(on_late) = &self.on_late {
            on_late(delivery, late).await;
        }
    }

    pub(crate) fn full(&self, key: &Key, limit: &'static str) {
        self.counters().full(key, limit);
    }
}
