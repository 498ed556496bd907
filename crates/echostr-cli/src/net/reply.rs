//! An answer, or why there is none.

use std::time::Duration;

/// An answer, or what there is of it.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) elapsed: Duration,
    /// The body did not end: within the time limit, or at all.
    pub(crate) cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The time limit came first.
    Slow,
    /// It is longer than anybody would read.
    Endless,
    /// The connection broke.
    Broken,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
    }
}

/// Why there is no answer at all.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nobody listens.
    Refused,
    /// The name of the host leads nowhere.
    NoHost,
    /// There is no way to the host.
    Unreachable(String),
    /// The connection ended before an answer.
    Closed(String),
    /// The answer is something else.
    NotHttp(String),
    /// The time limit came first.
    Slow,
}
