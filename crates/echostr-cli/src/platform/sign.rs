//! Signatures of anything, genuine or not.

use echostr::Signature;

/// 40 lower-case digits: SHA-1 of the sorted parts.
pub(crate) fn sign<const N: usize>(parts: [&[u8]; N]) -> String {
    format!("{:x}", Signature::compute(parts))
}

/// A number that belongs to these parts: the same parts give it again.
pub(crate) fn number<const N: usize>(parts: [&str; N]) -> u64 {
    let digest = Signature::compute(parts);
    digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
