//! Hashes keys.

use std::hash::{BuildHasher as _, RandomState};

use crate::Key;

/// The random part. Digests are spread already, but whoever knows a token can look for such that begin alike: seeds that nobody
/// knows keep those from falling together.
#[derive(Clone, Copy)]
pub(super) struct Seeds {
    masked: u64,
    factor: u64,
}

impl Seeds {
    pub(super) fn random() -> Self {
        let random = RandomState::new();
        Self { masked: random.hash_one(1), factor: random.hash_one(2) | 1 }
    }

    /// Two independent parts. Keys with one digest have one hash: accounts that share a token are few.
    pub(super) fn hash(self, key: &Key) -> [u32; 2] {
        let digest = key.digest().first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        let product = u128::from(digest ^ self.masked).wrapping_mul(u128::from(self.factor)).to_le_bytes();
        let word = |start: usize| {
            let bytes = product.get(start..).and_then(<[u8]>::first_chunk);
            bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
        };
        [word(0) ^ word(8), word(4) ^ word(12)]
    }
}
