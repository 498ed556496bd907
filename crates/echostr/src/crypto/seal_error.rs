//! Why a text could not be encrypted.

use std::{error, fmt};

/// Why a reply could not be encrypted. Answer [`Answer::unsealed`](crate::adapter::Answer::unsealed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The operating system gives no random bytes.
    Random,
    /// The reply is longer than 4 GiB.
    TooLong,
    /// The verifier is in plain mode and has no key.
    PlainMode,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "the operating system gives no random bytes, so nothing can be encrypted (-40006)",
            Self::TooLong => "the text is longer than 4 GiB, which the protocol has no room for (-40006)",
            Self::PlainMode => {
                "the verifier is in plain mode and has no key: build it with Verifier::encrypted or Verifier::wecom"
            }
        })
    }
}

impl error::Error for SealError {}
