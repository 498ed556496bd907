//! AES of another crate and base64 by hand, so that no test of decryption checks echostr with itself. Unlike a real platform
//! it encrypts whatever it is given, so that what is refused is refused for the one thing that is wrong.

use libaes::{AES_256_KEY_LEN, Cipher};

pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// Another key, to go with [`KEY`].
pub(crate) const OTHER_KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().chain(&[0; 2]).take(3).fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for place in 0..4 {
            let is_filling = place > chunk.len();
            text.push(if is_filling { '=' } else { DIGITS[group >> (18 - 6 * place) & 63].into() });
        }
    }
    text
}

/// Lenient: what is no digit ends the text, and bits left over are dropped.
pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    let values = text.bytes().map_while(|c| DIGITS.iter().position(|digit| *digit == c));
    let bits: Vec<_> = values.flat_map(|value| (0..6).rev().map(move |bit| value >> bit & 1)).collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit));
    bytes.map(|byte| u8::try_from(byte).expect("8 bits")).collect()
}

fn cipher(key: &str) -> (Cipher, [u8; AES_256_KEY_LEN]) {
    let bytes: [u8; AES_256_KEY_LEN] = from_base64(key).try_into().expect("a key of 43 characters");
    let mut cipher = Cipher::new_256(&bytes);
    cipher.set_auto_padding(false);
    (cipher, bytes)
}

/// AES alone, of any bytes that fill whole blocks.
pub(crate) fn encrypt(key: &str, padded: &[u8]) -> Vec<u8> {
    let (cipher, bytes) = cipher(key);
    cipher.cbc_encrypt(&bytes[..16], padded)
}

/// AES alone, backwards.
pub(crate) fn decrypt(key: &str, cipher_text: &[u8]) -> Vec<u8> {
    let (cipher, bytes) = cipher(key);
    cipher.cbc_decrypt(&bytes[..16], cipher_text)
}

/// 16 bytes, the length, the message and the receive id.
pub(crate) fn content(message: &[u8], receive_id: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message").to_be_bytes();
    [b"0123456789abcdef", &length[..], message, receive_id].concat()
}

/// PKCS#7 up to the next multiple of `block`.
pub(crate) fn padded(mut content: Vec<u8>, block: usize) -> Vec<u8> {
    let padding = block - content.len() % block;
    content.resize(content.len() + padding, padding.try_into().expect("a small block"));
    content
}

/// The text of `Encrypt` for a message.
pub(crate) fn sealed(key: &str, message: &[u8], receive_id: &[u8]) -> String {
    base64(&encrypt(key, &padded(content(message, receive_id), 32)))
}
