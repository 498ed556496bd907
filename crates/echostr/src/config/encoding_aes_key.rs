//! The EncodingAESKey: a secret that is wiped when dropped and never printed.

use std::{fmt, sync::Arc};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use crate::ConfigError;

/// Characters of an EncodingAESKey: 32 bytes in base64, without the `=` at the end.
const DIGITS: usize = 43;

/// Two bits of the last character belong to no byte, and most keys in the wild have them set: the official samples'
/// too. A strict decoder refuses those.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The EncodingAESKey of the console page: the secret that encrypted mode decrypts and encrypts with.
///
/// The clones share the secret, which is wiped when the last one is dropped; prints as `[REDACTED]`.
///
/// ```
/// use echostr::{ConfigError, EncodingAesKey};
///
/// let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")?;
/// assert_eq!(format!("{key:?}"), "[REDACTED]");
/// assert_eq!(EncodingAesKey::new("too short").unwrap_err(), ConfigError::KeyLength(9));
/// # Ok::<(), ConfigError>(())
/// ```
///
/// Source: <https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md>.
#[derive(Clone)]
pub struct EncodingAesKey(Arc<Zeroizing<[u8; 32]>>);

impl EncodingAesKey {
    /// Reads the 43 characters as they stand on the console page.
    ///
    /// # Errors
    ///
    /// If there are more or fewer than 43 characters, or one is not of the base64 alphabet; the error says which.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = Zeroizing::new(text.into());
        let characters = text.chars().count();
        if characters != DIGITS {
            return Err(ConfigError::KeyLength(characters));
        }
        if let Some(position) =
            text.chars().position(|c| !(c.is_ascii_alphanumeric() || c == '+' || c == '/'))
        {
            return Err(ConfigError::KeyCharacter(position.saturating_add(1)));
        }
        // The decoder wants room for the four characters that three bytes take, so one byte more than there are.
        let mut bytes = Zeroizing::new([0; 33]);
        let decoded = LENIENT.decode_slice(text.as_bytes(), bytes.as_mut_slice());
        match (decoded, bytes.first_chunk()) {
            (Ok(32), Some(key)) => Ok(Self(Arc::new(Zeroizing::new(*key)))),
            _ => Err(ConfigError::KeyLength(characters)),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
