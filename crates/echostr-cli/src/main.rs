//! Plays the WeChat (微信) server against a local URL: see the README.

mod cli;
mod commands;
mod diagnosis;
mod net;
mod platform;
mod record;
mod report;
mod suite;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
