//! What is wrong with the imports of one target: circles among files, circles among folders, imports of the root.

use crate::{
    circles::{Circles, Graph, circles},
    tree::Tree,
};

/// One import, as a report shows it.
#[derive(Clone)]
struct Site {
    file: String,
    line: usize,
    text: String,
    definer: String,
}

/// One sentence for each fault, with every import that belongs to it on a line of its own.
pub(crate) fn faults(tree: &Tree) -> Vec<String> {
    let files = file_graph(tree);
    let mut faults = tree.unread.clone();
    faults.extend(circles(&files).iter().map(|circle| describe("files", circle, &files)));
    let folders = folder_graph(tree, &files);
    // A circle of files alone is told already.
    let of_folders =
        circles(&folders).into_iter().filter(|circle| circle.nodes.iter().any(|node| node.ends_with('/')));
    faults.extend(of_folders.map(|circle| describe("folders", &circle, &folders)));
    let root = &tree.modules[0].file;
    for site in files.values().filter_map(|targets| targets.get(root)) {
        faults.push(format!("import of what the root defines\n{}", line(site)));
    }
    faults
}

/// Which file imports from which, each pair with the first such import.
fn file_graph(tree: &Tree) -> Graph<Site> {
    let mut graph = Graph::new();
    for import in &tree.imports {
        for definer in tree.files_of(import) {
            if definer != import.file {
                let (file, line, text) = (import.file.clone(), import.line, import.text());
                let targets = graph.entry(file.clone()).or_default();
                targets.entry(definer.clone()).or_insert(Site { file, line, text, definer });
            }
        }
    }
    graph
}

/// The same among what stands in each folder: files, and every folder as one.
fn folder_graph(tree: &Tree, files: &Graph<Site>) -> Graph<Site> {
    let mut graph = Graph::new();
    for site in files.values().flat_map(|targets| targets.values()) {
        let (from, to) = (home(tree, &site.file), home(tree, &site.definer));
        let shared =
            from.split_inclusive('/').zip(to.split_inclusive('/')).take_while(|(from, to)| from == to);
        let depth = shared.count() + 1;
        let node = |path: &str| path.split_inclusive('/').take(depth).collect::<String>();
        graph.entry(node(&from)).or_default().entry(node(&to)).or_insert_with(|| site.clone());
    }
    graph
}

/// Where a file belongs: `x.rs` beside the folder `x` belongs into it, as `x/mod.rs` does.
fn home(tree: &Tree, file: &str) -> String {
    let folder = file.strip_suffix(".rs").map(|stem| format!("{stem}/"));
    match folder.filter(|folder| tree.files.iter().any(|file| file.starts_with(folder))) {
        Some(folder) => format!("{folder}mod.rs"),
        None => file.to_owned(),
    }
}

fn describe(what: &str, circle: &Circles, graph: &Graph<Site>) -> String {
    let way = &circle.shortest;
    let mut text = format!("circle of {what}: {}", way.join(" -> "));
    for (from, to) in way.iter().zip(way.iter().skip(1)) {
        text += "\n";
        text += &line(&graph[from][to]);
    }
    if circle.nodes.len() >= way.len() {
        let nodes = Vec::from_iter(circle.nodes.iter().map(String::as_str));
        text += &format!("\n    part of a knot of {}: {}", nodes.len(), nodes.join(", "));
    }
    text
}

fn line(site: &Site) -> String {
    format!("    {}:{} names {}, defined in {}", site.file, site.line, site.text, site.definer)
}
