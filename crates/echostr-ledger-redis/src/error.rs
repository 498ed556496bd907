//! Why a store could not be opened.

use std::{error, fmt};

/// Why a store could not be opened. Says what to do, and holds neither password nor URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is none of Redis.
    Url,
    /// The prefix cannot be part of a key.
    Prefix,
    /// Nobody answered.
    Unreachable(String),
    /// Redis answered, and would not do what is needed.
    Refused(String),
    /// Redis is older than 7.0.
    TooOld(String),
    /// This process may start no thread, or has no random numbers.
    Process(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str(
                "the URL of Redis cannot be read: write redis://[user:password@]host[:port][/database]; rediss:// needs the feature \
                 tokio-rustls-comp of the crate redis",
            ),
            Self::Prefix => f.write_str(
                "the prefix must have 1 to 64 bytes, letters, digits and `-_.{}` only: set another one",
            ),
            Self::Unreachable(reason) => {
                write!(f, "Redis does not answer ({reason}): check that it runs and that its address is right")
            }
            Self::Refused(reason) => write!(
                f,
                "Redis refuses what a ledger needs ({reason}): check user and password, and that EVAL, EVALSHA, GET, SET, TIME are allowed"
            ),
            Self::TooOld(version) => {
                write!(f, "Redis {version} is too old: 7.0 is the first whose scripts say what they may do when its memory is full")
            }
            Self::Process(reason) => write!(f, "the thread of the ledger could not be started: {reason}"),
        }
    }
}

impl error::Error for ConnectError {}
