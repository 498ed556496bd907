//! Where the sends of one flight wait for its end.

use std::{
    any::{Any, TypeId},
    fmt,
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::time::Instant;

use crate::{
    seat::{Giver, Taker, seat},
    sync::{Mutex, lock, wake},
};

/// A reply that is too long to be remembered, on its way to the one send that gets it. Of no type that a store would have to
/// know.
pub(crate) type Parcel = Box<dyn Any + Send>;

/// Where the sends of one flight wait for its end, within one process.
///
/// A [`Ledger`](crate::Ledger) makes one for each flight, hands it out with the claims and [ends](Self::end) it when the record
/// changes: at that, every send looks at the record again.
#[derive(Default)]
pub struct HandOver {
    room: Mutex<Room>,
}

#[derive(Default)]
struct Room {
    ended: bool,
    fetched: bool,
    waiting: Vec<Place>,
    /// Never used twice, so that a send that leaves takes away its own place.
    next: u64,
    flight: Option<Waker>,
}

struct Place {
    number: u64,
    arrived: Instant,
    /// What its parcel would have to be: two adapters may share a store.
    takes: TypeId,
    giver: Giver<Parcel>,
}

impl HandOver {
    /// For a flight that begins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends every waiting request to look at the record again. For good: who comes later does not wait.
    ///
    /// Call it after the record has changed, and without a lock that the look would need.
    pub fn end(&self) {
        let mut room = lock(&self.room);
        room.ended = true;
        let waiting = mem::take(&mut room.waiting);
        drop(room);
        drop(waiting);
    }

    /// Waits for the end or a parcel with a `P`, with fewer than `most` others; `None` if there is no place.
    pub(crate) fn join<P: 'static>(self: &Arc<Self>, arrived: Instant, most: usize) -> Option<Waiting> {
        let (giver, taker) = seat();
        let mut room = lock(&self.room);
        let number = room.next;
        room.next = number.wrapping_add(1);
        if !room.ended {
            if room.waiting.len() >= most {
                return None;
            }
            room.waiting.push(Place { number, arrived, takes: TypeId::of::<P>(), giver });
        }
        // If the flight has ended, the giver is dropped here, which ends the wait at once.
        Some(Waiting { hand_over: Arc::clone(self), number, taker })
    }

    /// Takes the youngest send that takes a `P` out of those that the end wakes.
    pub(crate) fn reserve<P: 'static>(&self) -> Option<Reserved> {
        let mut room = lock(&self.room);
        let places = room.waiting.iter().enumerate();
        let fitting = places.filter(|(_, place)| place.takes == TypeId::of::<P>());
        let (index, _) = fitting.max_by_key(|(_, place)| place.arrived)?;
        let Place { arrived, giver, .. } = room.waiting.swap_remove(index);
        Some(Reserved { arrived, giver })
    }

    /// Tells the flight that a send has taken its reply.
    pub(crate) fn set_fetched(&self) {
        let mut room = lock(&self.room);
        room.fetched = true;
        let waker = room.flight.take();
        drop(room);
        wake(waker);
    }

    /// Waits for [`set_fetched`](Self::set_fetched). For the flight alone.
    pub(crate) async fn fetched(&self) {
        poll_fn(|cx| {
            let mut room = lock(&self.room);
            if room.fetched {
                return Poll::Ready(());
            }
            room.flight = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl fmt::Debug for HandOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandOver").finish_non_exhaustive()
    }
}

/// A send that waits: a parcel for it, or `None` when the flight has ended.
pub(crate) struct Waiting {
    hand_over: Arc<HandOver>,
    number: u64,
    taker: Taker<Parcel>,
}

impl Future for Waiting {
    type Output = Option<Parcel>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.taker).poll(cx)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut room = lock(&self.hand_over.room);
        let index = room.waiting.iter().position(|place| place.number == self.number);
        let place = index.map(|index| room.waiting.swap_remove(index));
        drop(room);
        drop(place);
    }
}

/// The send that a parcel is for. Dropping it sends it to look at the record, as the end does with the others.
pub(crate) struct Reserved {
    arrived: Instant,
    giver: Giver<Parcel>,
}

impl Reserved {
    pub(crate) const fn arrived(&self) -> Instant {
        self.arrived
    }

    /// Hands it over; it comes back if the send leaves before it has taken it.
    pub(crate) async fn hand(self, parcel: Parcel) -> Option<Parcel> {
        match self.giver.give(parcel) {
            Ok(()) => self.giver.returned().await,
            Err(parcel) => Some(parcel),
        }
    }
}
