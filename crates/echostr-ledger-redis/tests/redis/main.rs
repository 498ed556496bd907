//! The ledger on real servers of Redis, which these tests start, stop and kill. Where there is none they are left out, in one line.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what goes wrong in a test is to stop it, and a process of a test speaks through its output"
)]

mod app;
mod clocks;
mod crashes;
mod cuts;
mod emptied;
mod full;
mod opening;
mod outages;
mod pauses;
mod process;
mod proxy;
mod races;
mod sends;
mod server;
mod steps;
mod trial;

use std::{env, process::ExitCode};

use libtest_mimic::Arguments;

/// Most of them wait, for leases to run out and for servers that stand still.
const THREADS: usize = 16;

fn main() -> ExitCode {
    if env::var_os(process::CHILD).is_some() {
        process::run();
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    let modules = [
        opening::all,
        steps::all,
        sends::all,
        races::all,
        cuts::all,
        outages::all,
        pauses::all,
        emptied::all,
        full::all,
        crashes::all,
    ];
    let mut trials: Vec<_> = modules.into_iter().flat_map(|all| all()).collect();
    let mut missing = vec![];
    if !server::is_there() {
        missing.push("redis-server");
        trials.clear();
    }
    if clocks::can_be_faked() {
        if server::is_there() {
            trials.extend(clocks::all());
        }
    } else {
        missing.push("faketime");
    }
    if !missing.is_empty() && !arguments.list {
        println!("echostr-ledger-redis: tests left out, for there is no {} here", missing.join(" and no "));
        if env::var_os("CI").is_some() {
            return ExitCode::FAILURE;
        }
    }
    arguments.test_threads.get_or_insert(THREADS);
    libtest_mimic::run(&arguments, trials).exit_code()
}
