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

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{
    cli::args::{Command, CommandLine, Common},
    commands::send::Route,
    net::client::{Client, Target},
    platform::account::Account,
    platform::requests::Moment,
    report::output::Output,
    words::exit::{Exit, Failure},
};

fn main() -> ExitCode {
    let CommandLine { common, command } = match cli::usage::parse() {
        Ok(parsed) => parsed,
        Err(failure) => {
            Output::before_the_command_line().failure(&failure);
            return failure.exit.into();
        }
    };
    let output = Output::new(&common);
    match run(&common, command, &output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit.into()
        }
    }
}

fn run(common: &Common, command: Command, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Handshake { url } => call(common, &url, output, |route, moment| {
            commands::handshake::run(route.account, route.client, route.target, moment, route.output)
        }),
        Command::Send(options) => call(common, &options.url, output, |route, moment| {
            commands::send::message(route, &options, moment, common.openid.is_some())
        }),
        Command::Event(options) => {
            call(common, &options.url, output, |route, moment| commands::send::event(route, &options, moment))
        }
        Command::Check { url } => call(common, &url, output, commands::check::run),
        Command::Sign(options) => commands::offline::sign(common, &options, output),
        Command::Verify { query, file, method } => {
            commands::offline::verify(common, &query, file.as_deref(), method.as_deref(), output)
        }
        Command::Encrypt(input) => commands::offline::encrypt(common, &input, output),
        Command::Decrypt(input) => commands::offline::decrypt(common, &input, output),
        Command::Listen(options) => {
            let account = Account::find(common, output.lang)?;
            commands::listen::run(account.as_ref(), &options, &hiding(output, account.as_ref()))
        }
        Command::Replay { file, url, resign } => {
            call(common, &url, output, |route, moment| commands::replay::run(route, &file, resign, moment))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut cli::usage::command(output.lang), "echostr", &mut script);
            // Whoever reads it may have gone.
            drop(io::stdout().lock().write_all(&script));
            Ok(Exit::Fine)
        }
    }
}

/// What every command needs that calls a server.
fn call(
    common: &Common,
    url: &str,
    output: &Output,
    then: impl FnOnce(&Route<'_>, &Moment) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let account = Account::new(common, output.lang)?;
    let output = hiding(output, Some(&account));
    let target = Target::new(url, common.allow_remote, output.lang)?;
    let client = Client::new(common.timeout, output.clone());
    let route = Route { account: &account, client: &client, target: &target, output: &output };
    then(&route, &Moment::new(common))
}

/// The same output, which hides the account's token too: it may come from a file.
fn hiding(output: &Output, account: Option<&Account>) -> Output {
    let mut output = output.clone();
    if let Some(account) = account {
        output.hide(&account.token);
    }
    output
}
