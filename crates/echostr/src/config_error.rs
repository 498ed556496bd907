use std::{error, fmt};

/// What is wrong with the configuration of a [`Verifier`](crate::Verifier). Found when it is built, never later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The token is empty. Anybody can sign with the empty token, so it is refused.
    EmptyToken,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyToken => f.write_str(
                "the token is empty, and anybody could sign with it: set the token that stands on the console page \
                 (3 to 32 letters or digits); an unset environment variable is the usual cause",
            ),
        }
    }
}

impl error::Error for ConfigError {}
