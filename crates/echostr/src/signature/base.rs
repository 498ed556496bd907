//! What a signature signs: its parts, sorted by bytes and joined.
//!
//! Nearly always they fit one block of SHA-1, which is filled and padded on the stack. Where a part stands in it is the sum of the
//! lengths of those that sort before it: nothing is sorted, and no branch depends on their order, which is a matter of chance.

use std::{array, cmp::Ordering, iter};

use sha1::{Digest as _, Sha1, block_api};

/// The parts of a signature, to be [joined](Self::join) first and [hashed](Self::sha1) then.
///
/// Two steps, so that a second one can be joined before the first is hashed: the processor has to wait where it loads in one
/// piece what it has just stored in several, and does other work meanwhile. In place, as moving the block would wait too.
pub(crate) struct SignatureBase<'p, const PARTS: usize> {
    parts: [&'p [u8]; PARTS],
    /// The joined parts with their padding.
    block: [u8; 64],
    /// Whether they fit; they do but for very long tokens and for encrypted messages.
    is_one_block: bool,
}

/// Bytes of a block that the padding leaves free.
const ROOM: usize = 55;

impl<'p, const PARTS: usize> SignatureBase<'p, PARTS> {
    /// Nothing yet.
    pub(crate) const BLANK: Self = Self { parts: [&[]; PARTS], block: [0; 64], is_one_block: false };

    #[inline]
    pub(crate) fn join(&mut self, parts: [&'p [u8]; PARTS]) {
        self.parts = parts;
        self.is_one_block = join(&parts, &mut self.block).is_some();
    }

    #[inline]
    pub(crate) fn sha1(&self) -> [u8; 20] {
        if !self.is_one_block {
            return sha1_of_blocks(self.parts);
        }
        // The initial state of SHA-1, FIPS 180-4, section 5.3.1.
        let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
        block_api::compress(&mut state, array::from_ref(&self.block));
        let mut digest = [0; 20];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = u32::to_be_bytes(word);
        }
        digest
    }
}

#[cold]
fn sha1_of_blocks<const PARTS: usize>(mut parts: [&[u8]; PARTS]) -> [u8; 20] {
    parts.sort_unstable();
    let mut sha1 = Sha1::new();
    for part in parts {
        sha1.update(part);
    }
    sha1.finalize().into()
}

/// Fills the block, as FIPS 180-4, section 5.1.1, pads it. `None` where it is too small.
#[inline]
fn join<const PARTS: usize>(parts: &[&[u8]; PARTS], block: &mut [u8; 64]) -> Option<()> {
    let length = parts.iter().fold(0_usize, |length, part| length.saturating_add(part.len()));
    if length > ROOM {
        return None;
    }
    for (part, place) in parts.iter().zip(places(parts)) {
        block.get_mut(place..)?.get_mut(..part.len())?.copy_from_slice(part);
    }
    *block.get_mut(length)? = 0x80;
    let bits = u64::try_from(length).ok()?.wrapping_mul(8);
    *block.last_chunk_mut()? = bits.to_be_bytes();
    Some(())
}

/// Where each part begins: behind all that sort before it.
#[inline]
#[expect(clippy::indexing_slicing, reason = "both indices are below PARTS")]
fn places<const PARTS: usize>(parts: &[&[u8]; PARTS]) -> [usize; PARTS] {
    let heads = parts.map(head);
    let mut places = [0_usize; PARTS];
    for b in 1..PARTS {
        for a in 0..b {
            let order = heads[a].cmp(&heads[b]).then_with(|| parts[a].cmp(parts[b]));
            if order == Ordering::Greater {
                places[a] = places[a].saturating_add(parts[b].len());
            } else {
                places[b] = places[b].saturating_add(parts[a].len());
            }
        }
    }
    places
}

/// The first eight bytes as a number, which compares as they do and with one instruction.
#[inline]
fn head(part: &[u8]) -> u64 {
    match part.first_chunk() {
        Some(head) => u64::from_be_bytes(*head),
        None => {
            part.iter().chain(iter::repeat(&0)).take(8).fold(0, |head, byte| head << 8 | u64::from(*byte))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// The plain twin, with the SHA-1 of another author.
    fn naive(parts: &[&[u8]]) -> [u8; 20] {
        let mut sorted = parts.to_vec();
        sorted.sort_unstable();
        sha1_smol::Sha1::from(sorted.concat()).digest().bytes()
    }

    fn sha1<const PARTS: usize>(parts: [&[u8]; PARTS]) -> [u8; 20] {
        let mut base = SignatureBase::BLANK;
        base.join(parts);
        base.sha1()
    }

    /// Of few different bytes, so that parts are often alike at the beginning, or all along; and of any bytes.
    fn part() -> impl Strategy<Value = Vec<u8>> {
        let alike = vec(prop::sample::select(&[0_u8, b'1', 0xff][..]), 0..24);
        prop_oneof![alike, vec(any::<u8>(), 0..24)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_sorting_and_hashing_gives(parts in [part(), part(), part(), part()]) {
            let [a, b, c, d] = parts.each_ref().map(Vec::as_slice);
            prop_assert_eq!(sha1([]), naive(&[]));
            prop_assert_eq!(sha1([a]), naive(&[a]));
            prop_assert_eq!(sha1([a, b, c]), naive(&[a, b, c]));
            prop_assert_eq!(sha1([a, b, c, d]), naive(&[a, b, c, d]));
        }
    }

    #[test]
    fn as_sorting_and_hashing_gives_at_every_length_of_a_block() {
        for length in 0..=3 * 64 {
            let text = "1".repeat(length);
            for cut in 0..=length {
                let (a, b) = text.as_bytes().split_at(cut);
                assert_eq!(sha1([a, b, b"15"]), naive(&[a, b, b"15"]), "{length} {cut}");
            }
        }
    }
}
