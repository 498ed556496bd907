//! Finds entries by hash: open addressing with linear probing.
//!
//! What a look-up costs among a million entries is what it misses in the caches. Here each of adding, finding and taking away touches one
//! line besides the entry itself; a hash table that keeps control bytes apart from its slots touches three or more.

use std::mem;

use super::slab::Link;

/// A hash and the entry that has it.
type Slot = Option<(u32, Link)>;

#[derive(Default)]
pub(super) struct Index {
    /// A power of two of them, or none; a quarter are empty at least.
    slots: Box<[Slot]>,
    entries: usize,
}

impl Index {
    /// The entry with this hash for which `is_it` holds.
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(Link) -> bool) -> Option<Link> {
        let mut at = self.home(hash);
        while let Some((other, link)) = self.slot(at) {
            if other == hash && is_it(link) {
                return Some(link);
            }
            at = self.after(at);
        }
        None
    }

    /// Adds an entry that is not there.
    pub(super) fn insert(&mut self, hash: u32, link: Link) {
        let full = self.slots.len().saturating_sub(self.slots.len() / 4);
        if self.entries >= full {
            self.grow();
        }
        self.put(hash, link);
        self.entries = self.entries.saturating_add(1);
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, hash: u32, link: Link) {
        let mut hole = self.home(hash);
        loop {
            match self.slot(hole) {
                Some((_, other)) if other == link => break,
                Some(_) => hole = self.after(hole),
                None => return,
            }
        }
        self.entries = self.entries.saturating_sub(1);
        // What could not stand in the hole before moves up, or it would no longer be found.
        let mut at = self.after(hole);
        while let Some(moved @ (hash, _)) = self.slot(at) {
            if self.distance(self.home(hash), at) >= self.distance(hole, at) {
                self.set(hole, Some(moved));
                hole = at;
            }
            at = self.after(at);
        }
        self.set(hole, None);
    }

    fn grow(&mut self) {
        let length = self.slots.len().saturating_mul(2).max(8);
        let slots = mem::replace(&mut self.slots, vec![None; length].into());
        for (hash, link) in slots.into_iter().flatten() {
            self.put(hash, link);
        }
    }

    fn put(&mut self, hash: u32, link: Link) {
        let mut at = self.home(hash);
        while self.slot(at).is_some() {
            at = self.after(at);
        }
        self.set(at, Some((hash, link)));
    }

    /// Where an entry stands if nothing is in its way.
    fn home(&self, hash: u32) -> usize {
        usize::try_from(hash).unwrap_or_default() & self.mask()
    }

    const fn after(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.mask()
    }

    const fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    const fn mask(&self) -> usize {
        self.slots.len().wrapping_sub(1)
    }

    /// Empty where there are no slots at all.
    fn slot(&self, at: usize) -> Slot {
        self.slots.get(at).copied().flatten()
    }

    fn set(&mut self, at: usize, slot: Slot) {
        if let Some(place) = self.slots.get_mut(at) {
            *place = slot;
        }
    }
}
