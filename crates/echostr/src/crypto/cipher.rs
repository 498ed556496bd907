//! The cipher text: AES-256-CBC over 16 random bytes, the length, the message and the receive id.
//!
//! Every check is an error and none a panic. Nobody comes here without a valid `msg_signature`, so an error that tells
//! wrong padding from a wrong length is no oracle.
//!
//! Source: <https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md>.

use std::ops::Range;

use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _, block_padding::NoPadding};

use super::{base64, seal_error::SealError};
use crate::{EncodingAesKey, Rejection, rejection::EnvelopeFault};

/// Random bytes in front.
const RANDOM: usize = 16;

/// The random bytes and the length.
const HEADER: usize = RANDOM + 4;

/// What the padding fills up to. Senders of their own make fill up to 16, which is met too.
const PADDED_TO: usize = 32;

/// The largest padding, and so the largest value of a padding byte.
const LONGEST_PADDING: u8 = 32;

/// Where the message and the receive id stand in a decrypted buffer.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) message: Range<usize>,
    pub(crate) receive_id: Range<usize>,
}

/// Decodes the text of `Encrypt`.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Rejection> {
    let cipher_text = base64::decode(text).map_err(|_| Rejection::Envelope(EnvelopeFault::NotBase64))?;
    if cipher_text.is_empty() || cipher_text.len() % 16 != 0 {
        return Err(Rejection::Envelope(EnvelopeFault::CipherLength));
    }
    Ok(cipher_text)
}

/// Decrypts in place and finds the parts.
pub(crate) fn decrypt(key: &EncodingAesKey, buffer: &mut [u8]) -> Result<Layout, Rejection> {
    let iv = key.as_bytes().first_chunk::<16>().ok_or(Rejection::Envelope(EnvelopeFault::CipherLength))?;
    cbc::Decryptor::<Aes256>::new(key.as_bytes().into(), iv.into())
        .decrypt_padded::<NoPadding>(buffer)
        .map_err(|_| Rejection::Envelope(EnvelopeFault::CipherLength))?;
    let padding = *buffer.last().ok_or(Rejection::Envelope(EnvelopeFault::CipherLength))?;
    let padded = buffer.len().checked_sub(padding.into()).and_then(|end| buffer.split_at_checked(end));
    let Some((content, pad)) = padded.filter(|_| (1..=LONGEST_PADDING).contains(&padding)) else {
        return Err(Rejection::Envelope(EnvelopeFault::Padding));
    };
    if pad.iter().any(|byte| *byte != padding) {
        return Err(Rejection::Envelope(EnvelopeFault::Padding));
    }
    let Some((_, header)) = content.split_at_checked(RANDOM) else {
        return Err(Rejection::Envelope(EnvelopeFault::LengthField));
    };
    let Some((length, rest)) = header.split_first_chunk() else {
        return Err(Rejection::Envelope(EnvelopeFault::LengthField));
    };
    let end = usize::try_from(u32::from_be_bytes(*length))
        .ok()
        .filter(|length| *length <= rest.len())
        .and_then(|length| HEADER.checked_add(length))
        .ok_or(Rejection::Envelope(EnvelopeFault::LengthField))?;
    Ok(Layout { message: HEADER..end, receive_id: end..content.len() })
}

/// Encrypts a message, for `Encrypt`.
pub(crate) fn encrypt(key: &EncodingAesKey, message: &[u8], receive_id: &str) -> Result<String, SealError> {
    let mut random = [0; RANDOM];
    getrandom::fill(&mut random).map_err(|_| SealError::Random)?;
    let length = u32::try_from(message.len()).map_err(|_| SealError::TooLong)?;
    let content = [&random[..], &length.to_be_bytes(), message, receive_id.as_bytes()];
    let capacity = content.iter().map(|part| part.len()).fold(PADDED_TO, usize::saturating_add);
    let mut buffer = Vec::with_capacity(capacity);
    for part in content {
        buffer.extend_from_slice(part);
    }
    // 1 to 32 bytes, of which each names their number.
    let padded = buffer.len().checked_add(1).map(|least| least.next_multiple_of(PADDED_TO));
    let padded = padded.ok_or(SealError::TooLong)?;
    let padding = padded.saturating_sub(buffer.len());
    buffer.resize(padded, padding.try_into().map_err(|_| SealError::TooLong)?);
    let iv = key.as_bytes().first_chunk::<16>().ok_or(SealError::TooLong)?;
    cbc::Encryptor::<Aes256>::new(key.as_bytes().into(), iv.into())
        .encrypt_padded::<NoPadding>(&mut buffer, padded)
        .map_err(|_| SealError::TooLong)?;
    Ok(base64::encode(&buffer))
}
