//! The tree of a document: one vector of nodes in document order, and one buffer with their names and texts.
//!
//! There is nothing to be dropped recursively, and a usual message takes two allocations.

use std::ops::Range;

use crate::{
    limits::{MAX_DEPTH, MAX_NODES},
    parse_error::ParseError,
};

/// Where a name or a text stands in the buffer. A document has at most a megabyte.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

/// What a node holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text: an element without child elements, or a string, a number, `true` or `false` of JSON.
    Leaf,
    /// Child elements, or an object of JSON.
    Object,
    /// `null` of JSON.
    Null,
    /// `[]` of JSON.
    EmptyList,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    name: Span,
    text: Span,
    /// The first node behind this one and all that is in it. Until it is closed: the node that it is in.
    end: u32,
    pub(crate) shape: Shape,
    /// In how many arrays of JSON it stands, below the object whose key is its name.
    pub(crate) lists: u8,
}

impl Entry {
    /// Bytes of the name.
    pub(crate) fn name_length(&self) -> usize {
        self.name.end.saturating_sub(self.name.start) as usize
    }
}

/// A tree without its format. The first node is the root.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    text: String,
    entries: Vec<Entry>,
}

impl Tree {
    pub(crate) fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    /// The root, which both readers refuse to do without.
    pub(crate) fn root(&self) -> &Entry {
        static NONE: Entry = Entry {
            name: Span { start: 0, end: 0 },
            text: Span { start: 0, end: 0 },
            end: 0,
            shape: Shape::Null,
            lists: 0,
        };
        self.entries.first().unwrap_or(&NONE)
    }

    pub(crate) fn name(&self, entry: &Entry) -> &str {
        self.slice(entry.name)
    }

    pub(crate) fn text(&self, entry: &Entry) -> &str {
        self.slice(entry.text)
    }

    pub(crate) fn end(entry: &Entry) -> usize {
        entry.end as usize
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// Builds a [`Tree`] from the events of a parser, and holds the limits.
#[derive(Debug)]
pub(crate) struct Builder {
    tree: Tree,
    /// The node that is open.
    open: usize,
    depth: usize,
    /// Where the text begins that may become that of the open node.
    text_start: usize,
}

impl Builder {
    /// For a document of `bytes`, which has about one field in 40.
    pub(crate) fn new(bytes: usize) -> Self {
        let text = String::with_capacity(bytes);
        let entries = Vec::with_capacity(bytes.div_euclid(40).saturating_add(4).min(MAX_NODES));
        Self { tree: Tree { text, entries }, open: 0, depth: 0, text_start: 0 }
    }

    /// Whether the root has been closed again, or was never opened.
    pub(crate) fn is_outside(&self) -> bool {
        self.depth == 0
    }

    pub(crate) fn has_root(&self) -> bool {
        !self.tree.entries.is_empty()
    }

    /// Writes a name, for one node or several.
    pub(crate) fn name(&mut self, name: &str) -> Span {
        let span = self.push(name);
        self.text_start = self.tree.text.len();
        span
    }

    /// Opens a node in the one that is open.
    pub(crate) fn open(&mut self, name: Span, lists: u8) -> Result<(), ParseError> {
        if self.depth > MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        if self.tree.entries.len() >= MAX_NODES {
            return Err(ParseError::TooManyNodes);
        }
        if let Some(parent) = self.tree.entries.get_mut(self.open) {
            parent.shape = Shape::Object;
        }
        let text = Span { start: name.end, end: name.end };
        let end = short(self.open);
        self.open = self.tree.entries.len();
        self.depth = self.depth.saturating_add(1);
        self.text_start = self.tree.text.len();
        self.tree.entries.push(Entry { name, text, end, shape: Shape::Leaf, lists });
        Ok(())
    }

    /// Adds to the text of the open node.
    pub(crate) fn text(&mut self, text: &str) {
        self.tree.text.push_str(text);
    }

    pub(crate) fn character(&mut self, character: char) {
        self.tree.text.push(character);
    }

    /// Forgets the text so far if it is blank, as between elements; says whether it was.
    pub(crate) fn forget_blank(&mut self) -> bool {
        let is_blank = self.tree.text.get(self.text_start..).is_none_or(is_blank);
        if is_blank {
            self.tree.text.truncate(self.text_start);
        }
        is_blank
    }

    /// Whether the open node has nodes in it.
    pub(crate) fn has_children(&self) -> bool {
        self.tree.entries.get(self.open).is_some_and(|entry| entry.shape == Shape::Object)
    }

    /// The name of the open node.
    pub(crate) fn open_name(&self) -> &str {
        self.tree.entries.get(self.open).map_or("", |entry| self.tree.name(entry))
    }

    /// Closes the open node. What was written since it was opened is its text.
    pub(crate) fn close(&mut self, shape: Shape) {
        let text = self.span_from(self.text_start);
        let end = short(self.tree.entries.len());
        if let Some(entry) = self.tree.entries.get_mut(self.open) {
            self.open = entry.end as usize;
            entry.end = end;
            entry.shape = shape;
            if shape == Shape::Leaf {
                entry.text = text;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        self.text_start = self.tree.text.len();
    }

    pub(crate) fn finish(self) -> Tree {
        self.tree
    }

    fn push(&mut self, text: &str) -> Span {
        let start = self.tree.text.len();
        self.tree.text.push_str(text);
        self.span_from(start)
    }

    fn span_from(&self, start: usize) -> Span {
        let Range { start, end } = start..self.tree.text.len();
        Span { start: short(start), end: short(end) }
    }
}

/// White space of XML, which stands between elements.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// What the limits keep below 2^32.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
