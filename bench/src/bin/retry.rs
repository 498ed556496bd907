//! The retry model: `retry --messages 100000` sends as WeChat does to a server of each adapter, in both patiences, and to the controls,
//! and prints what came of it. With `--store redis` it sends to two servers each, which share a redis-server. It fails if servers with a ledger
//! do, and if a control does not.

use std::{process::ExitCode, thread, time::Duration};

use bench::retry::{
    Adapter, Failure, Guard, HEADER, Load, Measured, Member, Patience, Setup, Verdict, has_redis, measure,
    serve,
};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The exit code of a run that says nothing: its losses may be the load generator's own.
const NOT_VALID: u8 = 3;

/// The exit code where there is no redis-server.
const LEFT_OUT: u8 = 5;

/// The exit code of a fault, which outdoes that.
const FAULT: u8 = 4;

#[derive(Parser)]
#[command(about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    model: Model,
}

#[derive(Subcommand)]
enum Command {
    /// Serve one run: what the program starts itself as.
    #[command(hide = true)]
    Serve(Member),
}

#[derive(Args)]
struct Model {
    /// Messages to each adapter in each patience.
    #[arg(long, default_value_t = 1_000)]
    messages: u32,
    /// Messages to each control: enough to see it fail.
    #[arg(long, default_value_t = 1_000)]
    control_messages: u32,
    #[arg(long, default_value = "all")]
    adapter: Adapters,
    #[arg(long, default_value = "both")]
    patience: Patiences,
    /// Where the ledger is: in the memory of one server, or in a redis-server that two servers share, started on a free port.
    #[arg(long, default_value = "memory")]
    store: Store,
    /// Redis is paused, killed and restarted in turn, with so many seconds in between.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    trouble: Option<u64>,
    /// How many times as fast as WeChat, 10 at most, and unless it is said. The ledger in Redis has its own times, which nothing speeds up: 1.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10))]
    speed: Option<u32>,
    /// New messages a second.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// All runs at the same time: quick, for a machine that has more to do than its processors.
    #[arg(long)]
    at_once: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    Memory,
    Redis,
}

#[derive(Clone, Copy, ValueEnum)]
enum Adapters {
    Axum,
    Actix,
    Warp,
    All,
}

#[derive(Clone, Copy, ValueEnum)]
enum Patiences {
    One,
    All,
    Both,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Serve(member)) => serve(&member).map(|()| ExitCode::SUCCESS),
        None => cli.model.run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

impl Model {
    fn run(&self) -> Result<ExitCode, Failure> {
        if self.store == Store::Redis && !has_redis() {
            eprintln!("left out, for there is no redis-server here");
            return Ok(LEFT_OUT.into());
        }
        let setups = self.setups(self.speed()?);
        let load = Load {
            rate: self.rate,
            servers: self.store.servers(),
            trouble: self.trouble.map(Duration::from_secs),
        };
        println!("{HEADER}");
        let mut codes = vec![];
        if self.at_once {
            let measured: Vec<_> = thread::scope(|scope| {
                let runs: Vec<_> = setups.iter().map(|setup| scope.spawn(|| measure(*setup, load))).collect();
                runs.into_iter().map(thread::ScopedJoinHandle::join).collect()
            });
            for measured in measured {
                codes.push(judge(&measured.map_err(|_| "a run panicked")??));
            }
        } else {
            for setup in setups {
                codes.push(judge(&measure(setup, load)?));
            }
        }
        Ok(codes.into_iter().max().unwrap_or(0).into())
    }

    fn speed(&self) -> Result<u32, Failure> {
        match (self.store, self.speed, self.trouble) {
            (Store::Redis, None | Some(1), _) => Ok(1),
            (Store::Redis, Some(_), _) => Err("the ledger in Redis has its own times: --speed 1".into()),
            (Store::Memory, _, Some(_)) => {
                Err("trouble is for a store that can have it: --store redis".into())
            }
            (Store::Memory, speed, None) => Ok(speed.unwrap_or(10)),
        }
    }

    /// With the ledger first, then the controls, for which patience is nothing.
    fn setups(&self, speed: u32) -> Vec<Setup> {
        let messages = self.messages;
        let mut setups = vec![];
        for &adapter in self.adapter.chosen() {
            for &patience in self.patience.chosen() {
                setups.push(Setup { adapter, guard: self.store.ledger(), patience, messages, speed });
            }
        }
        for &adapter in self.adapter.chosen() {
            for &guard in self.store.controls() {
                let messages = self.control_messages;
                setups.push(Setup { adapter, guard, patience: Patience::One, messages, speed });
            }
        }
        setups
    }
}

/// Prints the row; the exit code that it asks for.
fn judge(measured: &Measured) -> u8 {
    println!("{measured}");
    let Measured { setup, tally } = measured;
    let (reason, code) = match tally.verdict(setup.guard) {
        Verdict::Right => return 0,
        Verdict::NotValid(reason) => (reason, NOT_VALID),
        Verdict::Wrong(reason) => (reason, FAULT),
    };
    eprintln!("{:?} with {:?}: {reason}", setup.adapter, setup.guard);
    for example in tally.examples() {
        eprintln!("    {example}");
    }
    code
}

impl Store {
    const fn servers(self) -> u32 {
        match self {
            Self::Memory => 1,
            Self::Redis => 2,
        }
    }

    const fn ledger(self) -> Guard {
        match self {
            Self::Memory => Guard::Ledger,
            Self::Redis => Guard::Redis,
        }
    }

    /// Those that must not get through.
    const fn controls(self) -> &'static [Guard] {
        match self {
            Self::Memory => &[Guard::Nothing, Guard::MarkAtStart, Guard::MarkAtEnd],
            Self::Redis => &[Guard::LedgerEach],
        }
    }
}

impl Adapters {
    const fn chosen(self) -> &'static [Adapter] {
        match self {
            Self::Axum => &[Adapter::Axum],
            Self::Actix => &[Adapter::Actix],
            Self::Warp => &[Adapter::Warp],
            Self::All => &[Adapter::Axum, Adapter::Actix, Adapter::Warp],
        }
    }
}

impl Patiences {
    const fn chosen(self) -> &'static [Patience] {
        match self {
            Self::One => &[Patience::One],
            Self::All => &[Patience::All],
            Self::Both => &[Patience::One, Patience::All],
        }
    }
}
