//! What a server's handlers did, and how it is told to the process that asks.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
};

use super::{Message, stall::Stall};

/// The books of one server.
pub(super) struct Books {
    pages: Vec<Page>,
    running: AtomicUsize,
    /// Replies that were given to `on_late`.
    lates: Mutex<Vec<(u32, String)>>,
}

#[derive(Default)]
struct Page {
    begun: AtomicU32,
    succeeded: AtomicU32,
}

/// What the handlers of one message did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Runs that ended well.
    pub(super) succeeded: u32,
    /// Replies that were given to `on_late`.
    pub(super) lates: Vec<String>,
}

/// What a server tells when it is asked.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// By message.
    pub(super) entries: Vec<Entry>,
    /// When the server's process was kept from running.
    pub(super) stalls: Vec<Stall>,
}

/// A handler that runs.
pub(super) struct Running<'b>(&'b Books);

impl Books {
    pub(super) fn new(messages: u32) -> Self {
        Self {
            pages: (0..messages).map(|_| Page::default()).collect(),
            running: AtomicUsize::new(0),
            lates: Mutex::default(),
        }
    }

    /// A handler begins; which run it is, 1 for the first of this message.
    pub(super) fn begin(&self, message: Message) -> (Running<'_>, u32) {
        self.running.fetch_add(1, Relaxed);
        let before = self.page(message).map_or(0, |page| page.begun.fetch_add(1, Relaxed));
        (Running(self), before.saturating_add(1))
    }

    /// A handler has done its work.
    pub(super) fn succeed(&self, message: Message) {
        if let Some(page) = self.page(message) {
            page.succeeded.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn late(&self, message: Message, reply: String) {
        self.lates.lock().unwrap_or_else(PoisonError::into_inner).push((message.0, reply));
    }

    pub(super) fn running(&self) -> usize {
        self.running.load(Relaxed)
    }

    /// Writes a line for each message and each stall, and a last one.
    pub(super) fn tell(&self, stalls: &[Stall], to: &mut impl Write) -> io::Result<()> {
        let mut lates: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (number, reply) in self.lates.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            lates.entry(*number).or_default().push(reply.clone());
        }
        for (number, page) in (0..).zip(&self.pages) {
            let late = lates.remove(&number).unwrap_or_default().join("\t");
            writeln!(to, "{number}\t{}\t{late}", page.succeeded.load(Relaxed))?;
        }
        for Stall { from, to: until } in stalls {
            writeln!(to, "stall\t{from}\t{until}")?;
        }
        writeln!(to, "end")?;
        to.flush()
    }

    fn page(&self, message: Message) -> Option<&Page> {
        self.pages.get(usize::try_from(message.0).ok()?)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
    }
}

impl Report {
    /// What the servers have done together.
    pub(super) fn sum(reports: impl IntoIterator<Item = Self>) -> Self {
        reports.into_iter().reduce(Self::and).unwrap_or_default()
    }

    fn and(mut self, other: Self) -> Self {
        for (entry, others) in self.entries.iter_mut().zip(other.entries) {
            entry.succeeded = entry.succeeded.saturating_add(others.succeeded);
            entry.lates.extend(others.lates);
        }
        self.stalls.extend(other.stalls);
        self
    }

    /// What [`Books::tell`] has written; `None` if it is cut off.
    pub(super) fn read(from: impl BufRead) -> Option<Self> {
        let mut report = Self::default();
        for line in from.lines() {
            let line = line.ok()?;
            let mut fields = line.split('\t');
            let first = fields.next()?;
            if first == "end" {
                return Some(report);
            }
            let second = fields.next()?;
            match first {
                "stall" => {
                    let (from, to) = (second.parse().ok()?, fields.next()?.parse().ok()?);
                    report.stalls.push(Stall { from, to });
                }
                _ => {
                    let lates = fields.filter(|reply| !reply.is_empty()).map(str::to_owned).collect();
                    report.entries.push(Entry { succeeded: second.parse().ok()?, lates });
                }
            }
        }
        None
    }
}
