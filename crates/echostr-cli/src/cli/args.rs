//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{
    check::Check, common::Common, completions::Completions, event::Event, handshake::Handshake, input::Text,
    kinds::Kinds, listen::Listen, parse::Parse, replay::Replay, send::Send, sign::Sign, verify::Verify,
};

/// Plays the WeChat (微信) server against a local URL.
///
/// Exit codes: 0 fine, 1 wrong answer, 2 usage, 3 no connection, 4 over the time limit, 5 a forgery was accepted.
#[derive(Debug, Parser)]
#[command(name = "echostr", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Submits the URL as the console page does, and says what is wrong with the answer
    Handshake(Handshake),
    /// Sends a message
    Send(Box<Send>),
    /// Sends an event
    Event(Box<Event>),
    /// Shows the kinds of messages, events and notices that can be sent
    Kinds(Kinds),
    /// Runs the whole suite: handshake, every kind of message, and everything that must be refused
    Check(Check),
    /// Signs a request, offline
    Sign(Sign),
    /// Verifies a query, and the body behind it, offline
    Verify(Verify),
    /// Encrypts a document as the platform does, offline
    Encrypt(Text),
    /// Decrypts a request's or a reply's body, or the text of an Encrypt, offline
    Decrypt(Text),
    /// Reads a document as the typed messages do, and prints its kind and fields, offline
    Parse(Parse),
    /// Receives callbacks, shows and records them
    Listen(Listen),
    /// Sends recorded callbacks again
    Replay(Replay),
    /// Prints a completion script
    Completions(Completions),
}
