//! Circles in a graph of named nodes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From each node to those that it imports, with the import that shows it.
pub(crate) type Graph<Import> = BTreeMap<String, BTreeMap<String, Import>>;

/// Nodes that all lead to each other.
pub(crate) struct Circles {
    /// One shortest way around, the first node again at its end.
    pub(crate) shortest: Vec<String>,
    pub(crate) nodes: BTreeSet<String>,
}

/// The strongly connected components of two nodes or more. An edge from a node to itself does not count.
pub(crate) fn circles<Import>(graph: &Graph<Import>) -> Vec<Circles> {
    let reached: BTreeMap<&str, BTreeMap<&str, &str>> =
        graph.keys().map(|node| (node.as_str(), ways_from(graph, node))).collect();
    let mut components = BTreeSet::new();
    for (node, ways) in &reached {
        if ways.contains_key(node) {
            let both_ways =
                ways.keys().filter(|other| reached.get(*other).is_some_and(|ways| ways.contains_key(node)));
            components.insert(both_ways.copied().collect::<BTreeSet<&str>>());
        }
    }
    let circles = components.into_iter().map(|nodes| Circles {
        shortest: nodes
            .iter()
            .map(|node| way_back(node, &reached[node]))
            .min_by_key(Vec::len)
            .unwrap_or_default(),
        nodes: nodes.into_iter().map(str::to_owned).collect(),
    });
    circles.collect()
}

/// Every node that can be reached from `start`, `start` itself only by a circle, with the node before it on a shortest way.
fn ways_from<'g, Import>(graph: &'g Graph<Import>, start: &'g str) -> BTreeMap<&'g str, &'g str> {
    let mut before = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in graph.get(node).into_iter().flat_map(BTreeMap::keys) {
            if next != node && !before.contains_key(next.as_str()) {
                before.insert(next.as_str(), node);
                queue.push_back(next);
            }
        }
    }
    before
}

fn way_back(start: &str, before: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut way = vec![start.to_owned()];
    let mut node = start;
    loop {
        node = before[node];
        way.push(node.to_owned());
        if node == start {
            way.reverse();
            return way;
        }
    }
}
