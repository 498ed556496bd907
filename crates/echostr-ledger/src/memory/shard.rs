//! A part of the records behind one lock: where they lie, and when they end.

use std::sync::Arc;

use hashbrown::HashTable;
use tokio::time::Instant;

use super::{
    moment::{Clock, Moment},
    record::{Found, Record},
    slab::Slab,
    usage::Usage,
    wheel::{Link, Wheel},
};
use crate::{Claim, Claimed, End, Finished, HandOver, Key, Lease, Released, Seen, Settled};

/// Entries whose time has come that a claim looks at, besides its own. Each is looked at twice in its life, so more than two
/// keep up with what is added.
const SWEPT: usize = 6;

#[derive(Default)]
pub(super) struct Shard {
    table: HashTable<u32>,
    entries: Slab<Entry>,
    wheel: Wheel,
}

struct Entry {
    record: Record,
    /// The next in its list of the wheel.
    next: Option<Link>,
    /// Whether it is in one. It is in one at most, and one under way that comes up there is taken out until its flight ends.
    filed: bool,
}

impl Shard {
    pub(super) fn claim(
        &mut self,
        hash: u64,
        rehash: &dyn Fn(&Key) -> u64,
        claim: &Claim<'_>,
        clock: &Clock,
        now: Instant,
        usage: &Usage,
    ) -> Claimed {
        let moment = clock.at(now);
        self.expire(SWEPT, rehash, moment, usage);
        let found = self.find(hash, claim.key);
        let number = match found.filter(|number| !self.is_over(*number, moment)) {
            Some(number) => number,
            None if !claim.runs => return Claimed::Free(None),
            None => {
                let record = Record::new(claim, clock.at(claim.arrived), moment);
                let added = match found {
                    Some(number) => self.replace(number, record, usage),
                    None => self.add(hash, rehash, record, usage),
                };
                let Some(number) = added else { return Claimed::Full };
                number
            }
        };
        let Some(entry) = self.entries.get_mut(number) else { return Claimed::Full };
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
        hash: u64,
        key: &Key,
        now: Moment,
    ) -> Option<(Settled, Option<Arc<HandOver>>)> {
        let number = self.find(hash, key)?;
        Some(self.entries.get_mut(number)?.record.settle(now))
    }

    pub(super) fn finish(
        &mut self,
        hash: u64,
        lease: &Lease,
        end: End,
        now: Moment,
        usage: &Usage,
    ) -> Option<(Finished, Option<Arc<HandOver>>)> {
        let number = self.find(hash, &lease.key)?;
        let record = &mut self.entries.get_mut(number)?.record;
        let before = record.bytes();
        let finished = record.finish(lease, end, now);
        usage.add_bytes(record.bytes().saturating_sub(before));
        self.file(number, now);
        Some(finished)
    }

    pub(super) fn release(
        &mut self,
        hash: u64,
        lease: &Lease,
        now: Moment,
    ) -> Option<(Released, Option<Arc<HandOver>>)> {
        let number = self.find(hash, &lease.key)?;
        let released = self.entries.get_mut(number)?.record.release(lease);
        self.file(number, now);
        Some(released)
    }

    pub(super) fn retract(&mut self, hash: u64, lease: &Lease, usage: &Usage) -> Option<bool> {
        let number = self.find(hash, &lease.key)?;
        let record = &mut self.entries.get_mut(number)?.record;
        let before = record.bytes();
        let retracted = record.retract(lease);
        usage.remove_bytes(before.saturating_sub(record.bytes()));
        Some(retracted)
    }

    /// Looks at up to `most` entries whose time has come: takes them away, or only their replies.
    pub(super) fn expire(&mut self, most: usize, rehash: &dyn Fn(&Key) -> u64, now: Moment, usage: &Usage) {
        for _ in 0..most {
            let Some(link) = self.wheel.due(now) else { return };
            let number = number(link);
            let Some(entry) = self.entries.get_mut(number) else { return };
            self.wheel.take_off(entry.next.take());
            entry.filed = false;
            let before = entry.record.bytes();
            entry.record.forget(now);
            usage.remove_bytes(before.saturating_sub(entry.record.bytes()));
            if !entry.record.is_over(now) {
                self.file(number, now);
                continue;
            }
            let hash = rehash(&entry.record.key);
            if let Ok(place) = self.table.find_entry(hash, |other| *other == number) {
                place.remove();
            }
            self.entries.remove(number);
            usage.remove_entry();
        }
    }

    fn find(&self, hash: u64, key: &Key) -> Option<u32> {
        let is_key = |number: &u32| self.entries.get(*number).is_some_and(|entry| entry.record.key == *key);
        self.table.find(hash, is_key).copied()
    }

    fn is_over(&self, number: u32, now: Moment) -> bool {
        self.entries.get(number).is_some_and(|entry| entry.record.is_over(now))
    }

    fn add(&mut self, hash: u64, rehash: &dyn Fn(&Key) -> u64, record: Record, usage: &Usage) -> Option<u32> {
        if !usage.add_entry() {
            return None;
        }
        let Some(number) = self.entries.insert(Entry { record, next: None, filed: false }) else {
            usage.remove_entry();
            return None;
        };
        let entries = &self.entries;
        // A number that is not there cannot be in the table.
        let rehash = |number: &u32| entries.get(*number).map_or(0, |entry| rehash(&entry.record.key));
        self.table.insert_unique(hash, number, rehash);
        Some(number)
    }

    /// Puts a new record in the place of one that is over and has not been taken away yet.
    fn replace(&mut self, number: u32, record: Record, usage: &Usage) -> Option<u32> {
        let entry = self.entries.get_mut(number)?;
        usage.remove_bytes(entry.record.bytes());
        entry.record = record;
        Some(number)
    }

    /// Sees to it that an entry is looked at when its time has come.
    fn file(&mut self, number: u32, now: Moment) {
        let Some(entry) = self.entries.get_mut(number).filter(|entry| !entry.filed) else { return };
        let (Some(due), Some(link)) = (entry.record.due(now), link(number)) else { return };
        entry.next = self.wheel.file(link, due);
        entry.filed = true;
    }
}

fn link(number: u32) -> Option<Link> {
    Link::new(number.checked_add(1)?)
}

const fn number(link: Link) -> u32 {
    link.get().wrapping_sub(1)
}
