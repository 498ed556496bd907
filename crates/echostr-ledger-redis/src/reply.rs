//! A remembered reply as the bytes that a record holds.

use bytes::Bytes;
use echostr_ledger::Remembered;

/// In the place of the length of a content type: there is none.
const NONE: u16 = u16::MAX;

/// The length of the content type, the content type, the body. A content type that is too long for that is left out.
pub(crate) fn to_bytes(remembered: &Remembered) -> Vec<u8> {
    let content_type = remembered.content_type().map(|text| &**text);
    let length =
        content_type.and_then(|text| u16::try_from(text.len()).ok()).filter(|length| *length != NONE);
    let mut bytes = Vec::with_capacity(remembered.size().saturating_add(2));
    bytes.extend_from_slice(&length.unwrap_or(NONE).to_be_bytes());
    if length.is_some() {
        bytes.extend_from_slice(content_type.unwrap_or_default());
    }
    bytes.extend_from_slice(remembered.body());
    bytes
}

/// `None` if they are none of [`to_bytes`].
pub(crate) fn from_bytes(mut bytes: Bytes) -> Option<Remembered> {
    let length = u16::from_be_bytes(*bytes.first_chunk()?);
    let _ = bytes.split_to(2);
    if length == NONE {
        return Some(Remembered::new(None, bytes));
    }
    let length = usize::from(length);
    (bytes.len() >= length).then(|| {
        let content_type = bytes.split_to(length);
        Remembered::new(Some(content_type), bytes)
    })
}
