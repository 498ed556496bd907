//! Lines that rustdoc hides and a web page shows: a README is read on both.

use std::path::{Path, PathBuf};

use crate::{exemptions::Fault, files::name_from};

/// The lines in Rust blocks that only rustdoc hides, of every README directly in one of `folders`, named by their path from
/// `root`.
pub(crate) fn faults(root: &Path, folders: &[PathBuf]) -> Vec<Fault> {
    let mut faults = vec![];
    for file in folders.iter().flat_map(|folder| readmes(folder)) {
        let text = std::fs::read_to_string(&file).expect("a README is text");
        faults.extend(hidden_lines(&text).into_iter().map(|(number, line)| Fault {
            of: name_from(root, &file),
            text: format!("line {number} is hidden by rustdoc alone: {line}"),
        }));
    }
    faults
}

/// `README.md` and its translations.
pub(crate) fn readmes(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder can be read");
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut readmes: Vec<_> = paths
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            name.starts_with("readme") && name.ends_with(".md")
        })
        .collect();
    readmes.sort();
    readmes
}

/// Numbers, from 1, and texts of the lines that rustdoc takes out of Rust blocks: `#` alone, or with a space behind it.
fn hidden_lines(markdown: &str) -> Vec<(usize, &str)> {
    let mut hidden = vec![];
    let mut block: Option<(&str, bool)> = None;
    for (line, number) in markdown.lines().zip(1..) {
        // In a quotation or a list a block is a block too.
        let content = line.trim_start_matches([' ', '\t', '>']).trim_end();
        match (block, fence(content)) {
            (None, Some((fence, info))) => block = Some((fence, is_rust(info))),
            (Some((opening, _)), Some((closing, ""))) if closing.starts_with(opening) => block = None,
            (Some((_, true)), _) if content == "#" || content.starts_with("# ") => {
                hidden.push((number, line));
            }
            _ => {}
        }
    }
    hidden
}

/// The marks that open or close a block, and what stands behind them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let (fence, info) = line.split_at(line.len() - line.trim_start_matches(mark).len());
    (fence.len() >= 3).then(|| (fence, info.trim()))
}

/// Whether rustdoc takes a block for Rust: if it says so, or names no other language.
fn is_rust(info: &str) -> bool {
    const ATTRIBUTES: [&str; 5] = ["no_run", "ignore", "should_panic", "compile_fail", "test_harness"];
    let mut words = info.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    let is_attribute = |word: &str| {
        ATTRIBUTES.contains(&word) || ["edition", "ignore-", "E0"].iter().any(|start| word.starts_with(start))
    };
    words.clone().any(|word| word == "rust") || words.all(is_attribute)
}
