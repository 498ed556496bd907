//! What can be wrong with a configuration.

use std::{error, fmt};

/// What is wrong with the configuration of a [`Verifier`](crate::Verifier). Found when it is built, never later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The token is empty. Anybody can sign with the empty token, so it is refused.
    EmptyToken,
    /// The EncodingAESKey has this many characters instead of 43.
    KeyLength(usize),
    /// The character at this place of the EncodingAESKey, counted from 1, is not of the base64 alphabet.
    KeyCharacter(usize),
    /// The receive id is empty. Where messages carry none, say so: [`ReceiveId::empty`](crate::ReceiveId::empty).
    EmptyReceiveId,
    /// [`ReceiveId::any`](crate::ReceiveId::any) accepts every id already, so that a further one would be without effect.
    AnyReceiveId,
    /// A previous key was given to a verifier that has no current one.
    KeyInPlainMode,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyToken => f.write_str(
                "the token is empty, and anybody could sign with it: set the token that stands on the console page \
                 (3 to 32 letters or digits); an unset environment variable is the usual cause",
            ),
            Self::KeyLength(length) => write!(
                f,
                "the EncodingAESKey has {length} characters and must have 43 (-40004): copy it from the console page \
                 again, without white space and without a `=`"
            ),
            Self::KeyCharacter(position) => write!(
                f,
                "character {position} of the EncodingAESKey is neither a letter nor a digit, nor `+` or `/` (-40004): \
                 copy it from the console page again"
            ),
            Self::EmptyReceiveId => f.write_str(
                "the receive id is empty: set the AppID or CorpID of the account (an unset environment variable is the \
                 usual cause), or say ReceiveId::empty() for the products whose messages carry none",
            ),
            Self::AnyReceiveId => f.write_str(
                "ReceiveId::any() accepts every id already: build the list with ReceiveId::new instead",
            ),
            Self::KeyInPlainMode => f.write_str(
                "or_key adds a previous key, but this verifier is in plain mode and has no current one: build it with \
                 Verifier::encrypted or Verifier::wecom",
            ),
        }
    }
}

impl error::Error for ConfigError {}
