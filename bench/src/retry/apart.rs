//! A server in a process of its own, from outside.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
};

use clap::ValueEnum;

use super::{Failure, Member, books::Report};

/// Ends when this side drops its input.
pub(super) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts this very program once more, as a server.
    pub(super) fn start(member: &Member) -> Result<Self, Failure> {
        let setup = &member.setup;
        let mut command = Command::new(env::current_exe()?);
        command
            .arg("serve")
            .args(["--adapter", &name(&setup.adapter)])
            .args(["--guard", &name(&setup.guard)])
            .args(["--patience", &name(&setup.patience)])
            .args(["--messages", &setup.messages.to_string()])
            .args(["--speed", &setup.speed.to_string()])
            .args(["--number", &member.number.to_string()]);
        if let Some(port) = member.redis {
            command.args(["--redis", &port.to_string()]);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("no output")?);
        let mut address = String::new();
        output.read_line(&mut address)?;
        let address = address.trim().parse().map_err(|_| "the server did not start")?;
        Ok(Self { process, output, address })
    }

    /// Ends its input, so that it ends when its handlers have.
    pub(super) fn end(mut self) -> Self {
        drop(self.process.stdin.take());
        self
    }

    /// Waits for its books, once it has been told to end.
    pub(super) fn finish(mut self) -> Result<Report, Failure> {
        let report = Report::read(self.output).ok_or("the server's report is cut off")?;
        let status = self.process.wait()?;
        if !status.success() {
            return Err(format!("the server ended with {status}").into());
        }
        Ok(report)
    }
}

fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
