//! The steps that a store performs, each of them atomic.

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{Fingerprint, HandOver, Key, Remembered, Step};

/// Keeps the record of each delivery: a store, in memory or shared by several servers.
///
/// # The states of a record
///
/// | state | what it means | what changes it |
/// |---|---|---|
/// | absent | never seen, or its mark has ended | `claim` → in flight, attempt 1 |
/// | in flight | a handler runs, nothing has been answered | `settle` → settled, `finish` → done, `release` → free |
/// | settled | a handler runs, `success` has been answered | `finish`, `release` → done with `success`; both are told *late* |
/// | free | the handler failed, nothing has been answered | `claim` → in flight, next attempt |
/// | done | a reply, or `success` | `retract` → `success`, if nobody has fetched the reply; time → `success`, then absent |
///
/// `settle` may be asked by any send; `finish`, `release` and `retract` by the owner of the [`Lease`] alone. The mark of a record that is
/// in flight or settled does not end.
///
/// # What a store promises
///
/// - Each step is atomic, and it takes effect when the method is called or is handed on then: a flight that is dropped cannot wait for
///   the returned [`Step`].
/// - The first answer that was given out stays the answer: what `settle` has made `success` never becomes a reply.
/// - A live record is never given up to make room for another: a full store refuses.
/// - When the end of a flight is decided (`settle`, `finish`, `release`), its [`HandOver`] is [ended](HandOver::end).
/// - No lock is held across an await.
///
/// A store on another server may take a flight from an owner that no longer shows itself. It then ends the hand-over of those who wait, and
/// the old owner learns that it is [superseded](Finished::Superseded).
pub trait Ledger: Send + Sync + 'static {
    /// Says what there is to do for a request. The first claim of a request counts it; a claim repeated with the same
    /// [`id`](Claim::id) counts nothing.
    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Step<Claimed>;

    /// Makes the record `success`, if nothing has been answered yet. Whoever is told so answers with it, so a reply that it finds is
    /// marked as fetched. `gone` is when nobody can be told any more: what a store has not done by then it does not do, and holds.
    fn settle(&self, key: &Key, gone: Instant, now: Instant) -> Step<Settled>;

    /// Ends a flight whose handler has replied.
    fn finish(&self, lease: &Lease, end: End, now: Instant) -> Step<Finished>;

    /// Ends a flight whose handler has failed.
    fn release(&self, lease: &Lease, now: Instant) -> Step<Released>;

    /// Takes back a reply that nobody has fetched: the record becomes `success`, and the reply is the caller's to deliver. `false` if
    /// somebody has fetched it.
    fn retract(&self, lease: &Lease, now: Instant) -> Step<bool>;
}

/// One chosen when the program starts, say.
impl<L: Ledger + ?Sized> Ledger for Arc<L> {
    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Step<Claimed> {
        (**self).claim(claim, now)
    }

    fn settle(&self, key: &Key, gone: Instant, now: Instant) -> Step<Settled> {
        (**self).settle(key, gone, now)
    }

    fn finish(&self, lease: &Lease, end: End, now: Instant) -> Step<Finished> {
        (**self).finish(lease, end, now)
    }

    fn release(&self, lease: &Lease, now: Instant) -> Step<Released> {
        (**self).release(lease, now)
    }

    fn retract(&self, lease: &Lease, now: Instant) -> Step<bool> {
        (**self).retract(lease, now)
    }
}

/// A request that asks what there is to do.
#[derive(Clone, Debug)]
pub struct Claim<'c> {
    /// Which delivery it belongs to.
    pub key: &'c Key,
    /// What its sender sent.
    pub fingerprint: &'c Fingerprint,
    /// Which request it is: the same in all its claims.
    pub id: RequestId,
    /// When its head arrived.
    pub arrived: Instant,
    /// How long a new record lives, from now.
    pub mark: Duration,
    /// Whether the request is to be counted: not when it looks again after a wait.
    pub counts: bool,
    /// Whether it may run the handler.
    pub runs: bool,
    /// Whether what it is told reaches its sender. If not, a reply stays unfetched.
    pub fetches: bool,
    /// When that ends: a store that takes its time fetches no reply after it.
    pub gone: Instant,
}

/// What there is to do for a request.
#[derive(Debug)]
pub enum Claimed {
    /// Run the handler.
    Run(Lease, Seen),
    /// A handler runs: wait for the end of its flight, then claim again.
    InFlight(Arc<HandOver>, Seen),
    /// No handler runs, and this request may not run one. `None` if there is no record.
    Free(Option<Seen>),
    /// Answer with what is remembered, `None` being `success`.
    Done(Option<Arc<Remembered>>),
    /// The record belongs to a request that sent something else.
    Conflict,
    /// There is no room for another record.
    Full,
    /// The store cannot be reached: claim again.
    Unavailable,
}

/// What a record knows of its sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many requests have been counted, this one included.
    pub sends: u32,
    /// When the first of them arrived, in this server's time.
    pub first: Instant,
}

/// The right to end a flight.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Of the record.
    pub key: Key,
    /// The request that began the flight.
    pub owner: RequestId,
    /// Which attempt the flight is, from 1.
    pub attempt: u32,
    /// Where the other sends wait.
    pub hand_over: Arc<HandOver>,
}

/// What a flight leaves behind.
#[derive(Clone, Debug)]
pub enum End {
    /// This reply, for so long; after that `success`.
    Reply(Arc<Remembered>, Duration),
    /// `success`.
    Success,
}

/// Whether `success` may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Yes.
    Success,
    /// No: there is a reply, which is the answer.
    Reply(Arc<Remembered>),
    /// No, and there is no answer: no handler runs, or the store cannot tell whether one does. The platform is to send again.
    Hold,
}

/// Whether a reply came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It is the answer.
    InTime,
    /// `success` has been answered.
    Late,
    /// Another owner has taken the flight, and its reply counts.
    Superseded,
}

/// What a failure leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// A record that the next send may claim.
    Free,
    /// `success` has been answered, so nobody will run the handler again.
    Late,
    /// Another owner has taken the flight.
    Superseded,
}

/// Names a request, among those of all servers that share a store.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u128);

impl RequestId {
    /// Made by the layer; for tests of a store.
    #[must_use]
    pub const fn new(id: u128) -> Self {
        Self(id)
    }

    /// For stores.
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({:032x})", self.0)
    }
}
