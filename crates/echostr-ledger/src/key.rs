//! Which delivery a request belongs to.

use std::fmt;

use arrayvec::ArrayString;
use echostr::Callback;
use sha2::{Digest as _, Sha256};

/// Which delivery a request belongs to: the account that verified it and the digest that its signature was compared with.
///
/// The platform sends a message again with the same URL, so all sends of one message have one key, and no two messages share
/// one. It is made of the **computed** digest, since the hash has no separators: timestamp and nonce can be shifted into each other without
/// changing it, and the digits of the signature can be written in upper case.
///
/// `Display` gives a text of at most 65 bytes that is good for logs and as an idempotency key in a database of your own. It shows the
/// account and a hash of the rest, since whoever reads a whole signature could send the request again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    digest: [u8; 20],
    account: ArrayString<32>,
}

impl Key {
    /// `account` tells apart what may have the same digest: its name, or a tag of its token. One that is longer than 32 bytes
    /// is replaced by its hash.
    #[must_use]
    pub fn new(account: &str, digest: [u8; 20]) -> Self {
        let account = ArrayString::from(account).unwrap_or_else(|_| shortened(&[account.as_bytes()]));
        Self { digest, account }
    }

    /// Of a verified request: the account is what [`Verifier::named`](echostr::Verifier::named) calls it, else a tag of the token that
    /// signed it.
    #[must_use]
    pub fn of(callback: &Callback) -> Self {
        let digest = *callback.signature().as_bytes();
        match callback.account() {
            Some(account) => Self::new(account, digest),
            None => Self::new(&hex::encode(callback.token_tag()), digest),
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The digest: as secret as the signature that it is. What is written down is better [`Display`](fmt::Display)ed.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 20] {
        &self.digest
    }
}

/// 32 hexadecimal digits.
fn shortened(parts: &[&[u8]]) -> ArrayString<32> {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut digits = [0; 64];
    // Neither fails: the digits of 32 bytes are 64, and all of them are ASCII.
    let _ = hex::encode_to_slice(hash.finalize(), &mut digits);
    let mut text = ArrayString::new();
    digits.iter().take(text.capacity()).for_each(|digit| text.push(char::from(*digit)));
    text
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.account.is_empty() {
            write!(f, "{}:", self.account)?;
        }
        f.write_str(&shortened(&[&self.digest, self.account.as_bytes()]))
    }
}

/// As `Display`: the digest is not shown.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}
