//! One value from a flight to one send, which either takes it or leaves: never both, and never neither.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::sync::{Mutex, lock, wake};

/// The flight's end and the send's end.
pub(crate) fn seat<T>() -> (Giver<T>, Taker<T>) {
    let seat = Arc::new(Mutex::new(Seat { value: Value::Awaited, taker: None, giver: None }));
    (Giver { seat: Arc::clone(&seat) }, Taker { seat })
}

struct Seat<T> {
    value: Value<T>,
    taker: Option<Waker>,
    giver: Option<Waker>,
}

enum Value<T> {
    /// The flight has said nothing yet.
    Awaited,
    /// The flight has given it, and the send has not looked yet.
    Given(T),
    /// The send has it.
    Taken,
    /// The send has gone; the value if it went after that had been given.
    Left(Option<T>),
    /// The flight has gone and gives nothing.
    Closed,
}

/// The flight's end. Dropping it without giving tells the send that there is nothing for it.
pub(crate) struct Giver<T> {
    seat: Arc<Mutex<Seat<T>>>,
}

impl<T> Giver<T> {
    /// # Errors
    ///
    /// Gives `value` back if the send has left.
    pub(crate) fn give(&self, value: T) -> Result<(), T> {
        let mut seat = lock(&self.seat);
        if !matches!(seat.value, Value::Awaited) {
            return Err(value);
        }
        seat.value = Value::Given(value);
        let waker = seat.taker.take();
        drop(seat);
        wake(waker);
        Ok(())
    }

    /// Waits until the send has taken what was given, or has left: then it comes back.
    pub(crate) async fn returned(self) -> Option<T> {
        poll_fn(|cx| {
            let mut seat = lock(&self.seat);
            match &mut seat.value {
                Value::Left(value) => return Poll::Ready(value.take()),
                Value::Taken | Value::Closed => return Poll::Ready(None),
                Value::Awaited | Value::Given(_) => {}
            }
            seat.giver = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        let mut seat = lock(&self.seat);
        let waker = match seat.value {
            Value::Awaited => {
                seat.value = Value::Closed;
                seat.taker.take()
            }
            Value::Given(_) | Value::Taken | Value::Left(_) | Value::Closed => None,
        };
        drop(seat);
        wake(waker);
    }
}

/// The send's end: what the flight gives, or `None` if it gives nothing. Dropping it is leaving.
pub(crate) struct Taker<T> {
    seat: Arc<Mutex<Seat<T>>>,
}

impl<T> Future for Taker<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut seat = lock(&self.seat);
        match mem::replace(&mut seat.value, Value::Taken) {
            Value::Given(value) => {
                let waker = seat.giver.take();
                drop(seat);
                wake(waker);
                Poll::Ready(Some(value))
            }
            Value::Awaited => {
                seat.value = Value::Awaited;
                seat.taker = Some(cx.waker().clone());
                Poll::Pending
            }
            Value::Closed | Value::Taken | Value::Left(_) => Poll::Ready(None),
        }
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        let mut seat = lock(&self.seat);
        let waker = match mem::replace(&mut seat.value, Value::Taken) {
            Value::Awaited => {
                seat.value = Value::Left(None);
                seat.giver.take()
            }
            Value::Given(value) => {
                seat.value = Value::Left(Some(value));
                seat.giver.take()
            }
            Value::Taken | Value::Left(_) | Value::Closed => None,
        };
        drop(seat);
        wake(waker);
    }
}
