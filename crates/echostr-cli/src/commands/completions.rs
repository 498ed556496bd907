//! `echostr completions`: a script for the shell.

use std::io::{self, Write as _};

use clap::Args;
use clap_complete::Shell;

use crate::words::exit::Exit;

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(options: &Completions, mut command: clap::Command) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "echostr", &mut script);
    // Whoever reads it may have gone.
    drop(io::stdout().lock().write_all(&script));
    Exit::Fine
}
