//! What the sends of one delivery must agree on.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// What the sends of one delivery must agree on: a SHA-256 of the method and of what was sent.
///
/// In plain mode that is the body, which the signature does not cover: a captured URL cannot be used for another message while its record lives. In
/// encrypted mode it is the text of `Encrypt` and nothing else of the body, since only that is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of the HTTP method and the body (plain mode) or the signed text of `Encrypt` (encrypted mode).
    #[must_use]
    pub fn new(method: &str, content: &[u8]) -> Self {
        // No method holds a zero byte, so nothing can be moved from one part into the other.
        Self(Sha256::new().chain_update(method).chain_update([0]).chain_update(content).finalize().into())
    }

    /// For stores.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(")?;
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}
