//! What stands in `src/sync.rs`, with the model checker's lock.

use std::task::Waker;

pub(crate) use loom::sync::Mutex;
use loom::sync::MutexGuard;

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

pub(crate) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
