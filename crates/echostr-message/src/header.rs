//! Reads the fields that all kinds of a family have.

use crate::{
    document::Document,
    shape::{Mismatch, Object},
};

pub(crate) struct Header<'d> {
    pub(crate) root: Object<'d>,
    /// Whether each field so far has the shape of a text.
    pub(crate) fits: bool,
}

impl<'d> Header<'d> {
    pub(crate) fn of(document: &'d Document) -> Self {
        Self { root: Object(document.root()), fits: true }
    }

    pub(crate) fn text(&mut self, path: &str) -> Option<String> {
        let text = self.root.text(&[path]).unwrap_or_else(|Mismatch| {
            self.fits = false;
            None
        });
        text.map(str::to_owned)
    }

    /// The kind, unless a field of the header has another shape.
    pub(crate) fn kind<K>(&self, read: impl FnOnce(Object<'d>) -> Result<K, Mismatch>, other: K) -> K {
        if self.fits { read(self.root).unwrap_or(other) } else { other }
    }
}
