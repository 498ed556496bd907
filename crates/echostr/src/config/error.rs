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
    /// This variable of the environment is not set, and has to be: see [`Verifier::from_env`](crate::Verifier::from_env).
    NotSet(&'static str),
    /// The value of this variable of the environment is not UTF-8.
    NotUtf8(&'static str),
    /// `WECHAT_PLATFORM` is set to something else than `wecom`.
    UnknownPlatform,
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
            Self::NotSet("WECHAT_ENCODING_AES_KEY") => f.write_str(
                "WECHAT_ENCODING_AES_KEY is not set, while WECHAT_APP_ID or WECHAT_PLATFORM asks for encrypted mode: set it to \
                 the EncodingAESKey of the console page, or take the others away for plain mode",
            ),
            Self::NotSet("WECHAT_APP_ID") => f.write_str(
                "WECHAT_APP_ID is not set, and encrypted mode needs it: set it to the AppID, CorpID or SuiteID; for products \
                 of WeCom whose messages carry none, such as its aibot, set it to the empty text",
            ),
            Self::NotSet(variable) => {
                write!(f, "{variable} is not set: set it to what stands on the console page")
            }
            Self::NotUtf8(variable) => write!(f, "the value of {variable} is not UTF-8: set it again"),
            Self::UnknownPlatform => f.write_str(
                "WECHAT_PLATFORM has another value than `wecom`: set it to that for WeCom, and for everything else leave it \
                 unset",
            ),
        }
    }
}

impl error::Error for ConfigError {}
