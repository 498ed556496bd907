//! What a callback carries beside its content: when, with which nonce, from whom.

use crate::platform::sign::{number, sign};

/// A user's openid has 28 characters and begins with `o`.
const OPENID: &str = "oEchostrCliUser0000000000001";

/// When a callback is signed, with which nonce, and which user it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) timestamp: u64,
    pub(crate) nonce: String,
    pub(crate) openid: String,
}

impl Metadata {
    /// What is not given is of now, random or made up.
    pub(crate) fn new(timestamp: Option<u64>, nonce: Option<String>, openid: Option<String>) -> Self {
        Self {
            timestamp: timestamp.unwrap_or_else(now),
            nonce: nonce.unwrap_or_else(random_nonce),
            openid: openid.unwrap_or_else(|| OPENID.to_owned()),
        }
    }

    /// 18 or 19 digits, as the platform's; the last ones are no zeros, so that rounding shows.
    pub(crate) fn echostr(&self) -> String {
        let number = self.number("echostr");
        // Some of the platform's exceed an i64.
        let digits = 100_000_000_000_000_000_u64.saturating_add(number % 9_800_000_000_000_000_000);
        if digits.is_multiple_of(1000) { digits.saturating_add(137).to_string() } else { digits.to_string() }
    }

    pub(crate) fn msg_id(&self) -> u64 {
        20_000_000_000_000_000_u64.saturating_add(self.number("MsgId") % 9_000_000_000_000_000)
    }

    /// A number that belongs to this callback: the same again with the same `--at` and `--nonce`.
    fn number(&self, what: &str) -> u64 {
        number([what, &self.timestamp.to_string(), &self.nonce])
    }

    /// These, and from now on another nonce.
    pub(crate) fn next(&mut self) -> Self {
        let this = self.clone();
        self.nonce = match self.nonce.parse::<u64>() {
            Ok(number) => number.saturating_add(1).to_string(),
            Err(_) => sign(["nonce", &self.nonce].map(str::as_bytes)).chars().take(16).collect(),
        };
        this
    }
}

pub(crate) fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// 9 or 10 digits below 2^31. Not a secret: it only has to differ.
fn random_nonce() -> String {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(now());
    let number = hasher.finish() % (2_147_483_648 - 100_000_000);
    number.saturating_add(100_000_000).to_string()
}
