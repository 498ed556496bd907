//! A part of the records behind one lock: where they lie, and when they end.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    index::Index,
    moment::{Clock, Moment},
    record::{Found, Record},
    slab::{Link, Slab},
    usage::Usage,
    wheel::Wheel,
};
use crate::{Claim, Claimed, End, Finished, HandOver, Key, Lease, Released, Seen, Settled};

/// Entries whose time has come that a claim looks at, besides its own. Each is looked at twice in its life, so more than two
/// keep up with what is added.
const SWEPT: usize = 6;

#[derive(Default)]
pub(super) struct Shard {
    index: Index,
    entries: Slab<Entry>,
    wheel: Wheel,
}

struct Entry {
    record: Record,
    hash: u32,
    /// The next in its list of the wheel.
    listed: Option<Link>,
    /// Whether it is in one. It is in one at most, and one under way that comes up there is taken out until its flight ends.
    is_listed: bool,
}

impl Shard {
    pub(super) fn claim(
        &mut self,
        hash: u32,
        claim: &Claim<'_>,
        clock: &Clock,
        now: Instant,
        usage: &Usage,
    ) -> Claimed {
        let moment = clock.at(now);
        self.expire(SWEPT, moment, usage);
        let found = self.find(hash, claim.key);
        let link = match found.filter(|link| !self.is_over(*link, moment)) {
            Some(link) => link,
            None if !claim.runs => return Claimed::Free(None),
            None => {
                let record = Record::new(claim, clock.at(claim.arrived), moment);
                let added = match found {
                    Some(link) => self.replace(link, record, usage),
                    None => self.add(hash, record, usage),
                };
                let Some(link) = added else { return Claimed::Full };
                link
            }
        };
        let Some(entry) = self.entries.get_mut(link) else { return Claimed::Full };
        let found = entry.record.claim(claim, moment);
        let seen = Seen { sends: entry.record.sends, first: clock.instant(entry.record.first) };
        match found {
            Found::Run(attempt, hand_over) => {
                let lease = Lease { key: *claim.key, owner: claim.id, attempt, hand_over };
                Claimed::Run(lease, seen)
            }
            Found::InFlight(hand_over) => Claimed::InFlight(hand_over, seen),
            Found::Free => Claimed::Free(Some(seen)),
            Found::Done(remembered) => Claimed::Done(remembered),
            Found::Conflict => Claimed::Conflict,
        }
    }

    pub(super) fn settle(
        &mut self,
        hash: u32,
        key: &Key,
        now: Moment,
    ) -> Option<(Settled, Option<Arc<HandOver>>)> {
        let link = self.find(hash, key)?;
        Some(self.entries.get_mut(link)?.record.settle(now))
    }

    pub(super) fn finish(
        &mut self,
        hash: u32,
        lease: &Lease,
        end: End,
        now: Moment,
        usage: &Usage,
    ) -> Option<(Finished, Option<Arc<HandOver>>)> {
        let link = self.find(hash, &lease.key)?;
        let record = &mut self.entries.get_mut(link)?.record;
        let before = record.bytes();
        let finished = record.finish(lease, end, now);
        usage.add_bytes(record.bytes().saturating_sub(before));
        self.list(link, now);
        Some(finished)
    }

    pub(super) fn release(
        &mut self,
        hash: u32,
        lease: &Lease,
        now: Moment,
    ) -> Option<(Released, Option<Arc<HandOver>>)> {
        let link = self.find(hash, &lease.key)?;
        let released = self.entries.get_mut(link)?.record.release(lease);
        self.list(link, now);
        Some(released)
    }

    pub(super) fn retract(&mut self, hash: u32, lease: &Lease, usage: &Usage) -> Option<bool> {
        let link = self.find(hash, &lease.key)?;
        let record = &mut self.entries.get_mut(link)?.record;
        let before = record.bytes();
        let retracted = record.retract(lease);
        usage.remove_bytes(before.saturating_sub(record.bytes()));
        Some(retracted)
    }

    /// Looks at up to `most` entries whose time has come: takes them away, or only their replies.
    pub(super) fn expire(&mut self, most: usize, now: Moment, usage: &Usage) {
        for _ in 0..most {
            let Some(link) = self.wheel.due(now) else { return };
            let Some(entry) = self.entries.get_mut(link) else { return };
            self.wheel.take_off(entry.listed.take());
            entry.is_listed = false;
            let before = entry.record.bytes();
            entry.record.forget(now);
            usage.remove_bytes(before.saturating_sub(entry.record.bytes()));
            if entry.record.is_over(now) {
                self.index.remove(entry.hash, link);
                self.entries.remove(link);
                usage.remove_entry();
            } else {
                self.list(link, now);
            }
        }
    }

    fn find(&self, hash: u32, key: &Key) -> Option<Link> {
        self.index.find(hash, |link| self.entries.get(link).is_some_and(|entry| entry.record.key == *key))
    }

    fn is_over(&self, link: Link, now: Moment) -> bool {
        self.entries.get(link).is_some_and(|entry| entry.record.is_over(now))
    }

    fn add(&mut self, hash: u32, record: Record, usage: &Usage) -> Option<Link> {
        if !usage.add_entry() {
            return None;
        }
        let entry = Entry { record, hash, listed: None, is_listed: false };
        let Some(link) = self.entries.insert(entry) else {
            usage.remove_entry();
            return None;
        };
        self.index.insert(hash, link);
        Some(link)
    }

    /// Puts a new record in the place of one that is over and has not been taken away yet.
    fn replace(&mut self, link: Link, record: Record, usage: &Usage) -> Option<Link> {
        let entry = self.entries.get_mut(link)?;
        usage.remove_bytes(entry.record.bytes());
        entry.record = record;
        Some(link)
    }

    /// Sees to it that an entry is looked at when its time has come.
    fn list(&mut self, link: Link, now: Moment) {
        let Some(entry) = self.entries.get_mut(link).filter(|entry| !entry.is_listed) else { return };
        let Some(due) = entry.record.due(now) else { return };
        entry.listed = self.wheel.list(link, due);
        entry.is_listed = true;
    }
}
