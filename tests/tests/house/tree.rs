//! What is known of one target once its files are read: modules, the names in each, and every import.

use std::collections::{BTreeMap, BTreeSet};

/// A target's modules, the root first. Files are named by their path from the root's folder, with `/`.
#[derive(Default)]
pub(crate) struct Tree {
    /// The name by which the crate can call itself; none for what is not a library.
    pub(crate) own_name: Option<String>,
    pub(crate) modules: Vec<Module>,
    pub(crate) files: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// The files that define each `macro_rules!`.
    pub(crate) macros: BTreeMap<String, BTreeSet<String>>,
    /// What could not be read, so that nothing goes unseen.
    pub(crate) unread: Vec<String>,
}

pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) parent: Option<usize>,
    pub(crate) names: BTreeMap<String, Vec<Name>>,
    pub(crate) globs: Vec<Glob>,
}

/// One meaning of a name in a module. There may be several: a type and a function, or one for each `cfg`.
pub(crate) struct Name {
    pub(crate) meaning: Meaning,
    pub(crate) is_private: bool,
}

pub(crate) enum Meaning {
    /// A type or a trait, defined in this file.
    Type(String),
    /// A function, a constant or a macro, defined in this file: no path leads through it.
    Value(String),
    /// A module, by its place in [`Tree::modules`].
    Module(usize),
    /// Brought in by `use`.
    Import(Path),
}

pub(crate) struct Glob {
    pub(crate) path: Path,
    pub(crate) is_private: bool,
}

/// A path as it is written.
#[derive(Clone)]
pub(crate) struct Path {
    pub(crate) has_leading_colons: bool,
    pub(crate) segments: Vec<String>,
}

/// A path that stands somewhere in a file.
pub(crate) struct Import {
    pub(crate) kind: Kind,
    pub(crate) file: String,
    pub(crate) module: usize,
    pub(crate) line: usize,
    pub(crate) path: Path,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Path,
    Glob,
    /// A macro called by its bare name.
    Macro,
}

impl Import {
    pub(crate) fn text(&self) -> String {
        let start = if self.path.has_leading_colons { "::" } else { "" };
        let end = match self.kind {
            Kind::Path => "",
            Kind::Glob => "::*",
            Kind::Macro => "!",
        };
        format!("{start}{}{end}", self.path.segments.join("::"))
    }
}
