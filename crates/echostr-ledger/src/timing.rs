//! How long everything takes: one table, so that it can be sped up as a whole.

use std::time::Duration;

/// Which send of a message settles for `success` when the handler is slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// Every send: the platform is told `success` at the first deadline and sends no more. What the handler replies after that
    /// goes to `on_late`.
    #[default]
    OneSend,
    /// Only the last. The others are left to time out, so that the platform sends again and a reply that takes up to about 14 s
    /// still reaches the user as a passive reply.
    AllSends,
}

/// How long everything takes.
///
/// The platform closes a connection after 5 s and sends three times in all, 5 s apart (protocol facts of Official Accounts, mini programs and WeCom).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// When a send settles for `success`, from the arrival of its head: 4.5 s. Shorter than [`gone`](Self::gone), or none ever settles.
    pub deadline: Duration,
    /// When a send counts as gone, since the platform has hung up: 5 s. What is written to it reaches nobody.
    pub gone: Duration,
    /// How long a send is held that must not settle, before it gets 503: 6 s. Longer than [`gone`](Self::gone), so that the platform sees
    /// a time-out: WeCom sends again after nothing else, and others send again at once.
    pub hold: Duration,
    /// A send that arrives so long after the first is the last, whatever its number: 9 s.
    pub last_after: Duration,
    /// When a reply that no send has fetched goes to `on_late`, from the first send: 15 s.
    pub late_after: Duration,
    /// How long a reply waits for the sends that are there, if it comes later than that: 500 ms. Those on another server have to ask their
    /// store first.
    pub fetch: Duration,
    /// How long a reply is remembered from the end of its flight: 60 s. Later repeats get `success`.
    pub remembered: Duration,
    /// How long a record lives from its first send where the verifier has no `max_age`: 10 minutes.
    pub mark: Duration,
    /// What a record lives longer than its URL is accepted, where the verifier has a `max_age`: 5 s. Not shorter than [`gone`](Self::gone):
    /// so long after its head a body may be complete and the handler begin.
    pub slack: Duration,
    /// How long a handler may run: 10 minutes.
    pub flight: Duration,
    /// How often a store that cannot be reached is asked again: 100 ms.
    pub retry: Duration,
    /// What [`drain`](crate::Flights::drain) leaves to `on_late` after its own time is over: 2 s.
    pub farewell: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            deadline: Duration::from_millis(4_500),
            gone: Duration::from_secs(5),
            hold: Duration::from_secs(6),
            last_after: Duration::from_secs(9),
            late_after: Duration::from_secs(15),
            fetch: Duration::from_millis(500),
            remembered: Duration::from_secs(60),
            mark: Duration::from_secs(600),
            slack: Duration::from_secs(5),
            flight: Duration::from_secs(600),
            retry: Duration::from_millis(100),
            farewell: Duration::from_secs(2),
        }
    }
}

impl Timing {
    /// Everything `times` as fast, at most 10: beyond that the machine's own delays would decide. For tests against a platform
    /// that is sped up alike.
    #[must_use]
    pub fn sped_up(self, times: u32) -> Self {
        let divided = |time: Duration| time.checked_div(times.clamp(1, 10)).unwrap_or(time);
        Self {
            deadline: divided(self.deadline),
            gone: divided(self.gone),
            hold: divided(self.hold),
            last_after: divided(self.last_after),
            late_after: divided(self.late_after),
            fetch: divided(self.fetch),
            remembered: divided(self.remembered),
            mark: divided(self.mark),
            slack: divided(self.slack),
            flight: divided(self.flight),
            retry: divided(self.retry),
            farewell: divided(self.farewell),
        }
    }

    /// How long the record of a request is to live: as long as its URL [is accepted](echostr::Callback::accepted_for).
    ///
    /// ```
    /// use std::time::Duration;
    /// use echostr_ledger::Timing;
    ///
    /// let (timing, second) = (Timing::default(), Duration::from_secs);
    /// assert_eq!(timing.mark(Some(second(298))), second(303));
    /// assert_eq!(timing.mark(None), second(600));
    /// ```
    #[must_use]
    pub fn mark(&self, accepted_for: Option<Duration>) -> Duration {
        accepted_for.map_or(self.mark, |accepted_for| accepted_for.saturating_add(self.slack))
    }
}
