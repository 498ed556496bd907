//! Base64 as the platform writes it: the standard alphabet, padded.
//!
//! With the processor's vector instructions, which the engine looks for at run time: decoding would otherwise be a large part
//! of what it takes to open a message.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod engine {
    use std::sync::LazyLock;

    use base64::engine::{Simd, general_purpose::PAD};

    pub(super) static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod engine {
    pub(super) use base64::prelude::BASE64_STANDARD as STANDARD;
}

use base64::Engine as _;

pub(crate) fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    engine::STANDARD.decode(text)
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    engine::STANDARD.encode(bytes)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "what fails here must fail the test")]
mod tests {
    use base64::prelude::BASE64_STANDARD as NAIVE;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Of every length, as vector instructions take many bytes at a time and leave the rest to others.
        #[test]
        fn as_the_plain_engine_does(bytes in vec(any::<u8>(), 0..400), place: prop::sample::Index, wrong: char) {
            let mut text = encode(&bytes);
            prop_assert_eq!(&text, &NAIVE.encode(&bytes));
            prop_assert_eq!(decode(&text), Ok(bytes));
            // With a character changed, and with one too many.
            let at = place.index(text.len() + 1);
            text.insert(at, wrong);
            prop_assert_eq!(decode(&text).ok(), NAIVE.decode(&text).ok());
            if let Some(next) = text.get(at + wrong.len_utf8()..).and_then(|rest| rest.chars().next()) {
                text.remove(at + wrong.len_utf8());
                prop_assert_eq!(decode(&text).ok(), NAIVE.decode(&text).ok(), "in place of {}", next);
            }
        }
    }

    /// Bits that belong to no byte, and padding that is missing or too much.
    #[test]
    fn as_the_plain_engine_does_at_the_end() {
        for length in 0..100 {
            let text = NAIVE.encode(vec![0xa5; length]);
            let bare = text.trim_end_matches('=');
            for last in
                ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/', '=', '-', '_', ' ', '\n'])
            {
                for padding in ["", "=", "==", "==="] {
                    let text =
                        format!("{}{last}{padding}", bare.get(..bare.len().saturating_sub(1)).unwrap());
                    assert_eq!(decode(&text).ok(), NAIVE.decode(&text).ok(), "{text:?}");
                }
            }
        }
    }
}
