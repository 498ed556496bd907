//! Numbered places, in chunks: growing neither moves what is there nor doubles the memory.

const CHUNK: usize = 256;

pub(super) struct Slab<T> {
    chunks: Vec<Box<[Option<T>]>>,
    /// Places that have been given back.
    free: Vec<u32>,
    /// The first place that was never used.
    fresh: u32,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: vec![], free: vec![], fresh: 0 }
    }
}

impl<T> Slab<T> {
    /// `None` after four thousand million of them.
    pub(super) fn insert(&mut self, value: T) -> Option<u32> {
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                let number = self.fresh;
                self.fresh = number.checked_add(1)?;
                if usize::try_from(number).ok()? / CHUNK == self.chunks.len() {
                    self.chunks.push((0..CHUNK).map(|_| None).collect());
                }
                number
            }
        };
        *self.place(number)? = Some(value);
        Some(number)
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let value = self.place(number)?.take()?;
        self.free.push(number);
        Some(value)
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let number = usize::try_from(number).ok()?;
        self.chunks.get(number / CHUNK)?.get(number % CHUNK)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.place(number)?.as_mut()
    }

    fn place(&mut self, number: u32) -> Option<&mut Option<T>> {
        let number = usize::try_from(number).ok()?;
        self.chunks.get_mut(number / CHUNK)?.get_mut(number % CHUNK)
    }
}
