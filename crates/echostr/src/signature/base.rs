//! What a signature signs: its parts, sorted by bytes and joined.

use std::{array, cmp::Ordering, iter};

use sha1::{Digest as _, Sha1, block_api};

/// The parts of a signature, to be [joined](Self::join) first and [hashed](Self::sha1) then.
///
/// Two steps, because the processor cannot load in one piece what it has just stored in several: work that is done between
/// them is for nothing, up to 10 ns. In place, as moving the block would cost the same.
pub(crate) struct SignatureBase<'p, const PARTS: usize> {
    parts: [&'p [u8]; PARTS],
    /// The joined parts with their padding. `Sha1` would do the same in twice the time, a third of all that `verify` takes.
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
///
/// Added up instead of sorted, because that takes no branch that depends on the order, which is a matter of chance: half of
/// the nonces sort before the timestamp.
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
