//! The retry model: `retry --messages 100000` sends as WeChat does to a server of each adapter, in both patiences, and to the controls,
//! and prints what came of it. It fails if a server with the ledger does, and if a control does not.

use std::{process::ExitCode, thread};

use bench::retry::{Adapter, Failure, Guard, HEADER, Measured, Patience, Setup, Verdict, measure, serve};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The exit code of a run that says nothing: its losses may be the load generator's own.
const NOT_VALID: u8 = 3;

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
    Serve(Setup),
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
    /// How many times as fast as WeChat, 10 at most.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10))]
    speed: u32,
    /// New messages a second.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// All runs at the same time: quick, for a machine that has more to do than its processors.
    #[arg(long)]
    at_once: bool,
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
        Some(Command::Serve(setup)) => serve(&setup).map(|()| ExitCode::SUCCESS),
        None => cli.model.run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

impl Model {
    fn run(&self) -> Result<ExitCode, Failure> {
        println!("{HEADER}");
        let setups = self.setups();
        let mut codes = vec![];
        if self.at_once {
            let measured: Vec<_> = thread::scope(|scope| {
                let runs: Vec<_> =
                    setups.iter().map(|setup| scope.spawn(|| measure(*setup, self.rate))).collect();
                runs.into_iter().map(thread::ScopedJoinHandle::join).collect()
            });
            for measured in measured {
                codes.push(judge(&measured.map_err(|_| "a run panicked")??));
            }
        } else {
            for setup in setups {
                codes.push(judge(&measure(setup, self.rate)?));
            }
        }
        Ok(codes.into_iter().max().unwrap_or(0).into())
    }

    /// With the ledger first, then the controls, for which patience is nothing.
    fn setups(&self) -> Vec<Setup> {
        let (messages, speed) = (self.messages, self.speed);
        let mut setups = vec![];
        for &adapter in self.adapter.chosen() {
            for &patience in self.patience.chosen() {
                setups.push(Setup { adapter, guard: Guard::Ledger, patience, messages, speed });
            }
        }
        for &adapter in self.adapter.chosen() {
            for guard in Guard::CONTROLS {
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
    code
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
