//! Finds entries by hash: chains that run through the entries themselves.
//!
//! What a look-up costs among a million entries is what it misses in the caches. This touches one word besides the entry, a hash table
//! with control bytes apart from its slots three lines or more, and that took twice as long.

use std::mem;

use super::slab::{Link, Slab};

/// What can be found.
pub(super) trait Chained {
    fn hash(&self) -> u32;

    /// What follows in the same chain.
    fn next(&self) -> Option<Link>;

    fn set_next(&mut self, next: Option<Link>);
}

#[derive(Default)]
pub(super) struct Index {
    /// The first of each chain; a power of two of them, or none.
    heads: Box<[Option<Link>]>,
    entries: usize,
}

impl Index {
    /// The entry with this hash for which `is_it` holds.
    pub(super) fn find<T: Chained>(
        &self,
        hash: u32,
        entries: &Slab<T>,
        is_it: impl Fn(&T) -> bool,
    ) -> Option<Link> {
        let mut next = *self.heads.get(self.bucket(hash))?;
        while let Some(link) = next {
            let entry = entries.get(link)?;
            if is_it(entry) {
                return Some(link);
            }
            next = entry.next();
        }
        None
    }

    /// Adds an entry that is in no chain.
    pub(super) fn insert<T: Chained>(&mut self, link: Link, entries: &mut Slab<T>) {
        if self.entries >= self.heads.len() {
            self.grow(entries);
        }
        self.put(link, entries);
        self.entries = self.entries.saturating_add(1);
    }

    /// Takes an entry out of its chain.
    pub(super) fn remove<T: Chained>(&mut self, link: Link, entries: &mut Slab<T>) {
        let Some((hash, after)) = entries.get(link).map(|entry| (entry.hash(), entry.next())) else { return };
        let bucket = self.bucket(hash);
        let Some(head) = self.heads.get_mut(bucket) else { return };
        self.entries = self.entries.saturating_sub(1);
        if *head == Some(link) {
            *head = after;
            return;
        }
        let mut next = *head;
        while let Some(before) = next.and_then(|before| entries.get_mut(before)) {
            next = before.next();
            if next == Some(link) {
                before.set_next(after);
                return;
            }
        }
    }

    fn grow<T: Chained>(&mut self, entries: &mut Slab<T>) {
        let length = self.heads.len().saturating_mul(2).max(8);
        let chains = mem::replace(&mut self.heads, vec![None; length].into());
        for mut next in chains {
            while let Some(link) = next {
                next = entries.get(link).and_then(Chained::next);
                self.put(link, entries);
            }
        }
    }

    fn put<T: Chained>(&mut self, link: Link, entries: &mut Slab<T>) {
        let Some(entry) = entries.get_mut(link) else { return };
        let bucket = self.bucket(entry.hash());
        if let Some(head) = self.heads.get_mut(bucket) {
            entry.set_next(head.replace(link));
        }
    }

    fn bucket(&self, hash: u32) -> usize {
        usize::try_from(hash).unwrap_or_default() & self.heads.len().wrapping_sub(1)
    }
}
