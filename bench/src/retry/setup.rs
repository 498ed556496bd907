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
    /// Nothing.
    Nothing,
    /// A control: a set of messages that have been seen, entered before the handler runs.
    MarkAtStart,
    /// A control: the same, entered when a handler, which runs detached from its connection, has succeeded.
    MarkAtEnd,
}

impl Guard {
    /// Those that must not get through.
    pub const CONTROLS: [Self; 3] = [Self::Nothing, Self::MarkAtStart, Self::MarkAtEnd];
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

/// One server.
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

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adapter = match self.adapter {
            Adapter::Axum => "axum",
            Adapter::Actix => "actix-web",
            Adapter::Warp => "warp",
        };
        let guard = match self.guard {
            Guard::Ledger => "memory ledger",
            Guard::Nothing => "none",
            Guard::MarkAtStart => "mark at start",
            Guard::MarkAtEnd => "mark at end",
        };
        let patience = match (self.guard, self.patience) {
            (Guard::Ledger, Patience::One) => "`OneSend`",
            (Guard::Ledger, Patience::All) => "`AllSends`",
            _ => "",
        };
        write!(f, "| {adapter} | {guard} | {patience} ")
    }
}
