//! A body on its way in, of which no more is kept than may be.

use std::ops::Range;

use bytes::Bytes;

use crate::{Rejection, rejection::BodyFault};

/// A body that is taken in piece by piece, up to a limit. For adapters: encrypted mode has one inside its
/// [`Envelope`](crate::adapter::Envelope), and what reads bodies in plain mode keeps the same limit with one of its own.
///
/// ```
/// use echostr::{Rejection, adapter::Body, rejection::BodyFault};
///
/// let mut body = Body::within(4);
/// body.push("ab".into())?;
/// body.push("cd".into())?;
/// assert_eq!(body.as_slice(), b"abcd");
/// assert_eq!(body.push("e".into()), Err(Rejection::Body(BodyFault::TooLarge)));
/// # Ok::<(), Rejection>(())
/// ```
#[derive(Clone)]
pub struct Body {
    limit: usize,
    /// What `Content-Length` says.
    expected: usize,
    taken: Taken,
}

/// What has arrived. A body in one piece is taken as it is; of several, none is kept, or pieces of one byte would take
/// thirty times the memory of the body.
#[derive(Clone)]
enum Taken {
    Whole(Bytes),
    Pieces(Vec<u8>),
}

impl Body {
    /// An empty one, which takes so many bytes.
    #[must_use]
    pub const fn within(limit: usize) -> Self {
        Self { limit, expected: 0, taken: Taken::Whole(Bytes::new()) }
    }

    /// Takes note of the request's `Content-Length`, if it has one, so that a body too long is refused before it is read. What
    /// is no number counts as none: it is what arrives that counts.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`].
    pub fn expect_length(&mut self, content_length: Option<&[u8]>) -> Result<(), Rejection> {
        let digits = content_length.and_then(|value| str::from_utf8(value).ok());
        let length = digits.and_then(|digits| digits.trim().parse::<u64>().ok()).unwrap_or(0);
        self.expected = self.within_limit(length.try_into().ok())?;
        Ok(())
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`] once there is more than the limit.
    pub fn push(&mut self, piece: Bytes) -> Result<(), Rejection> {
        let total = self.within_limit(self.as_slice().len().checked_add(piece.len()))?;
        match &mut self.taken {
            Taken::Whole(whole) if whole.is_empty() => *whole = piece,
            Taken::Whole(whole) => {
                let mut pieces = Vec::with_capacity(self.expected.max(total));
                pieces.extend_from_slice(whole);
                pieces.extend_from_slice(&piece);
                self.taken = Taken::Pieces(pieces);
            }
            Taken::Pieces(pieces) => {
                if pieces.capacity() < total {
                    // By half, where a vector would double: its memory and the copy's together are then at most 2.5
                    // times what has arrived.
                    pieces.reserve_exact(piece.len().max(pieces.len() / 2));
                }
                pieces.extend_from_slice(&piece);
            }
        }
        Ok(())
    }

    /// What has arrived so far.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        match &self.taken {
            Taken::Whole(whole) => whole,
            Taken::Pieces(pieces) => pieces,
        }
    }

    /// Where a text stands that was found in [`as_slice`](Self::as_slice); nothing of the body if it was not.
    pub(crate) fn range_of(&self, text: &str) -> Range<usize> {
        let whole = self.as_slice().as_ptr_range();
        let part = text.as_bytes().as_ptr_range();
        if part.start < whole.start || part.end > whole.end {
            return 0..0;
        }
        let offset = |end: *const u8| end.addr().saturating_sub(whole.start.addr());
        offset(part.start)..offset(part.end)
    }

    /// What has arrived.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self.taken {
            Taken::Whole(whole) => whole,
            Taken::Pieces(pieces) => pieces.into(),
        }
    }

    fn within_limit(&self, length: Option<usize>) -> Result<usize, Rejection> {
        length.filter(|length| *length <= self.limit).ok_or(Rejection::Body(BodyFault::TooLarge))
    }
}

/// Of the body only its length: messages are private, and `Debug` ends up in logs.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("length", &self.as_slice().len()).field("limit", &self.limit).finish()
    }
}
