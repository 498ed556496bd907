//! The token: a secret that is wiped when dropped and never printed.

use std::{fmt, sync::Arc};

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use crate::ConfigError;

/// Tokens that stand in tutorials, sample code and official examples: the first ones a forger tries.
const WELL_KNOWN: &[&str] =
    &["123456", "AAAAA", "QDG6eK", "pamtest", "spamtest", "test", "token", "wechat", "weixin", "weixin4j"];

/// The console page asks for 3 to 32 letters or digits.
const SHORTEST_ON_THE_CONSOLE: usize = 3;

/// The clones share the text, so that answering a message makes no copy of it.
#[derive(Clone)]
pub(crate) struct Token {
    text: Arc<Zeroizing<String>>,
    tag: [u8; 4],
}

impl Token {
    pub(crate) fn new(token: impl Into<String>) -> Result<Self, ConfigError> {
        let token = Zeroizing::new(token.into());
        if token.is_empty() {
            return Err(ConfigError::EmptyToken);
        }
        warn_if_weak(&token);
        let tag = tag(&token);
        Ok(Self { text: Arc::new(token), tag })
    }

    /// Tells tokens apart without showing them.
    pub(crate) const fn tag(&self) -> [u8; 4] {
        self.tag
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// As short as the digits of a signature that a log shows, so that it helps nobody to guess the token who could not guess it from those.
fn tag(token: &str) -> [u8; 4] {
    let [a, b, c, d, ..] =
        <[u8; 20]>::from(Sha1::new().chain_update("echostr token tag\0").chain_update(token).finalize());
    [a, b, c, d]
}

fn warn_if_weak(token: &str) {
    if WELL_KNOWN.contains(&token) {
        tracing::warn!(
            "the token is one of those that tutorials use, so anybody can guess it and forge messages: \
             choose a random one before going public"
        );
    }
    if token.chars().count() < SHORTEST_ON_THE_CONSOLE {
        tracing::warn!(
            "the token is shorter than 3 characters, so it is easily guessed: choose a long random one"
        );
    }
    if token.trim() != token {
        tracing::warn!(
            "the token begins or ends with white space, which the console page does not allow: \
             a stray newline in a file or an environment variable makes every signature wrong"
        );
    }
}
