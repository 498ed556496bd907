//! The command line: what may be said, what is wrong with what was said, and which command is meant.

mod args;
mod usage;

use crate::{
    cli::args::{Command, CommandLine},
    commands::{
        check,
        common::{Common, tell_before_the_command_line},
        completions, decrypt, encrypt, event, handshake, kinds, listen, parse, replay, send, sign, verify,
    },
    words::exit::{Exit, Failure},
};

/// Reads the command line and does what it says. What is wrong is told.
pub(crate) fn run() -> Exit {
    let CommandLine { common, command } = match usage::parse() {
        Ok(parsed) => parsed,
        Err(failure) => {
            tell_before_the_command_line(&failure);
            return failure.exit;
        }
    };
    match dispatch(&common, &command) {
        Ok(exit) => exit,
        Err(failure) => {
            common.tell(&failure);
            failure.exit
        }
    }
}

fn dispatch(common: &Common, command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Handshake(options) => handshake::run(common, options),
        Command::Send(options) => send::run(common, options),
        Command::Event(options) => event::run(common, options),
        Command::Kinds(options) => kinds::run(common, options),
        Command::Check(options) => check::run(common, options),
        Command::Sign(options) => sign::run(common, options),
        Command::Verify(options) => verify::run(common, options),
        Command::Encrypt(input) => encrypt::run(common, input),
        Command::Decrypt(input) => decrypt::run(common, input),
        Command::Parse(options) => Ok(parse::run(common, options)),
        Command::Listen(options) => listen::run(common, options),
        Command::Replay(options) => replay::run(common, options),
        Command::Completions(options) => Ok(completions::run(options, usage::command(common.output().lang))),
    }
}
