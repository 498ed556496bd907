//! Reads 40 hexadecimal digits without a branch for each, so that the compiler makes vector instructions of both loops.

use super::{InvalidSignature, Signature};

#[inline(always)]
pub(super) fn decode(digits: &[u8; Signature::LEN * 2]) -> Result<[u8; Signature::LEN], InvalidSignature> {
    let mut are_valid = true;
    let mut values = [0; Signature::LEN * 2];
    for (value, digit) in values.iter_mut().zip(digits) {
        let decimal = digit.wrapping_sub(b'0');
        let letter = (digit | 0x20).wrapping_sub(b'a');
        are_valid &= (decimal < 10) | (letter < 6);
        *value = decimal.min(letter.saturating_add(10));
    }
    let mut bytes = [0; Signature::LEN];
    for (byte, [high, low]) in bytes.iter_mut().zip(values.as_chunks().0) {
        *byte = high << 4 | low;
    }
    if are_valid { Ok(bytes) } else { Err(InvalidSignature) }
}
