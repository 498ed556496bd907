//! The settings of a layer, as its user makes them.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use crate::{Active, Delivery, Flights, Late, Ledger, Patience, Timing, shared::Shared};

/// Whether and how each delivery is handled once: what an adapter holds and hands its own setters on to. `R` is the adapter's reply.
///
/// Off until it is given a [`ledger`](Self::ledger). Cheap to clone; the clones count and drain together.
pub struct Deliveries<R> {
    shared: Arc<Shared<R>>,
}

impl<R> Default for Deliveries<R> {
    fn default() -> Self {
        Self { shared: Arc::default() }
    }
}

impl<R> Clone for Deliveries<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<R> Deliveries<R> {
    /// Switches on: `ledger` keeps the records.
    #[must_use]
    pub fn ledger(self, ledger: impl Ledger) -> Self {
        self.with(|shared| shared.ledger = Some(Arc::new(ledger)))
    }

    /// When a send is answered with `success` because the handler is not ready, from the arrival of its head; 4.5 s by default. 900 ms on a
    /// route for suite notices, which have one second. From 5 s on, when WeChat has hung up, no send is told `success`.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|shared| shared.timing.deadline = deadline)
    }

    /// Which send that happens to.
    #[must_use]
    pub fn patience(self, patience: Patience) -> Self {
        self.with(|shared| shared.patience = patience)
    }

    /// Handlers that may run at once; more requests get 503. 10,000 by default.
    #[must_use]
    pub fn max_flights(self, most: usize) -> Self {
        self.with(|shared| shared.max_flights = most)
    }

    /// Requests that may wait for one handler, besides the one that began it; more get 503. 8 by default.
    #[must_use]
    pub fn max_waiting(self, most: usize) -> Self {
        self.with(|shared| shared.max_waiting = most)
    }

    /// All times at once; for tests with a [faster](Timing::sped_up) platform. Sets the deadline too.
    #[must_use]
    pub fn timing(self, timing: Timing) -> Self {
        self.with(|shared| shared.timing = timing)
    }

    /// What is done with a reply or a failure that comes after `success`, or that nobody fetches.
    #[must_use]
    pub fn on_late<Fut>(self, on_late: impl Fn(Delivery, Late<R>) -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.with(|shared| {
            shared.on_late = Some(Arc::new(move |delivery, late| Box::pin(on_late(delivery, late))));
        })
    }

    /// The handlers that run, to be drained when the server stops.
    #[must_use]
    pub fn flights(&self) -> Flights {
        Flights { tracker: Arc::clone(&self.shared.tracker), farewell: self.shared.timing.farewell }
    }

    /// Whether it is switched on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shared.ledger.is_some()
    }

    /// For a request whose head has just arrived, if it is switched on. If it is not, the adapter goes on as without this crate.
    #[must_use]
    pub fn active(&self) -> Option<Active<R>> {
        let ledger = Arc::clone(self.shared.ledger.as_ref()?);
        Some(Active::new(ledger, Arc::clone(&self.shared)))
    }

    fn with(self, change: impl FnOnce(&mut Shared<R>)) -> Self {
        let mut shared = Arc::unwrap_or_clone(self.shared);
        change(&mut shared);
        Self { shared: Arc::new(shared) }
    }
}

impl<R> fmt::Debug for Deliveries<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries")
            .field("is_on", &self.shared.ledger.is_some())
            .field("timing", &self.shared.timing)
            .field("patience", &self.shared.patience)
            .finish_non_exhaustive()
    }
}
