//! Cuts a raw query at each `&`, and sees on the way where there are escapes.
//!
//! It looks at 64 bytes at a time, with vector instructions, and makes of them a number that has a bit for each `&` and `%`; then
//! it goes from bit to bit, so that it never looks at the bytes in between one by one.

use wide::u8x16;

/// The pairs of a raw query, without the empty ones.
pub(crate) struct Pairs<'q> {
    raw: &'q str,
    /// Where the pair begins that comes next.
    start: usize,
    /// Where the block begins that is looked at, and which of its bytes are marks still to come, the lowest bit the first.
    block: usize,
    marks: u64,
}

/// A pair as it stands in the query, neither key nor value decoded.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'q> {
    pub(crate) text: &'q str,
    /// Whether there is a `%` in it.
    pub(crate) has_escape: bool,
}

impl<'q> Pairs<'q> {
    pub(crate) fn of(raw: &'q str) -> Self {
        Self { raw, start: 0, block: 0, marks: marks_at(raw.as_bytes(), 0) }
    }
}

impl<'q> Pair<'q> {
    /// Key and value; a key without `=` has the empty value.
    pub(crate) fn split(self) -> (&'q str, &'q str) {
        self.text.split_once('=').unwrap_or((self.text, ""))
    }
}

impl<'q> Iterator for Pairs<'q> {
    type Item = Pair<'q>;

    // Always, as a call of its own would keep all four fields in memory.
    #[inline(always)]
    fn next(&mut self) -> Option<Pair<'q>> {
        let bytes = self.raw.as_bytes();
        let mut has_escape = false;
        while self.start < bytes.len() {
            while self.marks == 0 {
                self.block = self.block.wrapping_add(BLOCK);
                if self.block >= bytes.len() {
                    let text = self.raw.get(self.start..)?;
                    self.start = bytes.len();
                    return Some(Pair { text, has_escape });
                }
                self.marks = marks_at(bytes, self.block);
            }
            let at = self.block.wrapping_add(self.marks.trailing_zeros() as usize);
            self.marks &= self.marks.wrapping_sub(1);
            if bytes.get(at) == Some(&b'%') {
                has_escape = true;
                continue;
            }
            let text = self.raw.get(self.start..at)?;
            self.start = at.wrapping_add(1);
            if !text.is_empty() {
                return Some(Pair { text, has_escape });
            }
        }
        None
    }
}

/// How many bytes are looked at together: one bit of a number each.
const BLOCK: usize = 64;

/// Which of the bytes from `start` on, up to a block of them, are `&` or `%`.
fn marks_at(bytes: &[u8], start: usize) -> u64 {
    let rest = bytes.get(start..).unwrap_or_default();
    match (rest.first_chunk(), bytes.last_chunk()) {
        (Some(block), _) => marks(block),
        // The end of the query is the end of its last whole block too.
        (None, Some(last)) => marks(last).unbounded_shr((BLOCK.saturating_sub(rest.len())) as u32),
        (None, None) => {
            let mut block = [0; BLOCK];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            marks(&block)
        }
    }
}

/// Which of the bytes are `&` or `%`; sixteen are compared by one instruction.
fn marks(block: &[u8; BLOCK]) -> u64 {
    let sixteens = block.as_chunks::<16>().0.iter().rev();
    sixteens.fold(0, |marks, bytes| {
        let bytes = u8x16::new(*bytes);
        let found = bytes.simd_eq(u8x16::splat(b'&')) | bytes.simd_eq(u8x16::splat(b'%'));
        marks << 16 | u64::from(found.to_bitmask())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The plain twin.
    fn naive(raw: &str) -> Vec<(&str, bool)> {
        raw.split('&').filter(|text| !text.is_empty()).map(|text| (text, text.contains('%'))).collect()
    }

    fn pairs(raw: &str) -> Vec<(&str, bool)> {
        Pairs::of(raw).map(|pair| (pair.text, pair.has_escape)).collect()
    }

    /// Mostly marks and their neighbours in ASCII, and characters of several bytes.
    fn query() -> impl Strategy<Value = String> {
        let mark = prop::sample::select(&['&', '%', '\'', '$', '=', 'x', '¦', '你', '😀'][..]);
        let dense = prop::collection::vec(mark, 0..200).prop_map(String::from_iter);
        let sparse = prop::collection::vec("x{0,150}[&%]?", 0..6).prop_map(|pieces| pieces.concat());
        prop_oneof![dense, sparse, any::<String>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_split_cuts(raw in query()) {
            prop_assert_eq!(pairs(&raw), naive(&raw));
        }
    }

    #[test]
    fn as_split_cuts_at_every_place_of_a_block() {
        for length in 0..=3 * BLOCK {
            for place in 0..length {
                for mark in ["&", "%", "&%", "%&", "&&"] {
                    let mut raw = "x".repeat(length);
                    raw.insert_str(place, mark);
                    assert_eq!(pairs(&raw), naive(&raw), "{raw}");
                }
            }
        }
    }
}
