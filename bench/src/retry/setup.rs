//! Which server it is, and how fast everything goes: what both processes of a run have to agree on.

use std::{error::Error, fmt, time::Duration};

use clap::{Args, ValueEnum};
use echostr_ledger::Timing;

/// What keeps a run from being one.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A framework and the adapter for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Adapter {
    /// `echostr-axum`
    Axum,
    /// `echostr-actix`
    Actix,
    /// `echostr-warp`
    Warp,
}

/// What stands between the platform's sends and the handler, behind the check of the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Guard {
    /// The memory ledger.
    Ledger,
    /// The ledger in Redis, which several servers share.
    Redis,
    /// A control for several servers: a memory ledger of each server's own.
    LedgerEach,
    /// Nothing.
    Nothing,
    /// A control: a set of messages that have been seen, entered before the handler runs.
    MarkAtStart,
    /// A control: the same, entered when a handler, which runs detached from its connection, has succeeded.
    MarkAtEnd,
}

impl Guard {
    /// Whether it must get through.
    #[must_use]
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Ledger | Self::Redis)
    }
}

/// Which send settles for `success`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Patience {
    /// Every send.
    One,
    /// Only the last.
    All,
}

impl From<Patience> for echostr_ledger::Patience {
    fn from(patience: Patience) -> Self {
        match patience {
            Patience::One => Self::OneSend,
            Patience::All => Self::AllSends,
        }
    }
}

/// The servers of a run.
#[derive(Args, Clone, Copy, Debug)]
pub struct Setup {
    /// The framework.
    #[arg(long, value_enum)]
    pub adapter: Adapter,
    /// What is put in front of the handler.
    #[arg(long, value_enum)]
    pub guard: Guard,
    /// Which send settles for `success`.
    #[arg(long, value_enum)]
    pub patience: Patience,
    /// How many messages there are.
    #[arg(long)]
    pub messages: u32,
    /// How many times as fast as WeChat everything goes.
    #[arg(long)]
    pub speed: u32,
}

/// One of the servers of a run.
#[derive(Args, Clone, Copy, Debug)]
pub struct Member {
    /// What all of them have in common.
    #[command(flatten)]
    pub setup: Setup,
    /// Which of them it is.
    #[arg(long)]
    pub number: u32,
    /// The port of the Redis that they share.
    #[arg(long)]
    pub redis: Option<u16>,
}

impl Setup {
    /// The one table of times, for the ledger and the platform alike.
    #[must_use]
    pub fn timing(&self) -> Timing {
        Timing::default().sped_up(self.speed)
    }

    /// A time of WeChat's as it is here.
    #[must_use]
    pub fn sped_up(&self, time: Duration) -> Duration {
        time.checked_div(self.speed).unwrap_or(time)
    }

    /// A time of here as it would be at WeChat.
    #[must_use]
    pub fn slowed_down(&self, time: Duration) -> Duration {
        time.saturating_mul(self.speed)
    }
}

impl Setup {
    /// The beginning of its row; `more` is added to the guard.
    pub(super) fn row(&self, more: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adapter = match self.adapter {
            Adapter::Axum => "axum",
            Adapter::Actix => "actix-web",
            Adapter::Warp => "warp",
        };
        let guard = match self.guard {
            Guard::Ledger => "memory ledger",
            Guard::Redis => "Redis ledger",
            Guard::LedgerEach => "memory ledger each",
            Guard::Nothing => "none",
            Guard::MarkAtStart => "mark at start",
            Guard::MarkAtEnd => "mark at end",
        };
        let patience = match (self.guard, self.patience) {
            (Guard::Ledger | Guard::Redis, Patience::One) => "`OneSend`",
            (Guard::Ledger | Guard::Redis, Patience::All) => "`AllSends`",
            _ => "",
        };
        write!(f, "| {adapter} | {guard}{more} | {patience} ")
    }
}
