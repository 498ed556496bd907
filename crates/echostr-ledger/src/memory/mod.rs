//! The ledger of one server.

mod index;
mod moment;
mod record;
mod seeds;
mod shard;
mod slab;
mod usage;
mod wheel;

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tokio::time::Instant;

use self::{moment::Clock, seeds::Seeds, shard::Shard, usage::Usage};
use crate::{Claim, Claimed, End, Finished, Key, Lease, Ledger, Released, Settled, Step, sync::lock};

/// So that two threads seldom meet.
const SHARDS: usize = 64;

/// Remembers deliveries in memory: the ledger of one server. Cheap to clone; the clones are one ledger.
///
/// A record costs about 175 bytes beside its reply and lives as long as its URL is accepted: `max_age` of the verifier and a few
/// seconds, or ten minutes without one. So the ledger carries *entries ÷ lifetime* messages a second: a million entries about 1,600
/// without `max_age`, 3,200 with five minutes.
///
/// When it is full, further messages are answered with 503, and the platform sends them again. It never forgets a live record to
/// make room, since that message would then be handled twice.
///
/// Everything is forgotten when the process ends.
#[derive(Clone)]
pub struct MemoryLedger {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    seeds: Seeds,
    shards: Box<[Mutex<Shard>]>,
    usage: Usage,
}

impl Default for MemoryLedger {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryLedger {
    /// A million entries, and 128 MiB of replies.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(1_000_000, 128 << 20)
    }

    /// `entries` records at most, and `bytes` of replies: no message is begun while there are more. Flights under way still leave
    /// their replies, 64 KiB each at most.
    #[must_use]
    pub fn with_limits(entries: usize, bytes: usize) -> Self {
        let inner = Inner {
            clock: Clock::start(),
            seeds: Seeds::random(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            usage: Usage::new(entries, bytes),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The records that are held; those whose time is over are taken away as others come.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.inner.usage.entries()
    }

    /// The bytes of remembered replies.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.inner.usage.bytes()
    }
}

impl Inner {
    /// The shard of a key, and the hash of the key within it.
    fn shard(&self, key: &Key) -> Option<(&Mutex<Shard>, u32)> {
        let [shard, hash] = self.seeds.hash(key);
        let index = usize::try_from(shard).ok()?.checked_rem(SHARDS)?;
        Some((self.shards.get(index)?, hash))
    }
}

impl Ledger for MemoryLedger {
    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Step<Claimed> {
        let Inner { clock, usage, .. } = &*self.inner;
        let Some((shard, hash)) = self.inner.shard(claim.key) else { return Step::ready(Claimed::Full) };
        let attempt = || lock(shard).claim(hash, claim, clock, now, usage);
        let claimed = attempt();
        if !matches!(claimed, Claimed::Full) {
            return Step::ready(claimed);
        }
        // What could be taken away may lie in another shard.
        for shard in &self.inner.shards {
            lock(shard).expire(usize::MAX, clock.at(now), usage);
        }
        Step::ready(attempt())
    }

    fn settle(&self, key: &Key, _gone: Instant, now: Instant) -> Step<Settled> {
        let Some((shard, hash)) = self.inner.shard(key) else { return Step::ready(Settled::Hold) };
        let settled = lock(shard).settle(hash, key, self.inner.clock.at(now));
        Step::ready(settled.map_or(Settled::Hold, |(settled, hand_over)| {
            end(hand_over);
            settled
        }))
    }

    fn finish(&self, lease: &Lease, end_of_flight: End, now: Instant) -> Step<Finished> {
        let Inner { clock, usage, .. } = &*self.inner;
        let Some((shard, hash)) = self.inner.shard(&lease.key) else {
            return Step::ready(Finished::Superseded);
        };
        let finished = lock(shard).finish(hash, lease, end_of_flight, clock.at(now), usage);
        Step::ready(finished.map_or(Finished::Superseded, |(finished, hand_over)| {
            end(hand_over);
            finished
        }))
    }

    fn release(&self, lease: &Lease, now: Instant) -> Step<Released> {
        let Some((shard, hash)) = self.inner.shard(&lease.key) else {
            return Step::ready(Released::Superseded);
        };
        let released = lock(shard).release(hash, lease, self.inner.clock.at(now));
        Step::ready(released.map_or(Released::Superseded, |(released, hand_over)| {
            end(hand_over);
            released
        }))
    }

    fn retract(&self, lease: &Lease, _now: Instant) -> Step<bool> {
        let usage = &self.inner.usage;
        let Some((shard, hash)) = self.inner.shard(&lease.key) else { return Step::ready(true) };
        // A record outlives its reply, so none is found only where nobody can fetch it any more.
        Step::ready(lock(shard).retract(hash, lease, usage).unwrap_or(true))
    }
}

/// Called without the lock of the shard, which those who wake will take.
fn end(hand_over: Option<Arc<crate::HandOver>>) {
    if let Some(hand_over) = hand_over {
        hand_over.end();
    }
}

impl fmt::Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLedger")
            .field("entries", &self.entries())
            .field("bytes", &self.bytes())
            .finish()
    }
}
