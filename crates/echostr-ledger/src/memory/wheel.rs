//! When to look at an entry next: a ring of seconds, each with a list that runs through the entries.

use super::{moment::Moment, slab::Link};

/// Seconds in the ring. What is due later is looked at once in each turn of the ring.
const RING: u64 = 1024;

pub(super) struct Wheel {
    /// The first entry of each second's list.
    heads: Box<[Option<Link>]>,
    /// The second whose list is emptied at present.
    cursor: u64,
    /// Entries in all lists.
    listed: usize,
}

impl Default for Wheel {
    fn default() -> Self {
        Self { heads: (0..RING).map(|_| None).collect(), cursor: 0, listed: 0 }
    }
}

impl Wheel {
    /// Puts an entry at the head of the list of its second; returns what follows it there.
    pub(super) fn list(&mut self, link: Link, due: Moment) -> Option<Link> {
        let last = self.cursor.saturating_add(RING.saturating_sub(1));
        let second = due.second_after().clamp(self.cursor, last);
        self.listed = self.listed.saturating_add(1);
        self.head(second)?.replace(link)
    }

    /// An entry that was due by `now`. It is taken off with [`take_off`](Self::take_off).
    pub(super) fn due(&mut self, now: Moment) -> Option<Link> {
        if self.listed == 0 {
            self.cursor = self.cursor.max(now.second());
            return None;
        }
        // Not past `now`, where another thread with a later time may have left the cursor: what is not over yet would be listed again
        // where it stood, and shown again for ever.
        while self.cursor <= now.second() {
            if let Some(link) = *self.head(self.cursor)? {
                return Some(link);
            }
            if self.cursor == now.second() {
                return None;
            }
            self.cursor = self.cursor.saturating_add(1);
        }
        None
    }

    /// Takes off the entry that [`due`](Self::due) has shown; `next` follows it.
    pub(super) fn take_off(&mut self, next: Option<Link>) {
        self.listed = self.listed.saturating_sub(1);
        if let Some(head) = self.head(self.cursor) {
            *head = next;
        }
    }

    fn head(&mut self, second: u64) -> Option<&mut Option<Link>> {
        self.heads.get_mut(usize::try_from(second.checked_rem(RING)?).ok()?)
    }
}
