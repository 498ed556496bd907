//! What all shards hold together.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub(super) struct Usage {
    entries: AtomicUsize,
    max_entries: usize,
    bytes: AtomicUsize,
    max_bytes: usize,
}

impl Usage {
    pub(super) const fn new(max_entries: usize, max_bytes: usize) -> Self {
        Self { entries: AtomicUsize::new(0), max_entries, bytes: AtomicUsize::new(0), max_bytes }
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.load(Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// Counts another entry, unless there is no room for one.
    pub(super) fn add_entry(&self) -> bool {
        if self.bytes() >= self.max_bytes {
            return false;
        }
        let had_room = self.entries.fetch_add(1, Relaxed) < self.max_entries;
        if !had_room {
            self.remove_entry();
        }
        had_room
    }

    pub(super) fn remove_entry(&self) {
        self.entries.fetch_sub(1, Relaxed);
    }

    pub(super) fn add_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Relaxed);
    }

    pub(super) fn remove_bytes(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Relaxed);
    }
}
