//! What a server knows of the flights that are its own: those under way, and for a while those that have ended.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use echostr_ledger::{HandOver, Key, Lease, RequestId};
use tokio::time::Instant;

use crate::args::Args;

/// Bytes of replies that are kept of flights that have ended; beyond that the oldest are forgotten early.
const MOST_BYTES: usize = 64 << 20;

/// A flight that began here. With it its record can be written down again.
#[derive(Clone)]
pub(crate) struct Flight {
    pub(crate) owner: RequestId,
    pub(crate) attempt: u32,
    pub(crate) hand_over: Arc<HandOver>,
    pub(crate) print: [u8; 16],
    pub(crate) sends: u64,
    /// When the first of them arrived, by the clock of this server.
    pub(crate) arrived: Instant,
    /// By the clock of Redis, in milliseconds since 1970, as is the end of the mark.
    pub(crate) first: u64,
    pub(crate) mark: u64,
    /// Whether `success` has been answered.
    pub(crate) is_answered: bool,
    /// Whether its handler has failed, which is to be recorded: nobody works on it any more.
    pub(crate) has_failed: bool,
    pub(crate) end: Option<End>,
}

/// How a flight has ended.
#[derive(Clone)]
pub(crate) struct End {
    /// The letter of the record.
    pub(crate) state: u8,
    pub(crate) reply: Bytes,
    /// By the clock of Redis.
    pub(crate) until: u64,
}

impl Flight {
    fn is_of(&self, lease: &Lease) -> bool {
        (self.owner, self.attempt) == (lease.owner, lease.attempt)
    }

    /// What the scripts call the knowledge of an owner.
    pub(crate) fn args(&self) -> Args {
        Args::default()
            .id(self.owner)
            .number(self.attempt)
            .flag(self.is_answered)
            .bytes(&self.print)
            .number(self.sends)
            .number(self.first)
            .number(self.mark)
    }
}

#[derive(Default)]
pub(crate) struct Flights {
    of: HashMap<Key, Flight>,
    /// Those that have ended, in that order.
    ended: VecDeque<(Instant, Key, RequestId)>,
    bytes: usize,
    /// The replies in Redis, in the order in which their time is over.
    replies: VecDeque<(Instant, Key)>,
}

impl Flights {
    pub(crate) fn begin(&mut self, key: Key, flight: Flight) {
        if let Some(before) = self.of.insert(key, flight) {
            self.bytes = self.bytes.saturating_sub(size(&before));
        }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Flight> {
        self.of.get(key)
    }

    /// The flight of a lease, while it is under way.
    pub(crate) fn under_way(&self, lease: &Lease) -> Option<&Flight> {
        self.of.get(&lease.key).filter(|flight| flight.is_of(lease) && flight.end.is_none())
    }

    /// Those whose handlers run.
    pub(crate) fn all_under_way(&self) -> Vec<(Key, Flight)> {
        let all = self.of.iter().filter(|(_, flight)| flight.end.is_none() && !flight.has_failed);
        all.map(|(key, flight)| (*key, flight.clone())).collect()
    }

    pub(crate) fn all_ended(&self) -> Vec<(Key, Flight)> {
        let all = self.of.iter().filter(|(_, flight)| flight.end.is_some());
        all.map(|(key, flight)| (*key, flight.clone())).collect()
    }

    /// Notes that the handler of a flight has failed.
    pub(crate) fn fail(&mut self, lease: &Lease) {
        if let Some(flight) = self.of.get_mut(&lease.key).filter(|flight| flight.is_of(lease)) {
            flight.has_failed = true;
        }
    }

    /// Notes that `success` has been answered; `false` if the flight is no longer under way.
    pub(crate) fn answer(&mut self, key: &Key, owner: RequestId) -> bool {
        match self.of.get_mut(key) {
            Some(flight) if flight.owner == owner && flight.end.is_none() => {
                flight.is_answered = true;
                true
            }
            _ => false,
        }
    }

    /// Notes the end of a flight; `false`, and nothing noted, if `success` has been answered and `knew` not of it.
    pub(crate) fn end(&mut self, lease: &Lease, end: End, knew: bool, now: Instant) -> bool {
        let Some(flight) = self.of.get_mut(&lease.key).filter(|flight| flight.is_of(lease)) else {
            return true;
        };
        if flight.is_answered && !knew {
            return false;
        }
        self.bytes = self.bytes.saturating_add(end.reply.len());
        flight.end = Some(end);
        self.ended.push_back((now, lease.key, lease.owner));
        true
    }

    /// What the end of a flight answers, if it has left one. A reply is marked as fetched if `fetches`.
    pub(crate) fn fetch(&mut self, key: &Key, fetches: bool) -> Option<Bytes> {
        let end = self.of.get_mut(key)?.end.as_mut()?;
        match end.state {
            b'd' | b'l' | b't' => Some(Bytes::new()),
            b'r' | b'g' => {
                if fetches {
                    end.state = b'g';
                }
                Some(end.reply.clone())
            }
            _ => None,
        }
    }

    /// Counts a send that Redis could not count.
    pub(crate) fn count(&mut self, key: &Key) {
        if let Some(flight) = self.of.get_mut(key) {
            flight.sends = flight.sends.saturating_add(1);
        }
    }

    /// Whether somebody has fetched the reply of a flight while Redis could not be told.
    pub(crate) fn is_fetched(&self, lease: &Lease) -> bool {
        let flight = self.of.get(&lease.key).filter(|flight| flight.is_of(lease));
        flight.and_then(|flight| flight.end.as_ref()).is_some_and(|end| end.state == b'g')
    }

    /// Of a flight that has ended: nobody may fetch its reply any more.
    pub(crate) fn take_back(&mut self, lease: &Lease) {
        let flight = self.of.get_mut(&lease.key).filter(|flight| flight.is_of(lease));
        if let Some(end) = flight.and_then(|flight| flight.end.as_mut()) {
            self.bytes = self.bytes.saturating_sub(end.reply.len());
            *end = End { state: b't', reply: Bytes::new(), until: 0 };
        }
    }

    /// Of a flight that another server has taken, or that ended for good.
    pub(crate) fn remove(&mut self, key: &Key, owner: RequestId) -> Option<Flight> {
        if self.of.get(key)?.owner != owner {
            return None;
        }
        let flight = self.of.remove(key)?;
        self.bytes = self.bytes.saturating_sub(size(&flight));
        Some(flight)
    }

    /// Notes that Redis holds a reply until then.
    pub(crate) fn note_reply(&mut self, key: Key, until: Instant) {
        self.replies.push_back((until, key));
    }

    /// The replies whose time is over, at most so many.
    pub(crate) fn take_due(&mut self, now: Instant, most: usize) -> Vec<Key> {
        let due = self.replies.iter().take(most).take_while(|(until, _)| *until <= now).count();
        self.replies.drain(..due).map(|(_, key)| key).collect()
    }

    /// Forgets what has ended so long ago.
    pub(crate) fn forget(&mut self, now: Instant, window: Duration) {
        while let Some((at, key, owner)) = self.ended.front().copied() {
            if now.saturating_duration_since(at) < window && self.bytes <= MOST_BYTES {
                return;
            }
            self.ended.pop_front();
            if self.of.get(&key).is_some_and(|flight| flight.end.is_some()) {
                self.remove(&key, owner);
            }
        }
    }
}

fn size(flight: &Flight) -> usize {
    flight.end.as_ref().map_or(0, |end| end.reply.len())
}
