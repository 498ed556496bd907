//! A place in a document, and the look-up by path.

use std::fmt;

use super::tree::{Entry, Shape, Tree};

/// A field of a [`Document`](crate::Document): an element of XML, or a value of JSON under its key.
///
/// The items of an array of JSON are fields of the name of the array, so that they look like elements that are repeated.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    tree: &'d Tree,
    entry: &'d Entry,
    index: usize,
}

impl<'d> Node<'d> {
    pub(crate) fn root(tree: &'d Tree) -> Self {
        Self { tree, entry: tree.root(), index: 0 }
    }

    fn at(tree: &'d Tree, index: usize) -> Option<Self> {
        Some(Self { tree, entry: tree.entry(index)?, index })
    }

    /// The name as it is spelt; that of the root of JSON is empty.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.tree.name(self.entry)
    }

    /// The exact text of a field without fields in it: untrimmed, and for a number or a truth value of JSON what was
    /// written. None for a structure, `null` and `[]`.
    #[must_use]
    pub fn text(self) -> Option<&'d str> {
        (self.entry.shape == Shape::Leaf).then(|| self.tree.text(self.entry))
    }

    /// The fields in it, in their order. `null` and `[]` of JSON count.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'d> {
        let end = Tree::end(self.entry);
        let mut next = self.index.saturating_add(1);
        std::iter::from_fn(move || {
            let child = (next < end).then(|| Self::at(self.tree, next)).flatten()?;
            next = Tree::end(child.entry);
            Some(child)
        })
    }

    /// The first field at this path below it: names with `.` between them, each looked for as it is spelt, and if there is
    /// none, without regard to case.
    ///
    /// ```
    /// # use echostr_message::Document;
    /// let document = Document::parse(r#"{"MsgType": "event", "List": [{"Id": 1}, {"Id": 2}]}"#)?;
    /// assert_eq!(document.root().get("list.id").and_then(|id| id.text()), Some("1"));
    /// # Ok::<_, echostr_message::ParseError>(())
    /// ```
    #[must_use]
    pub fn get(self, path: &str) -> Option<Self> {
        let mut first = None;
        self.walk(path, &mut |node| {
            first = Some(node);
            false
        });
        first
    }

    /// All fields at this path, in document order. See [`get`](Self::get).
    #[must_use]
    pub fn all(self, path: &str) -> Vec<Self> {
        let mut all = vec![];
        self.walk(path, &mut |node| {
            all.push(node);
            true
        });
        all
    }

    /// Visits what stands at the path until the visitor says `false`. As deep as the document at most.
    fn walk(self, path: &str, visit: &mut dyn FnMut(Self) -> bool) -> bool {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        for child in self.named(name, Spelling::AnyCase) {
            let go_on = match rest {
                Some(rest) => child.walk(rest, visit),
                None => visit(child),
            };
            if !go_on {
                return false;
            }
        }
        true
    }

    /// The children of this name: as it is spelt, and if there is none and case does not matter, in whatever case.
    pub(crate) fn named<'n>(
        self,
        name: &'n str,
        spelling: Spelling,
    ) -> impl Iterator<Item = Self> + use<'d, 'n> {
        let is_exact = spelling == Spelling::Exact || self.children().any(|child| child.name() == name);
        self.children().filter(move |child| {
            if is_exact { child.name() == name } else { child.name().eq_ignore_ascii_case(name) }
        })
    }

    /// The first of [`named`](Self::named), and whether there are more, in one pass: most fields of the table are looked
    /// for in vain.
    pub(crate) fn first_named(self, name: &str, spelling: Spelling) -> (Option<Self>, bool) {
        let (mut exact, mut other) = ((None, false), (None, false));
        for child in self.children() {
            // The length tells most names apart.
            if child.entry.name_length() != name.len() || child.shape() == Shape::Null {
                continue;
            }
            let own = child.name();
            let found = if own == name {
                &mut exact
            } else if spelling == Spelling::AnyCase && own.eq_ignore_ascii_case(name) {
                &mut other
            } else {
                continue;
            };
            match found {
                (None, _) => found.0 = Some(child),
                (Some(_), has_more) => *has_more = true,
            }
        }
        if exact.0.is_some() { exact } else { other }
    }

    pub(crate) fn shape(self) -> Shape {
        self.entry.shape
    }

    pub(crate) fn lists(self) -> u8 {
        self.entry.lists
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }

    pub(crate) fn end(self) -> usize {
        Tree::end(self.entry)
    }

    pub(crate) fn after(self, steps: usize) -> Option<Self> {
        Self::at(self.tree, self.index.saturating_add(steps))
    }
}

/// Whether the case of a name matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// The name as it is spelt, or none.
    Exact,
    /// The name as it is spelt, or else in whatever case.
    AnyCase,
}

/// Without the text, which may be a user's.
impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("shape", &self.entry.shape).finish_non_exhaustive()
    }
}
