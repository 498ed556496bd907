//! Until when a send waits for the reply, and what it gets then.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::{Patience, Seen, Timing};

/// The send from which on a send is the last: WeChat sends three times in all.
const LAST: u32 = 3;

#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Whether it settles for `success`, or leaves that to a later one.
    pub(crate) settles: bool,
    /// When it takes the reply no longer.
    pub(crate) until: Instant,
    /// From when on nobody reads what is written to it.
    pub(crate) gone: Instant,
    /// When it gets 503.
    pub(crate) hold: Instant,
}

impl Plan {
    /// For a send that does not know yet whether it is the last.
    pub(crate) fn unseen(timing: &Timing, arrived: Instant) -> Self {
        let at = |time: Duration| arrived.checked_add(time).unwrap_or(arrived);
        let (gone, hold) = (at(timing.gone), at(timing.hold.max(timing.gone)));
        Self { settles: false, until: gone, gone, hold }
    }

    /// `is_behind` is whether the send had to wait for the store: then its handler has begun late, and if it failed after `success`, nobody
    /// would send again.
    pub(crate) fn new(
        timing: &Timing,
        patience: Patience,
        arrived: Instant,
        seen: Seen,
        is_behind: bool,
    ) -> Self {
        let unseen = Self::unseen(timing, arrived);
        let is_late = arrived.saturating_duration_since(seen.first) >= timing.last_after;
        let settles = match patience {
            Patience::OneSend if !is_behind => true,
            Patience::OneSend | Patience::AllSends => seen.sends >= LAST || is_late,
        };
        if !settles {
            return unseen;
        }
        let deadline = arrived.checked_add(timing.deadline).unwrap_or(arrived);
        Self { settles, until: deadline.min(unseen.gone), ..unseen }
    }

    /// Whether somebody still reads what is written to it. Asked when it counts: a thread that was blocked wakes a send too late.
    pub(crate) fn is_there(&self) -> bool {
        Instant::now() < self.gone
    }
}

/// What `future` gives before that moment. Unlike a time-out it does not look at `future` once the moment has passed, so nothing is
/// taken out of it too late.
pub(crate) async fn before<T>(moment: Instant, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut sleep = pin!(sleep_until(moment));
    poll_fn(|cx| {
        if Instant::now() >= moment {
            return Poll::Ready(None);
        }
        match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => sleep.as_mut().poll(cx).map(|()| None),
        }
    })
    .await
}
