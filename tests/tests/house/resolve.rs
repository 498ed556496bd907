//! To which files an import leads: through every re-export, to the file that defines what it names.

use std::collections::BTreeSet;

use crate::tree::{Import, Kind, Meaning, Name, Path, Tree};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(usize),
    /// A type or a trait, defined in this file.
    Type(String),
    /// Anything else, defined in this file.
    Value(String),
}

impl Target {
    /// The file that defines it, unless it is a module.
    fn definer(self) -> Option<String> {
        match self {
            Self::Module(_) => None,
            Self::Type(file) | Self::Value(file) => Some(file),
        }
    }
}

/// The names that are being looked up, so that names that stand for each other come to an end.
type Pending = BTreeSet<(usize, String)>;

impl Tree {
    /// The files that define what `import` names; none where that is another crate's.
    ///
    /// What a module does not show is taken to be made by a macro in it, so that it counts as defined in that module's file.
    pub(crate) fn files_of(&self, import: &Import) -> BTreeSet<String> {
        match import.kind {
            Kind::Macro => self.definers_of_macro(import),
            Kind::Path => self
                .follow(import.module, &import.path, &mut Pending::new())
                .into_iter()
                .map(|target| match target {
                    Target::Module(module) => self.modules[module].file.clone(),
                    Target::Type(file) | Target::Value(file) => file,
                })
                .collect(),
            Kind::Glob => {
                let mut files = BTreeSet::new();
                self.shown_by(import.module, &import.path, &mut BTreeSet::new(), &mut files);
                files
            }
        }
    }

    fn definers_of_macro(&self, import: &Import) -> BTreeSet<String> {
        let definers = import.path.segments.first().and_then(|name| self.macros.get(name));
        definers.filter(|files| !files.contains(&import.file)).cloned().unwrap_or_default()
    }

    /// What `path` means in the module `from`.
    fn follow(&self, from: usize, path: &Path, pending: &mut Pending) -> BTreeSet<Target> {
        let Some((first, rest)) = path.segments.split_first() else { return BTreeSet::new() };
        let is_own_name = self.own_name.as_ref() == Some(first);
        let mut targets = match first.as_str() {
            "crate" => BTreeSet::from([Target::Module(0)]),
            "self" => BTreeSet::from([Target::Module(from)]),
            "super" => self.modules[from].parent.into_iter().map(Target::Module).collect(),
            _ if path.has_leading_colons && is_own_name => BTreeSet::from([Target::Module(0)]),
            _ if path.has_leading_colons => BTreeSet::new(),
            name => self.look_up(from, name, pending).unwrap_or_else(|| {
                if is_own_name { BTreeSet::from([Target::Module(0)]) } else { BTreeSet::new() }
            }),
        };
        for name in rest {
            targets = targets.into_iter().flat_map(|target| self.step(target, name, pending)).collect();
        }
        targets
    }

    fn step(&self, target: Target, name: &str, pending: &mut Pending) -> BTreeSet<Target> {
        match (target, name) {
            (Target::Module(module), "self") => BTreeSet::from([Target::Module(module)]),
            (Target::Module(module), "super") => {
                self.modules[module].parent.into_iter().map(Target::Module).collect()
            }
            (Target::Module(module), name) => self
                .look_up(module, name, pending)
                .unwrap_or_else(|| BTreeSet::from([Target::Type(self.modules[module].file.clone())])),
            // A variant, or an associated item.
            (Target::Type(file), _) => BTreeSet::from([Target::Type(file)]),
            // A name that happens to be a function's too: what the path names is another crate.
            (Target::Value(_), _) => BTreeSet::new(),
        }
    }

    /// What `name` means in a module: nothing where another crate defines it, none where the module does not show it.
    fn look_up(&self, module: usize, name: &str, pending: &mut Pending) -> Option<BTreeSet<Target>> {
        let key = (module, name.to_owned());
        if !pending.insert(key.clone()) {
            return Some(BTreeSet::new());
        }
        let meanings = if let Some(names) = self.modules[module].names.get(name) {
            Some(names.iter().flat_map(|name| self.meaning(module, name, pending)).collect())
        } else {
            self.look_up_in_globs(module, name, pending)
        };
        pending.remove(&key);
        meanings
    }

    fn look_up_in_globs(&self, module: usize, name: &str, pending: &mut Pending) -> Option<BTreeSet<Target>> {
        let mut meanings: Option<BTreeSet<Target>> = None;
        for glob in &self.modules[module].globs {
            let sources = self.follow(module, &glob.path, pending);
            if sources.is_empty() {
                // Another crate's: the name may be one of its.
                meanings.get_or_insert_default();
            }
            for source in sources {
                if let Target::Module(source) = source
                    && let Some(more) = self.look_up(source, name, pending)
                {
                    meanings.get_or_insert_default().extend(more);
                }
            }
        }
        meanings
    }

    fn meaning(&self, module: usize, name: &Name, pending: &mut Pending) -> BTreeSet<Target> {
        match &name.meaning {
            Meaning::Type(file) => BTreeSet::from([Target::Type(file.clone())]),
            Meaning::Value(file) => BTreeSet::from([Target::Value(file.clone())]),
            Meaning::Module(child) => BTreeSet::from([Target::Module(*child)]),
            Meaning::Import(path) => self.follow(module, path, pending),
        }
    }

    /// The files that define what a glob of `path` brings into the module `from`: every item that `from` may see there, used
    /// or not. Modules are no items: what is used of them is named by a path of its own.
    fn shown_by(&self, from: usize, path: &Path, seen: &mut BTreeSet<usize>, files: &mut BTreeSet<String>) {
        for target in self.follow(from, path, &mut Pending::new()) {
            let module = match target {
                Target::Type(file) | Target::Value(file) => {
                    files.insert(file);
                    continue;
                }
                Target::Module(module) => module,
            };
            if !seen.insert(module) {
                continue;
            }
            let is_inside = self.is_inside(from, module);
            for name in self.modules[module].names.values().flatten() {
                if is_inside || !name.is_private {
                    let meanings = self.meaning(module, name, &mut Pending::new());
                    files.extend(meanings.into_iter().filter_map(Target::definer));
                }
            }
            for glob in &self.modules[module].globs {
                if is_inside || !glob.is_private {
                    self.shown_by(module, &glob.path, seen, files);
                }
            }
        }
    }

    fn is_inside(&self, module: usize, outer: usize) -> bool {
        module == outer || self.modules[module].parent.is_some_and(|parent| self.is_inside(parent, outer))
    }
}
