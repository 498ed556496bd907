//! The ledger in memory that stands in while Redis cannot be reached.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use echostr_ledger::{Claim, Claimed, Key, Lease, Ledger as _, MemoryLedger, RequestId, Settled, Step};
use tokio::time::Instant;

/// Longer than a flight takes, its reply included.
const KEPT: Duration = Duration::from_secs(900);

#[derive(Default)]
pub(crate) struct Fallback {
    pub(crate) ledger: MemoryLedger,
    owners: Mutex<Owners>,
}

/// The owners of its flights.
#[derive(Default)]
struct Owners {
    all: HashSet<RequestId>,
    /// Since when, in that order.
    since: VecDeque<(Instant, RequestId)>,
}

impl Owners {
    fn add(&mut self, owner: RequestId, now: Instant) {
        while let Some((since, old)) = self.since.front().copied()
            && now.saturating_duration_since(since) >= KEPT
        {
            self.since.pop_front();
            self.all.remove(&old);
        }
        self.all.insert(owner);
        self.since.push_back((now, owner));
    }
}

impl Fallback {
    /// What it knows of a delivery that came while Redis could not be reached; `None` if Redis is to be asked.
    pub(crate) fn known(&self, claim: &Claim<'_>, now: Instant) -> Option<Claimed> {
        if self.ledger.entries() == 0 {
            return None;
        }
        match at_once(self.ledger.claim(&Claim { runs: false, ..claim.clone() }, now))? {
            Claimed::Free(_) => None,
            claimed => Some(claimed),
        }
    }

    /// A claim that Redis could not be asked.
    pub(crate) fn claim(&self, claim: &Claim<'_>, now: Instant) -> Claimed {
        let claimed = at_once(self.ledger.claim(claim, now)).unwrap_or(Claimed::Unavailable);
        if let Claimed::Run(lease, _) = &claimed {
            self.owners().add(lease.owner, now);
        }
        claimed
    }

    pub(crate) fn has(&self, lease: &Lease) -> bool {
        self.owners().all.contains(&lease.owner)
    }

    /// `None` if Redis is to be asked.
    pub(crate) fn settle(&self, key: &Key, gone: Instant, now: Instant) -> Option<Settled> {
        match at_once(self.ledger.settle(key, gone, now))? {
            Settled::Hold => None,
            settled => Some(settled),
        }
    }

    fn owners(&self) -> MutexGuard<'_, Owners> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store in memory answers at once.
fn at_once<T>(step: Step<T>) -> Option<T> {
    match step {
        Step::Ready(value) => value,
        Step::Later(_) => None,
    }
}
