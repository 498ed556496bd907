//! What a run has come to, and whether that is right.

use std::{fmt, time::Duration};

use super::{
    Guard, Setup,
    books::{Entry, Report},
    platform::{Fate, Sent},
};

/// What was counted in a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    setup: Option<Setup>,
    /// Messages whose handler succeeded once, several times, never.
    once: u32,
    several: u32,
    never: u32,
    /// Messages of whose answers one was unlike the first.
    unlike: u32,
    /// Messages whose reply reached the user as the answer to a send, through `on_late`, not at all, twice.
    passive: u32,
    late: u32,
    lost: u32,
    doubled: u32,
    /// Failures that were given to `on_late`.
    late_failures: u32,
    /// Messages of which no send was answered, so that the user sees the fault text.
    unanswered: u32,
    sends: u64,
    hung_up: u64,
    wrong: u64,
    broken: u64,
    /// How long the slowest answer of 200 took, as it would be at WeChat.
    slowest: Duration,
    /// The longest that one of the two processes was kept from running, as it would be at WeChat.
    stall: Duration,
    overflows: Option<u64>,
}

/// The head of the table whose rows [`Measured`](super::Measured) prints.
pub const HEADER: &str = "\
| adapter | guard | patience | handled once | more often | never | answers unlike | passive reply | `on_late` | reply lost | reply twice | fault text | sends | hung up | \
wrong status | slowest answer | longest stall | overflows |
|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// What the ledger's deadline leaves to the platform's limit. A machine that stalls for longer is late with its answers by itself.
const MARGIN: Duration = Duration::from_millis(500);

impl Tally {
    pub(super) fn of(
        setup: &Setup,
        fates: &[Fate],
        report: &Report,
        overflows: Option<u64>,
        stall: Duration,
    ) -> Self {
        let mut tally = Self {
            setup: Some(*setup),
            late_failures: report.late_failures,
            stall: setup.slowed_down(stall),
            overflows,
            ..Self::default()
        };
        for (fate, entry) in fates.iter().zip(&report.entries) {
            tally.add(fate, entry);
        }
        tally.slowest = setup.slowed_down(tally.slowest);
        tally
    }

    fn add(&mut self, fate: &Fate, entry: &Entry) {
        match entry.succeeded {
            0 => count(&mut self.never),
            1 => count(&mut self.once),
            _ => count(&mut self.several),
        }
        let mut bodies = fate.sends.iter().filter_map(|sent| match sent {
            Sent::Answered { body, .. } => Some(body),
            _ => None,
        });
        let first = bodies.next();
        if bodies.any(|body| Some(body) != first) {
            count(&mut self.unlike);
        }
        self.serve(fate, entry);
        self.slowest = self.slowest.max(fate.slowest);
        for sent in &fate.sends {
            self.sends = self.sends.saturating_add(1);
            match sent {
                Sent::Answered { .. } => {}
                Sent::Wrong(_) => self.wrong = self.wrong.saturating_add(1),
                Sent::HungUp => self.hung_up = self.hung_up.saturating_add(1),
                Sent::Broken => self.broken = self.broken.saturating_add(1),
            }
        }
    }

    /// How the user is served.
    fn serve(&mut self, fate: &Fate, entry: &Entry) {
        let reached = fate.sends.iter().find_map(|sent| match sent {
            Sent::Answered { body, reached: true } => Some(body),
            _ => None,
        });
        if reached.is_none() {
            count(&mut self.unanswered);
        }
        let is_passive = reached.is_some_and(|body| body.starts_with(b"reply "));
        match (is_passive, entry.lates.len()) {
            (true, 0) => count(&mut self.passive),
            (false, 1) => count(&mut self.late),
            (false, 0) => count(&mut self.lost),
            _ => count(&mut self.doubled),
        }
    }

    /// Why a run with the ledger is no good; `None` if it is, or says nothing because of the machine.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let handling = self.once == 0 || self.several > 0 || self.never > 0 || self.unlike > 0;
        let serving = self.doubled > 0 || self.lost > 0 || self.unanswered > 0 || self.late_failures > 0;
        // Who answers late because it did not run has done nothing wrong. It has if it has handled twice.
        match (handling, serving && self.stall < MARGIN) {
            (true, _) => Some("not every message was handled once, and its repeats answered alike"),
            (false, true) => Some("not every reply reached its user once"),
            (false, false) => None,
        }
    }

    /// Why the run says nothing: the load generator's losses are its own.
    #[must_use]
    pub fn invalid(&self) -> Option<&'static str> {
        if self.overflows.is_some_and(|overflows| overflows > 0) {
            Some("a listen queue overflowed")
        } else if self.broken > 0 {
            Some("connections could not be opened or broke")
        } else {
            None
        }
    }

    /// Whether the run came out as it must: the ledger without a fault, each control with its own.
    #[must_use]
    pub fn is_right(&self) -> bool {
        match self.setup.map(|setup| setup.guard) {
            Some(Guard::Ledger) => self.fault().is_none(),
            Some(Guard::Nothing) => self.several > 0 && self.unlike > 0,
            Some(Guard::MarkAtStart) => self.never > 0,
            Some(Guard::MarkAtEnd) => self.several > 0,
            None => false,
        }
    }
}

fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { once, several, never, unlike, passive, late, lost, doubled, unanswered, .. } = self;
        write!(
            f,
            "| {once} | {several} | {never} | {unlike} | {passive} | {late} | {lost} | {doubled} | {unanswered} | {} | {} | {} | {:.2} s | {:.2} s | {} |",
            self.sends,
            self.hung_up,
            self.wrong,
            self.slowest.as_secs_f64(),
            self.stall.as_secs_f64(),
            self.overflows.map_or_else(|| "?".to_owned(), |overflows| overflows.to_string()),
        )
    }
}
