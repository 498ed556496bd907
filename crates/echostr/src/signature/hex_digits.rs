//! Reads 40 hexadecimal digits.
//!
//! Without a branch for each, so that the compiler makes vector instructions of both loops: of the distances to `0` and to `a`,
//! which wrap around, the smaller is the digit's value, and whether all were digits is asked once in the end.

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The plain twin.
    fn naive(digits: &[u8; 40]) -> Option<[u8; 20]> {
        hex::decode(digits).ok()?.try_into().ok()
    }

    /// Each byte there is, in each place.
    #[test]
    fn as_the_crate_hex_reads_every_byte() {
        for place in 0..40 {
            for byte in 0..=255 {
                let mut digits = *b"6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";
                digits[place] = byte;
                assert_eq!(decode(&digits), naive(&digits), "{byte} in {place}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_the_crate_hex_reads(bytes: [u8; 20], is_upper: bool) {
            let digits = if is_upper { hex::encode_upper(bytes) } else { hex::encode(bytes) };
            let digits = digits.as_bytes().try_into().unwrap();
            prop_assert_eq!(decode(digits), Some(bytes));
            prop_assert_eq!(decode(digits), naive(digits));
        }
    }
}
