//! The lock of the hand-over. Its model is checked with another one in this place: see `tests/model`.

pub(crate) use std::sync::Mutex;

use std::{
    sync::{MutexGuard, PoisonError},
    task::Waker,
};

/// Nothing panics while it holds one of our locks, so a poisoned one is as good as any.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Call it without a lock: who is woken may take one.
pub(crate) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
