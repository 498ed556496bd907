//! The record of one delivery, and how it changes: the table of states at [`Ledger`](crate::Ledger), without locks and lookups.

use std::{sync::Arc, time::Duration};

use super::moment::Moment;
use crate::{Claim, End, Fingerprint, Finished, HandOver, Key, Lease, Released, Remembered, Settled};

pub(super) struct Record {
    pub(super) key: Key,
    fingerprint: Fingerprint,
    pub(super) first: Moment,
    /// When the mark ends, unless a flight is under way.
    mark: Moment,
    pub(super) sends: u32,
    attempt: u32,
    state: State,
}

/// How long a free record is left alone. It may hold a reply soon, which is not to stay until the mark ends.
const FREE: Duration = Duration::from_secs(60);

enum State {
    InFlight(Arc<HandOver>),
    Settled,
    Free,
    Replied(Reply),
    /// Done with `success`.
    Success,
}

struct Reply {
    remembered: Arc<Remembered>,
    until: Moment,
    fetched: bool,
}

/// What a claim finds.
pub(super) enum Found {
    /// Now in flight: the attempt.
    Run(u32, Arc<HandOver>),
    InFlight(Arc<HandOver>),
    Free,
    Done(Option<Arc<Remembered>>),
    Conflict,
}

/// The hand-over to be ended, once the lock is open again.
type Ended = Option<Arc<HandOver>>;

impl Record {
    /// A record that no flight has touched yet: what claims it begins the first.
    pub(super) fn new(claim: &Claim<'_>, first: Moment, now: Moment) -> Self {
        Self {
            key: *claim.key,
            fingerprint: *claim.fingerprint,
            first,
            mark: now.plus(claim.mark),
            sends: 0,
            attempt: 0,
            state: State::Free,
        }
    }

    pub(super) fn claim(&mut self, claim: &Claim<'_>, now: Moment) -> Found {
        if self.fingerprint != *claim.fingerprint {
            return Found::Conflict;
        }
        if claim.counts {
            self.sends = self.sends.saturating_add(1);
        }
        match &mut self.state {
            State::InFlight(hand_over) => Found::InFlight(Arc::clone(hand_over)),
            State::Replied(reply) if reply.until > now => {
                reply.fetched |= claim.fetches;
                Found::Done(Some(Arc::clone(&reply.remembered)))
            }
            State::Settled | State::Replied(_) | State::Success => Found::Done(None),
            State::Free if claim.runs => {
                let hand_over = Arc::new(HandOver::new());
                self.attempt = self.attempt.saturating_add(1);
                self.state = State::InFlight(Arc::clone(&hand_over));
                Found::Run(self.attempt, hand_over)
            }
            State::Free => Found::Free,
        }
    }

    pub(super) fn settle(&mut self, now: Moment) -> (Settled, Ended) {
        match &mut self.state {
            State::InFlight(hand_over) => {
                let ended = Arc::clone(hand_over);
                self.state = State::Settled;
                (Settled::Success, Some(ended))
            }
            State::Replied(reply) if reply.until > now => {
                reply.fetched = true;
                (Settled::Reply(Arc::clone(&reply.remembered)), None)
            }
            State::Settled | State::Replied(_) | State::Success => (Settled::Success, None),
            State::Free => (Settled::Hold, None),
        }
    }

    pub(super) fn finish(&mut self, lease: &Lease, end: End, now: Moment) -> (Finished, Ended) {
        if lease.attempt != self.attempt {
            return (Finished::Superseded, None);
        }
        match &self.state {
            State::InFlight(hand_over) => {
                let ended = Arc::clone(hand_over);
                self.state = match end {
                    End::Reply(remembered, time) => {
                        State::Replied(Reply { remembered, until: now.plus(time), fetched: false })
                    }
                    End::Success => State::Success,
                };
                (Finished::InTime, Some(ended))
            }
            State::Settled => {
                self.state = State::Success;
                (Finished::Late, None)
            }
            State::Free | State::Replied(_) | State::Success => (Finished::Superseded, None),
        }
    }

    pub(super) fn release(&mut self, lease: &Lease) -> (Released, Ended) {
        if lease.attempt != self.attempt {
            return (Released::Superseded, None);
        }
        match &self.state {
            State::InFlight(hand_over) => {
                let ended = Arc::clone(hand_over);
                self.state = State::Free;
                (Released::Free, Some(ended))
            }
            State::Settled => {
                self.state = State::Success;
                (Released::Late, None)
            }
            State::Free | State::Replied(_) | State::Success => (Released::Superseded, None),
        }
    }

    /// Whether the reply was there and nobody had fetched it: then it is no longer there.
    pub(super) fn retract(&mut self, lease: &Lease) -> bool {
        let unfetched =
            lease.attempt == self.attempt && matches!(&self.state, State::Replied(reply) if !reply.fetched);
        if unfetched {
            self.state = State::Success;
        }
        unfetched
    }

    /// Forgets a reply whose time is over.
    pub(super) fn forget(&mut self, now: Moment) {
        if matches!(&self.state, State::Replied(reply) if reply.until <= now) {
            self.state = State::Success;
        }
    }

    /// The bytes of the reply.
    pub(super) fn bytes(&self) -> usize {
        match &self.state {
            State::Replied(reply) => reply.remembered.size(),
            State::InFlight(_) | State::Settled | State::Free | State::Success => 0,
        }
    }

    /// Whether its time is over. Never while a flight is under way, nor before its reply is forgotten, as somebody may still
    /// fetch that or take it back.
    pub(super) fn is_over(&self, now: Moment) -> bool {
        self.ends().is_some_and(|ends| ends <= now)
    }

    /// When it is to be looked at; `None` while a flight is under way.
    pub(super) fn due(&self, now: Moment) -> Option<Moment> {
        match &self.state {
            State::InFlight(_) | State::Settled => None,
            State::Free => Some(self.mark.min(now.plus(FREE))),
            State::Replied(reply) => Some(reply.until),
            State::Success => Some(self.mark),
        }
    }

    fn ends(&self) -> Option<Moment> {
        match &self.state {
            State::InFlight(_) | State::Settled => None,
            State::Free | State::Success => Some(self.mark),
            State::Replied(reply) => Some(self.mark.max(reply.until)),
        }
    }
}
