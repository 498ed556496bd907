//! Reads 40 hexadecimal digits without a branch for each, so that the compiler makes vector instructions of both loops.

/// The bytes; `None` where one of the digits is none.
#[inline(always)]
pub(super) fn decode(digits: &[u8; 40]) -> Option<[u8; 20]> {
    let mut are_valid = true;
    let mut values = [0; 40];
    for (value, digit) in values.iter_mut().zip(digits) {
        let decimal = digit.wrapping_sub(b'0');
        let letter = (digit | 0x20).wrapping_sub(b'a');
        are_valid &= (decimal < 10) | (letter < 6);
        *value = decimal.min(letter.saturating_add(10));
    }
    let mut bytes = [0; 20];
    for (byte, [high, low]) in bytes.iter_mut().zip(values.as_chunks().0) {
        *byte = high << 4 | low;
    }
    are_valid.then_some(bytes)
}
