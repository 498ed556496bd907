//! What the runner tells as it goes.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    net::reply::{Fault, Reply},
    platform::mode::Mode,
    suite::{
        cases::case::Case,
        verdict::outcome::{Outcome, Verdict},
    },
    words::exit::Exit,
};

pub(crate) enum Event<'e> {
    /// Before the first case.
    Started(Start<'e>),
    Judged(&'e Judged<'e>),
    /// After the last case.
    Ended(&'e Summary),
}

#[derive(Clone, Copy)]
pub(crate) struct Start<'e> {
    pub(crate) mode: Mode,
    pub(crate) url: &'e str,
}

/// A case, what came back and what that means.
pub(crate) struct Judged<'e> {
    pub(crate) case: &'e Case,
    /// `None` where nothing was sent.
    pub(crate) result: Option<&'e Result<Reply, Fault>>,
    pub(crate) verdict: Verdict,
    /// It would have changed the exit code, but for `--allow`.
    pub(crate) is_allowed: bool,
}

impl Judged<'_> {
    /// What it adds to the exit code.
    pub(crate) const fn exit(&self) -> Exit {
        if self.is_allowed { Exit::Fine } else { self.verdict.exit }
    }
}

/// All in all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) counts: BTreeMap<Outcome, usize>,
    /// Cases that were to be sent.
    pub(crate) cases: usize,
    /// Cases that `--allow` made count for nothing.
    pub(crate) allowed: usize,
    /// The rest was not sent, since the handshake fails or the server is gone.
    pub(crate) is_cut_short: bool,
    /// Cases by which a forgery gets in.
    pub(crate) accepted: Vec<String>,
    /// The exit code: that of the worst case.
    pub(crate) exit: Exit,
    pub(crate) elapsed: Duration,
    /// What all of it together points at.
    pub(crate) hints: Vec<String>,
}

impl Summary {
    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.counts.get(&outcome).copied().unwrap_or_default()
    }
}
