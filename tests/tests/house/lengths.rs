//! Files that are too long to be read at one sitting.

use std::path::Path;

use crate::{
    exemptions::Fault,
    files::{name_from, rust_files},
};

pub(crate) const MOST_LINES: usize = 600;

/// The Rust files of `folders` under `root` that have too many lines, named by their path from `root`.
pub(crate) fn faults(root: &Path, folders: &[&str]) -> Vec<Fault> {
    let mut faults = vec![];
    for file in folders.iter().flat_map(|folder| rust_files(&root.join(folder))) {
        let lines = std::fs::read_to_string(&file).expect("a source file is text").lines().count();
        if lines > MOST_LINES {
            faults.push(Fault {
                of: name_from(root, &file),
                text: format!("{lines} lines, more than {MOST_LINES}"),
            });
        }
    }
    faults
}
