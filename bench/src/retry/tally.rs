//! What a run has come to, and whether that is right.

use std::{fmt, time::Duration};

use super::{
    Guard, Setup,
    books::{Entry, Report},
    platform::{Fate, Sent},
    stall::Stall,
    trouble::{Trouble, What},
};

/// What was counted in a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
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
    /// Messages of which no send was answered, so that the user sees the fault text.
    unanswered: u32,
    sends: u64,
    hung_up: u64,
    wrong: u64,
    broken: u64,
    /// How long the slowest answer of 200 took, as it would be at WeChat.
    slowest: Duration,
    /// Messages that were never handled, or whose user was not served as he should be: while a process stalled, and without such an excuse.
    excused: u32,
    failed: u32,
    /// The longest that one of the two processes stalled, as it would be at WeChat.
    longest: Duration,
    overflows: Option<u64>,
    /// What happened to Redis.
    troubles: Vec<Trouble>,
    /// The first messages of which something is wrong.
    examples: Vec<String>,
}

/// The head of the table whose rows [`Measured`](super::Measured) prints.
pub const HEADER: &str = "\
| adapter | guard | patience | handled once | more often | never | answers unlike | passive reply | `on_late` | reply lost | reply twice | fault text | of these in a stall | sends | hung up | \
wrong status | slowest answer | longest stall | overflows |
|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// A machine that stalls for so long is late by itself: a few such stalls, one here and one there, are the half second that the ledger's
/// deadline leaves to the platform's limit.
const EXCUSE: Duration = Duration::from_millis(125);

/// More would say nothing new.
const EXAMPLES: usize = 10;

impl Tally {
    pub(super) fn of(
        setup: &Setup,
        fates: &[Fate],
        report: &Report,
        stalls: &[Stall],
        overflows: Option<u64>,
        troubles: Vec<Trouble>,
    ) -> Self {
        let stalls: Vec<Stall> = report.stalls.iter().chain(stalls).copied().collect();
        let longest = stalls.iter().map(|stall| stall.length()).max().unwrap_or_default();
        let excuse = setup.sped_up(EXCUSE);
        let excuses: Vec<Stall> = stalls.into_iter().filter(|stall| stall.length() >= excuse).collect();
        let mut tally = Self { longest: setup.slowed_down(longest), overflows, troubles, ..Self::default() };
        for ((number, fate), entry) in (0..).zip(fates).zip(&report.entries) {
            let is_stalled = excuses.iter().any(|stall| stall.meets(fate.life));
            if tally.add(fate, entry, is_stalled) && tally.examples.len() < EXAMPLES {
                tally.examples.push(tally.example(number, fate, entry, is_stalled));
            }
        }
        tally.slowest = setup.slowed_down(tally.slowest);
        tally
    }

    /// Whether something is wrong with the message.
    fn add(&mut self, fate: &Fate, entry: &Entry, is_stalled: bool) -> bool {
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
        let is_unlike = bodies.any(|body| Some(body) != first);
        if is_unlike {
            count(&mut self.unlike);
        }
        let is_served = self.serve(fate, entry);
        let is_wrong = !is_served || entry.succeeded == 0;
        if is_wrong {
            count(if is_stalled { &mut self.excused } else { &mut self.failed });
        }
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
        is_wrong || is_unlike || entry.succeeded > 1
    }

    /// All that is known of a message of which something is wrong.
    fn example(&self, number: u32, fate: &Fate, entry: &Entry, is_stalled: bool) -> String {
        let troubles = self.troubles.iter().filter(|trouble| trouble.span.meets(fate.life));
        let since = |moment: u64| Duration::from_micros(moment.saturating_sub(fate.life.from)).as_secs_f64();
        let troubles: Vec<_> =
            troubles.map(|trouble| format!("{trouble} until {:.2} s", since(trouble.span.to))).collect();
        format!(
            "message {number}, for {:.2} s: {:?}, {entry:?}; Redis {troubles:?}, in a stall: {is_stalled}",
            since(fate.life.to),
            fate.sends
        )
    }

    /// The first messages of which something is wrong, with all that is known of them.
    #[must_use]
    pub fn examples(&self) -> &[String] {
        &self.examples
    }

    /// What happened to Redis, if something did.
    pub(super) fn troubles(&self) -> String {
        if self.troubles.is_empty() {
            return String::new();
        }
        let count = |what| self.troubles.iter().filter(|trouble| trouble.what == what).count();
        let [paused, killed, restarted] = [What::Paused, What::Killed, What::Restarted].map(count);
        format!(", paused {paused} ×, killed {killed} ×, restarted {restarted} ×")
    }

    /// How the user is served; whether that is as it should be.
    fn serve(&mut self, fate: &Fate, entry: &Entry) -> bool {
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
        // While Redis cannot be asked, nobody is told anything that may turn out wrong.
        let is_answered = reached.is_some() || !self.troubles.is_empty();
        is_answered && is_passive == entry.lates.is_empty() && entry.lates.len() <= 1
    }

    /// Whether the run came out as it must: with the ledger without a fault, with a control with that control's fault.
    #[must_use]
    pub fn verdict(&self, guard: Guard) -> Verdict {
        let has_failed = match guard {
            // For these nothing is an excuse.
            Guard::Ledger | Guard::Redis if self.several > 0 => {
                return Verdict::Wrong("messages were handled more than once");
            }
            Guard::Ledger | Guard::Redis if self.unlike > 0 => {
                return Verdict::Wrong("repeats were not answered alike");
            }
            Guard::Ledger | Guard::Redis => self.failed > 0,
            Guard::Nothing => self.several == 0 || self.unlike == 0,
            Guard::MarkAtStart => self.never == 0,
            Guard::LedgerEach | Guard::MarkAtEnd => self.several == 0,
        };
        match (guard.is_right(), has_failed) {
            (true, _) if self.overflows.is_some_and(|overflows| overflows > 0) => {
                Verdict::NotValid("a listen queue overflowed")
            }
            (true, _) if self.broken > 0 => Verdict::NotValid("connections could not be opened or broke"),
            (true, _) if self.excused > self.once / 2 => {
                Verdict::NotValid("the machine stalled most of the time")
            }
            (true, true) => {
                Verdict::Wrong("messages were not handled, or their replies did not reach their users once")
            }
            (false, true) => Verdict::Wrong("a control has not failed as it must"),
            (_, false) => Verdict::Right,
        }
    }
}

/// What is to be said of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It came out as it must.
    Right,
    /// It says nothing: losses of the load generator or of the machine are their own.
    NotValid(&'static str),
    /// It did not.
    Wrong(&'static str),
}

fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { once, several, never, unlike, passive, late, lost, doubled, unanswered, excused, .. } =
            self;
        write!(
            f,
            "| {once} | {several} | {never} | {unlike} | {passive} | {late} | {lost} | {doubled} | {unanswered} | {excused} | {} | {} | {} | {:.2} s | {:.2} s | {} |",
            self.sends,
            self.hung_up,
            self.wrong,
            self.slowest.as_secs_f64(),
            self.longest.as_secs_f64(),
            self.overflows.map_or_else(|| "?".to_owned(), |overflows| overflows.to_string()),
        )
    }
}
