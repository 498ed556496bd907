//! The packages of this workspace, as cargo sees them, and what is wrong with their imports.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    exemptions::Fault,
    files::{name_from, rust_files},
    imports, source,
};

pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) targets: Vec<Target>,
}

pub(crate) struct Target {
    pub(crate) root: PathBuf,
    /// The name by which a library can call itself.
    pub(crate) own_name: Option<String>,
}

impl Package {
    /// What is wrong with the imports of all targets. A file under `src/` that no target reaches is a fault too: nothing
    /// looked at it.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = vec![];
        let mut unreached = rust_files(&self.folder.join("src"));
        for target in &self.targets {
            let tree = source::read(&target.root, target.own_name.as_deref());
            faults.extend(imports::faults(&tree));
            let folder = target.root.parent().expect("a file stands in a folder");
            unreached.retain(|file| !tree.files.contains(&name_from(folder, file)));
        }
        let unreached = unreached.iter().map(|file| name_from(&self.folder, file));
        faults.extend(
            unreached.map(|file| format!("{file} belongs to no target, so that nobody looked at it")),
        );
        faults.into_iter().map(|text| Fault { of: self.name.clone(), text }).collect()
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace")
}

/// The packages of the workspace.
pub(crate) fn packages() -> Vec<Package> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo writes JSON");
    let packages =
        metadata["packages"].as_array().expect("a list of packages").iter().map(|package| Package {
            name: text(&package["name"]),
            folder: Path::new(&text(&package["manifest_path"])).parent().expect("a folder").to_path_buf(),
            targets: package["targets"].as_array().expect("a list of targets").iter().map(target).collect(),
        });
    packages.collect()
}

fn target(target: &Value) -> Target {
    let is_library =
        !["bin", "test", "bench", "example", "custom-build"].contains(&text(&target["kind"][0]).as_str());
    Target {
        root: text(&target["src_path"]).into(),
        own_name: is_library.then(|| text(&target["name"]).replace('-', "_")),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
