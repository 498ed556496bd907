//! The hand-over in every order in which threads can take its locks: the same source files, with the model checker's lock in them.

#![expect(clippy::unwrap_used, reason = "a model that fails is to say so")]

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use hand_over::HandOver;
use loom::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};
use seat::{Giver, seat};
use tokio::time::Instant;

#[expect(unreachable_pub, reason = "it is public where it belongs")]
#[path = "../../src/hand_over.rs"]
mod hand_over;
#[path = "../../src/seat.rs"]
mod seat;

mod sync;

/// Waits as an executor does; a wake that never comes is a deadlock, which the checker reports.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    loom::future::block_on(future)
}

/// Counts how often a task is woken.
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    let waker = Waker::from(Arc::new(Woken(AtomicUsize::new(0))));
    future.poll(&mut Context::from_waker(&waker))
}

/// The flight's side: gives, and learns what became of it.
fn give(giver: Giver<u32>) -> Option<u32> {
    match giver.give(7) {
        Ok(()) => block_on(giver.returned()),
        Err(value) => Some(value),
    }
}

#[test]
fn what_is_given_is_taken() {
    loom::model(|| {
        let (giver, taker) = seat();
        let flight = thread::spawn(move || give(giver));
        assert_eq!(block_on(taker), Some(7));
        assert_eq!(flight.join().unwrap(), None);
    });
}

#[test]
fn what_a_send_leaves_comes_back() {
    loom::model(|| {
        let (giver, taker) = seat();
        let flight = thread::spawn(move || give(giver));
        let taken = {
            // Polled once, then dropped: by a client that hangs up.
            let mut taker = pin!(taker);
            match poll_once(taker.as_mut()) {
                Poll::Ready(value) => value,
                Poll::Pending => None,
            }
        };
        let returned = flight.join().unwrap();
        assert_eq!(taken.is_some(), returned.is_none(), "it is with one of the two");
        assert_eq!(taken.or(returned), Some(7));
    });
}

#[test]
fn a_flight_that_gives_nothing_ends_the_wait() {
    loom::model(|| {
        let (giver, taker) = seat::<u32>();
        let flight = thread::spawn(move || drop(giver));
        assert_eq!(block_on(taker), None);
        flight.join().unwrap();
    });
}

#[test]
fn the_end_reaches_all_who_wait_and_all_who_come() {
    let mut model = loom::model::Builder::new();
    // Three threads: without a bound to how often one is interrupted it takes ten seconds, and finds no more.
    model.preemption_bound = Some(3);
    model.check(|| {
        let now = Instant::now();
        let hand_over = Arc::new(HandOver::new());
        let sends = [(); 2].map(|()| {
            let hand_over = Arc::clone(&hand_over);
            thread::spawn(move || {
                let waiting = hand_over.join::<u32>(now, 8).unwrap();
                assert!(block_on(waiting).is_none());
            })
        });
        hand_over.end();
        for send in sends {
            send.join().unwrap();
        }
    });
}

#[test]
fn who_leaves_gives_its_place_back() {
    loom::model(|| {
        let now = Instant::now();
        let hand_over = Arc::new(HandOver::new());
        let leaving = hand_over.join::<u32>(now, 1).unwrap();
        let leaves = thread::spawn(move || drop(leaving));
        let ends = {
            let hand_over = Arc::clone(&hand_over);
            thread::spawn(move || hand_over.end())
        };
        // No place, or a wait that ends.
        if let Some(waiting) = hand_over.join::<u32>(now, 1) {
            assert!(block_on(waiting).is_none());
        }
        leaves.join().unwrap();
        ends.join().unwrap();
        assert!(hand_over.join::<u32>(now, 1).is_some());
    });
}

/// The flight reserves the youngest, ends, and hands it a parcel, while that one may leave.
#[test]
fn a_parcel_is_with_one_of_the_two() {
    loom::model(|| {
        let now = Instant::now();
        let hand_over = Arc::new(HandOver::new());
        let flight = {
            let hand_over = Arc::clone(&hand_over);
            thread::spawn(move || {
                let reserved = hand_over.reserve::<u32>();
                hand_over.end();
                match reserved {
                    Some(reserved) => block_on(reserved.hand(Box::new(7_u32))).is_some(),
                    None => true,
                }
            })
        };
        let waiting = hand_over.join::<u32>(now, 8).unwrap();
        let taken = {
            let mut waiting = pin!(waiting);
            matches!(poll_once(waiting.as_mut()), Poll::Ready(Some(_)))
        };
        assert_ne!(flight.join().unwrap(), taken, "the flight keeps it or the send has it");
    });
}

#[test]
fn who_waits_for_a_parcel_gets_it_or_the_end() {
    for hands in [false, true] {
        loom::model(move || {
            let now = Instant::now();
            let hand_over = Arc::new(HandOver::new());
            let flight = {
                let hand_over = Arc::clone(&hand_over);
                thread::spawn(move || {
                    let reserved = hand_over.reserve::<u32>();
                    assert!(reserved.as_ref().is_none_or(|reserved| reserved.arrived() == now));
                    hand_over.end();
                    // Or it is dropped, as where the reply is late.
                    let reserved = reserved.filter(|_| hands);
                    reserved.is_some_and(|reserved| block_on(reserved.hand(Box::new(7_u32))).is_none())
                })
            };
            let parcel = block_on(hand_over.join::<u32>(now, 8).unwrap());
            assert_eq!(flight.join().unwrap(), parcel.is_some());
        });
    }
}

#[test]
fn the_flight_learns_that_its_reply_was_fetched() {
    loom::model(|| {
        let hand_over = Arc::new(HandOver::new());
        let send = {
            let hand_over = Arc::clone(&hand_over);
            thread::spawn(move || hand_over.set_fetched())
        };
        block_on(hand_over.fetched());
        send.join().unwrap();
    });
}
