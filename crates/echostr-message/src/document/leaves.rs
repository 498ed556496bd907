//! Every text of a document with its path.

use std::fmt;

use super::node::Node;

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf<'d> {
    /// The names from below the root, with `.` between them.
    pub path: String,
    /// The exact text.
    pub text: &'d str,
}

/// The leaves of a document, in its order. See [`Document::leaves`](crate::Document::leaves).
#[derive(Clone, Debug)]
pub struct Leaves<'d> {
    next: Option<Node<'d>>,
    /// Where in `path` the name of each structure around the next node begins, and where the structure ends.
    around: Vec<(usize, usize)>,
    path: String,
}

impl<'d> Leaves<'d> {
    pub(crate) fn of(root: Node<'d>) -> Self {
        Self { next: root.after(1), around: vec![], path: String::new() }
    }
}

impl<'d> Iterator for Leaves<'d> {
    type Item = Leaf<'d>;

    fn next(&mut self) -> Option<Leaf<'d>> {
        loop {
            let node = self.next?;
            self.next = node.after(1);
            while let Some(&(start, end)) = self.around.last()
                && node.index() >= end
            {
                self.path.truncate(start);
                self.around.pop();
            }
            if let Some(text) = node.text() {
                return Some(Leaf { path: format!("{}{}", self.path, node.name()), text });
            }
            self.around.push((self.path.len(), node.end()));
            self.path.push_str(node.name());
            self.path.push('.');
        }
    }
}

/// Without the text, which may be a user's.
impl fmt::Debug for Leaf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaf").field("path", &self.path).finish_non_exhaustive()
    }
}
