//! Reads the fields of a kind from a document, if they have the shape that the table says.

use crate::document::{Node, Shape, Spelling, is_blank};

/// A field has another shape than in the table: a structure where a text belongs, or several where one does.
///
/// Then the whole message is the fallback, since a program that reads the fields of its kind would read half of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch;

/// A structure whose fields are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'d>(pub(crate) Node<'d>);

impl<'d> Object<'d> {
    /// The text at the first of these paths that there is.
    pub(crate) fn text(self, paths: &[&str]) -> Result<Option<&'d str>, Mismatch> {
        self.text_spelt(paths, Spelling::AnyCase)
    }

    /// The same, where another field's name differs in case only.
    pub(crate) fn text_spelt(self, paths: &[&str], spelling: Spelling) -> Result<Option<&'d str>, Mismatch> {
        match self.first(paths, |parent, name| parent.one(name, spelling))? {
            None => Ok(None),
            Some(node) => node.text().map(Some).ok_or(Mismatch),
        }
    }

    /// The structure at the first of these paths that there is.
    pub(crate) fn object(self, paths: &[&str]) -> Result<Option<Self>, Mismatch> {
        self.first(paths, |parent, name| parent.one(name, Spelling::AnyCase))?.map(structure).transpose()
    }

    /// The texts of a list.
    pub(crate) fn texts(self, paths: &[&str]) -> Result<Vec<&'d str>, Mismatch> {
        self.list(paths)?.into_iter().map(|node| node.text().ok_or(Mismatch)).collect()
    }

    /// The structures of a list.
    pub(crate) fn objects(self, paths: &[&str]) -> Result<Vec<Self>, Mismatch> {
        self.list(paths)?.into_iter().map(structure).collect()
    }

    fn list(self, paths: &[&str]) -> Result<Vec<Node<'d>>, Mismatch> {
        Ok(self.first(paths, Self::several)?.unwrap_or_default())
    }

    fn first<T>(
        self,
        paths: &[&str],
        read: impl Fn(Self, &str) -> Result<Option<T>, Mismatch>,
    ) -> Result<Option<T>, Mismatch> {
        for path in paths {
            // Most have no parents.
            let (parent, name) =
                match path.as_bytes().contains(&b'.').then(|| path.rsplit_once('.')).flatten() {
                    None => (Some(self), *path),
                    Some((parents, name)) => (self.parent(parents)?, name),
                };
            if let Some(parent) = parent
                && let Some(found) = read(parent, name)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn parent(self, path: &str) -> Result<Option<Self>, Mismatch> {
        path.split('.').try_fold(Some(self), |parent, name| match parent {
            None => Ok(None),
            Some(parent) => parent.one(name, Spelling::AnyCase)?.map(structure).transpose(),
        })
    }

    fn one(self, name: &str, spelling: Spelling) -> Result<Option<Node<'d>>, Mismatch> {
        match self.0.first_named(name, spelling) {
            (None, _) => Ok(None),
            (Some(node), false) if node.lists() == 0 => Ok(Some(node)),
            _ => Err(Mismatch),
        }
    }

    /// None where nothing of this name stands, so that the next path is tried.
    fn several(self, name: &str) -> Result<Option<Vec<Node<'d>>>, Mismatch> {
        let mut is_there = false;
        let mut nodes = vec![];
        for node in self.0.named(name, Spelling::AnyCase) {
            is_there = true;
            match node.shape() {
                _ if node.lists() > 1 => return Err(Mismatch),
                Shape::Null | Shape::EmptyList => {}
                Shape::Leaf | Shape::Object => nodes.push(node),
            }
        }
        Ok(is_there.then_some(nodes))
    }
}

/// An element without child elements is an empty structure as well as an empty text.
fn structure(node: Node<'_>) -> Result<Object<'_>, Mismatch> {
    match node.text() {
        Some(text) if !is_blank(text) => Err(Mismatch),
        None if node.shape() != Shape::Object => Err(Mismatch),
        _ => Ok(Object(node)),
    }
}
