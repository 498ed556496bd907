//! How the command ends.

use std::process::ExitCode;

/// The exit codes; the greater matters more where several would fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All is as it must be.
    #[default]
    Fine = 0,
    /// The server answers, and wrongly.
    Wrong = 1,
    /// The command line, a file or a setting cannot be right.
    Usage = 2,
    /// Nobody answers.
    NoConnection = 3,
    /// The answer is not there within the time limit.
    Slow = 4,
    /// A request that must be refused was accepted.
    Forgery = 5,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why the command cannot go on, in one line.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    pub(crate) fn wrong(message: impl Into<String>) -> Self {
        Self { exit: Exit::Wrong, message: message.into() }
    }
}
