//! Numbered places, in chunks: growing neither moves what is there nor doubles the memory.

use std::num::NonZeroU32;

const CHUNK: usize = 256;

/// The place of an entry, from 1 on, so that "none" takes no room of its own.
pub(super) type Link = NonZeroU32;

pub(super) struct Slab<T> {
    chunks: Vec<Box<[Option<T>]>>,
    /// Places that have been given back.
    free: Vec<Link>,
    /// The last place that was ever used.
    last: u32,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: vec![], free: vec![], last: 0 }
    }
}

impl<T> Slab<T> {
    /// `None` after four thousand million of them.
    pub(super) fn insert(&mut self, value: T) -> Option<Link> {
        let link = match self.free.pop() {
            Some(link) => link,
            None => {
                self.last = self.last.checked_add(1)?;
                let link = Link::new(self.last)?;
                if place(link)?.0 == self.chunks.len() {
                    self.chunks.push((0..CHUNK).map(|_| None).collect());
                }
                link
            }
        };
        *self.place_mut(link)? = Some(value);
        Some(link)
    }

    pub(super) fn remove(&mut self, link: Link) -> Option<T> {
        let value = self.place_mut(link)?.take()?;
        self.free.push(link);
        Some(value)
    }

    pub(super) fn get(&self, link: Link) -> Option<&T> {
        let (chunk, index) = place(link)?;
        self.chunks.get(chunk)?.get(index)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, link: Link) -> Option<&mut T> {
        self.place_mut(link)?.as_mut()
    }

    fn place_mut(&mut self, link: Link) -> Option<&mut Option<T>> {
        let (chunk, index) = place(link)?;
        self.chunks.get_mut(chunk)?.get_mut(index)
    }
}

/// The chunk and the place in it.
fn place(link: Link) -> Option<(usize, usize)> {
    let number = usize::try_from(link.get()).ok()?.checked_sub(1)?;
    Some((number / CHUNK, number % CHUNK))
}
