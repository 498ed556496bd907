//! The signature of a request: what it is, and how it is read, compared and shown.

mod base;
mod hex_digits;

use std::{error, fmt, str};

use subtle::ConstantTimeEq as _;

pub(crate) use base::SignatureBase;
use hex_digits::decode;

/// A request's signature: the SHA-1 of its sorted parts, as 20 raw bytes.
///
/// Compared in constant time. A valid signature lets its holder send the request again, so `Debug` shows only
/// its first 8 digits; `{:x}` prints it whole, in the lower case that the platform uses.
///
/// ```
/// use echostr::Signature;
///
/// let signature = Signature::compute(["weixin", "1540176606", "1854606751"]);
/// assert_eq!(signature, Signature::parse("6a62fc79ddf83b3ff96e5cbd068b983f88f192ba")?);
/// assert_eq!(format!("{signature:?}"), "Signature(6a62fc79…)");
/// # Ok::<(), echostr::adapter::InvalidSignature>(())
/// ```
#[derive(Clone, Copy)]
pub struct Signature([u8; Self::LEN]);

impl Signature {
    /// Length in bytes; the text has twice as many digits.
    pub const LEN: usize = 20;

    /// How many of the 40 digits `Debug` and the log show: enough to find a request, useless to a forger.
    pub(crate) const SHOWN_DIGITS: usize = 8;

    /// Stands where nobody asked for a signature: see `Verifier::dangerous_unverified`.
    #[cfg(debug_assertions)]
    pub(crate) const NONE: Self = Self([0; Self::LEN]);

    /// Signs `parts`: sorted by bytes, joined without a separator, SHA-1.
    ///
    /// For the `signature` parameter the parts are token, timestamp and nonce, as texts exactly as they were
    /// received, after one percent-decoding. For `msg_signature` the base64 text of `Encrypt` is the fourth.
    /// Source: <https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md>.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers write the parts where they pass them")]
    pub fn compute<const PARTS: usize>(parts: [impl AsRef<[u8]>; PARTS]) -> Self {
        let mut base = SignatureBase::BLANK;
        base.join(parts.each_ref().map(AsRef::as_ref));
        Self::of(&base)
    }

    #[inline]
    pub(crate) fn of<const PARTS: usize>(base: &SignatureBase<'_, PARTS>) -> Self {
        Self(base.sha1())
    }

    /// Reads 40 hexadecimal digits. The platform sends lower case; upper case means the same signature.
    ///
    /// # Errors
    ///
    /// If the text is not exactly 40 hexadecimal digits.
    #[inline(always)]
    pub fn parse(text: &str) -> Result<Self, InvalidSignature> {
        let digits = text.as_bytes().try_into().map_err(|_| InvalidSignature)?;
        decode(digits).map(Self).ok_or(InvalidSignature)
    }

    /// The raw bytes: the key under which a ledger of handled requests remembers this one.
    ///
    /// Use the signature for that, never the pair of timestamp and nonce: digits can be moved between those two
    /// without a change of the signature.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

/// In constant time.
impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        // The differences of whole words are gathered, and only their sum is given to `subtle`, which would otherwise compare byte by
        // byte, each with a barrier against the optimizer. No branch depends on a byte, so the time does not either.
        let pairs = self.0.as_chunks().0.iter().zip(other.0.as_chunks().0);
        let difference = pairs.fold(0, |all, (a, b)| all | (u32::from_ne_bytes(*a) ^ u32::from_ne_bytes(*b)));
        difference.ct_eq(&0).into()
    }
}

impl Eq for Signature {}

/// 40 digits in lower case.
impl fmt::LowerHex for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; Self::LEN * 2];
        // Neither can fail: the buffer has the right length, and hexadecimal digits are ASCII.
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        for byte in self.0.iter().take(Self::SHOWN_DIGITS / 2) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}

/// A text that is not a signature: see [`Signature::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a signature is exactly 40 hexadecimal digits")
    }
}

impl error::Error for InvalidSignature {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The plain twin.
    fn naive(one: &Signature, other: &Signature) -> bool {
        one.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// Every bit counts, and differences do not cancel each other out.
    #[test]
    fn every_bit_counts() {
        let one = Signature([0x5a; 20]);
        assert!(one == one && naive(&one, &one));
        for bit in 0..160 {
            for also in 0..160 {
                let mut bytes = one.0;
                bytes[bit / 8] ^= 1 << (bit % 8);
                if also != bit {
                    bytes[also / 8] ^= 1 << (also % 8);
                }
                assert!(one != Signature(bytes) && Signature(bytes) != one, "{bit} {also}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_subtle_compares(bytes: [u8; 20], others: [u8; 20], same in 0..=20_usize) {
            let mut mixed = others;
            mixed[..same].copy_from_slice(&bytes[..same]);
            for other in [others, mixed, bytes] {
                let (one, other) = (Signature(bytes), Signature(other));
                prop_assert_eq!(one == other, naive(&one, &other));
                prop_assert_eq!(one == other, one.0 == other.0);
            }
        }
    }
}
