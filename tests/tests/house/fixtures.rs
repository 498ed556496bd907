//! The checks, seen to fail: small crates with a circle, each beside the same crate without it; long files; READMEs with hidden lines.

use std::path::Path;

use crate::{
    exemptions::{Exemption, Fault, unexcused},
    imports, lengths, readmes, source,
    workspace::{Package, Target},
};

type Files<'f> = &'f [(&'f str, &'f str)];

/// Writes a library named `fixture` and gives its faults, a line each for a circle and for every import in it.
fn faults(name: &str, files: Files<'_>) -> Vec<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("house").join(name);
    write(&folder, files);
    let faults = imports::faults(&source::read(&folder.join("lib.rs"), Some("fixture")));
    faults.iter().flat_map(|fault| fault.lines()).map(|line| line.trim().to_owned()).collect()
}

fn write(folder: &Path, files: Files<'_>) {
    // What an earlier run has left must not be found.
    drop(std::fs::remove_dir_all(folder));
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}

/// `a.rs`, as each of these writes it, and `b.rs`, which it imports, under one root: `b.rs` imports `a.rs` by `import`.
fn two(name: &str, import: &str, expected: &[&str]) {
    let root = "pub mod a; pub mod b; pub use a::A; pub use b::*; pub mod doors { pub use crate::a::{*, A as Renamed, make}; fn local() { struct Trait; } }";
    let a = "use crate::b::B;\npub struct A;\npub trait Trait {}\npub fn make(_: B) {}\n#[macro_export]\nmacro_rules! made { () => {} }";
    let circle = ["circle of files: a.rs -> b.rs -> a.rs", "a.rs:1 names crate::b::B, defined in b.rs"];
    let with = faults(name, &[("lib.rs", root), ("a.rs", a), ("b.rs", &format!("pub struct B;\n{import}"))]);
    assert_eq!(with, [&circle, expected].concat(), "{name}");
    let without = faults(name, &[("lib.rs", root), ("a.rs", a), ("b.rs", "pub struct B;")]);
    assert_eq!(without, [""; 0], "{name}");
}

#[test]
fn a_circle_of_two_is_found_however_the_import_is_spelled() {
    let spellings = [
        ("direct", "use crate::a::A;", "crate::a::A"),
        ("re-export", "use crate::A;", "crate::A"),
        ("renamed re-export", "use crate::doors::Renamed;", "crate::doors::Renamed"),
        ("glob behind a local name", "use crate::doors::Trait;", "crate::doors::Trait"),
        ("super", "use super::a::A;", "super::a::A"),
        ("self", "use self::super::a::A;", "self::super::a::A"),
        ("own name", "use fixture::A;", "fixture::A"),
        ("own name, absolute", "use ::fixture::A;", "::fixture::A"),
        ("extern crate", "extern crate self as me; use me::A;", "me::A"),
        ("nested tree", "use {std::fmt, crate::{b as _, a::{self as _, A as C}}};", "crate::a"),
        ("module", "use crate::a;", "crate::a"),
        ("glob", "use crate::a::*;", "crate::a::*"),
        ("expression", "fn b() { crate::a::make(B); }", "crate::a::make"),
        ("import in a block", "fn b() { use crate::a::make; make(B); }", "crate::a::make"),
        ("type", "pub type C = Vec<Option<crate::a::A>>;", "crate::a::A"),
        ("qualified path", "fn b() { <B as crate::a::Trait>::b(); }", "crate::a::Trait::b"),
        ("pattern", "fn b(a: u8) { if let super::a::A = a {} }", "super::a::A"),
        ("bound", "impl<T: crate::a::Trait> From<T> for B {}", "crate::a::Trait"),
        ("inline module", "mod c { fn b() { super::super::a::make(super::B); } }", "super::super::a::make"),
        ("attribute", "#[serde(with = \"crate::a\")] struct C;", "crate::a"),
        ("attribute's path", "#[derive(crate::a::Derived)] struct C;", "crate::a::Derived"),
        ("argument of a macro", "fn b() { println!(\"{}\", [..crate::a::LENGTH]) }", "crate::a::LENGTH"),
        ("items in a macro", "pin_project! { struct C { #[pin] a: crate::a::A } }", "crate::a::A"),
        (
            "body of a macro",
            "macro_rules! b { ($x:expr) => { $crate::doors::make($x) } }",
            "crate::doors::make",
        ),
        ("import in a macro", "macro_rules! b { () => { use $crate::{a::{make as m}}; } }", "crate::a::make"),
        ("macro by path", "fn b() { crate::made!() }", "crate::made"),
        ("macro by name", "fn b() { made!() }", "made!"),
        ("macro by name in a macro", "fn b() { dbg!(made!()) }", "made!"),
        ("function named as a crate", "use a_crate::C; use crate::a::make as a_crate;", "crate::a::make"),
        ("made by a macro", "use crate::a::Unknown;", "crate::a::Unknown"),
        ("raw", "use crate::r#a::r#A;", "crate::a::A"),
    ];
    for (name, import, text) in spellings {
        two(name, import, &[&format!("b.rs:2 names {text}, defined in a.rs")]);
    }
}

#[test]
fn what_is_no_import_is_no_circle() {
    let a = "use crate::b::B;\npub struct A;\nmacro_rules! made { () => {} }\npub fn a() { made!() }";
    let harmless = [
        ("a link", "/// [`A`](crate::a::A)\npub struct B;"),
        ("a test", "pub struct B;\n#[cfg(test)]\nmod tests { use crate::a::A; }"),
        ("a test among others", "pub struct B;\n#[cfg(all(test, unix))]\nuse crate::a::A;"),
        ("a method for tests", "pub struct B;\nimpl B { #[cfg(test)] fn b() { crate::a::a() } }"),
        ("a visibility", "pub struct B { pub(in crate::a) b: u8, pub(crate) c: u8 }"),
        ("a visibility in a macro", "pub struct B; c! { => pub(in crate::a) struct C; }"),
        ("another crate of a module's name", "pub struct B; fn b() { ::a::b(); a::b(); std::a::b() }"),
        ("another crate's name behind a glob", "pub struct B; use crate::door::Thing;"),
        ("a glob of what is private there", "pub struct B; use crate::door::*;"),
        ("a text", "pub struct B; fn b() { println!(\"crate::a\") }"),
        ("a macro of its own", "pub struct B; macro_rules! made { () => {} } fn b() { made!() }"),
    ];
    for (name, b) in harmless {
        let root = "pub mod a; pub mod b; pub mod door { use crate::a::A; pub use other::*; }";
        assert_eq!(faults(name, &[("lib.rs", root), ("a.rs", a), ("b.rs", b)]), [""; 0], "{name}");
    }
}

#[test]
fn a_circle_of_three_is_found_and_a_larger_knot_named() {
    let root = ("lib.rs", "mod a; mod b; mod c; mod d; pub use {a::A, b::B, c::C};");
    let (a, b) = (("a.rs", "use crate::B; pub struct A;"), ("b.rs", "\n\nuse crate::C; pub struct B;"));
    let d = ("d.rs", "use crate::A; pub struct D;");
    let circle = [
        "circle of files: a.rs -> b.rs -> c.rs -> a.rs",
        "a.rs:1 names crate::B, defined in b.rs",
        "b.rs:3 names crate::C, defined in c.rs",
        "c.rs:1 names crate::A, defined in a.rs",
    ];
    assert_eq!(faults("three", &[root, a, b, ("c.rs", "use crate::A; pub struct C;"), d]), circle);
    assert_eq!(faults("three", &[root, a, b, ("c.rs", "pub struct C;"), d]), [""; 0]);

    let knot = faults("knot", &[root, a, b, ("c.rs", "use crate::{A, d::D}; pub struct C;"), d]);
    assert_eq!(knot, [&circle[..], &["part of a knot of 4: a.rs, b.rs, c.rs, d.rs"]].concat());
}

#[test]
fn chains_of_globs_lead_to_the_definer() {
    let chain = [
        ("lib.rs", "mod one; mod a; mod b; pub use one::*;"),
        ("one/mod.rs", "mod two; pub use two::*;"),
        ("one/two.rs", "pub use crate::a::*;"),
    ];
    let circle = ["circle of files: a.rs -> b.rs -> a.rs", "a.rs:1 names crate::b, defined in b.rs"];
    for (import, text) in [("use crate::A;", "crate::A"), ("use crate::*;", "crate::*")] {
        let b = format!("\n{import} pub fn b(_: A) {{}}");
        let files = [chain.as_slice(), &[("a.rs", "use crate::b; pub struct A;"), ("b.rs", &b)]].concat();
        let end = format!("b.rs:2 names {text}, defined in a.rs");
        assert_eq!(faults("globs", &files)[..3], [circle[0], circle[1], &end]);
        let files = [chain.as_slice(), &[("a.rs", "pub struct A;"), ("b.rs", &b)]].concat();
        assert_eq!(faults("globs", &files), [""; 0]);
    }
}

#[test]
fn a_parent_may_import_its_children_or_they_it() {
    let root = ("lib.rs", "mod parent; pub use parent::Part;");
    let sibling = ("parent/sibling.rs", "use super::Part;");
    for parent in ["parent.rs", "parent/mod.rs"] {
        let door = (parent, "mod part; mod sibling; pub use part::Part;");
        assert_eq!(faults("door", &[root, door, ("parent/part.rs", "pub struct Part;"), sibling]), [""; 0]);

        let owner = (parent, "mod part;\npub use part::Part;\nconst MOST: u8 = 1; made! { struct Made; }");
        for import in ["super::MOST", "super::*", "super::Made"] {
            let user = format!("use {import}; pub struct Part;");
            let circle = [
                format!("circle of files: {parent} -> parent/part.rs -> {parent}"),
                format!("{parent}:2 names part::Part, defined in parent/part.rs"),
                format!("parent/part.rs:1 names {import}, defined in {parent}"),
            ];
            assert_eq!(faults("parent", &[root, owner, ("parent/part.rs", &user)]), circle);
            let owner = (parent, "mod part;\nuse ::part::Part;\nconst MOST: u8 = 1;");
            assert_eq!(faults("parent", &[root, owner, ("parent/part.rs", &user)]), [""; 0]);
        }
    }
}

#[test]
fn a_glob_brings_in_what_a_macro_defines() {
    let (root, b) = ("mod a; mod b;", "use crate::a::*; pub struct B;");
    let a = "use crate::b::B; made! { pub struct A { b: B } }";
    let circle = [
        "circle of files: a.rs -> b.rs -> a.rs",
        "a.rs:1 names crate::b::B, defined in b.rs",
        "b.rs:1 names crate::a::*, defined in a.rs",
    ];
    assert_eq!(faults("made", &[("lib.rs", root), ("a.rs", a), ("b.rs", b)]), circle);
    let a = "use crate::b::B; made! { struct A { b: B } }";
    assert_eq!(faults("made", &[("lib.rs", root), ("a.rs", a), ("b.rs", b)]), [""; 0]);
}

#[test]
fn a_circle_of_folders_needs_none_of_files() {
    let files = [
        ("lib.rs", "mod x; mod y;"),
        ("x.rs", "pub mod one; pub mod two;"),
        ("x/one.rs", "use crate::y::three::Three;"),
        ("x/two.rs", "pub struct Two;"),
        ("y/mod.rs", "pub mod three; pub mod four;"),
        ("y/three.rs", "pub struct Three;"),
    ];
    let circle = [
        "circle of folders: x/ -> y/ -> x/",
        "x/one.rs:1 names crate::y::three::Three, defined in y/three.rs",
        "y/four.rs:1 names crate::x::two::Two, defined in x/two.rs",
    ];
    let with = [files.as_slice(), &[("y/four.rs", "use crate::x::two::Two;")]].concat();
    assert_eq!(faults("folders", &with), circle);
    let without = [files.as_slice(), &[("y/four.rs", "use super::three::Three;")]].concat();
    assert_eq!(faults("folders", &without), [""; 0]);
}

#[test]
fn what_the_root_defines_is_for_nobody() {
    let files = [("lib.rs", "mod a;\npub const MOST: u8 = 1;"), ("a.rs", "const LEAST: u8 = crate::MOST;")];
    let import = ["import of what the root defines", "a.rs:1 names crate::MOST, defined in lib.rs"];
    assert_eq!(faults("root", &files), import);
}

#[test]
fn modules_are_found_where_they_are_put() {
    let files = [
        (
            "lib.rs",
            "mod outer { mod inner; #[path = \"named.rs\"] mod other; } #[path = \"far/away.rs\"] mod a;",
        ),
        ("outer/inner.rs", "use crate::a::A;"),
        ("outer/named.rs", "use crate::a::A;"),
        ("far/away.rs", "when! { mod near; } pub struct A;"),
        ("far/near.rs", "mod nowhere;"),
    ];
    let tree_faults = faults("places", &files);
    let [missing] = tree_faults.as_slice() else { panic!("{tree_faults:?}") };
    assert!(missing.starts_with("far/near/nowhere/mod.rs cannot be read"), "{missing}");
    let back = [&files[..4], &[("far/near.rs", "use super::A; use crate::outer::inner;")]].concat();
    let circle = [
        "circle of folders: far/ -> outer/ -> far/",
        "far/near.rs:1 names crate::outer::inner, defined in outer/inner.rs",
        "outer/inner.rs:1 names crate::a::A, defined in far/away.rs",
    ];
    assert_eq!(faults("places", &back), circle);
}

#[test]
fn a_file_that_nobody_looked_at_is_found() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("house/unreached");
    let files = [
        ("src/lib.rs", "#[cfg(test)] mod tests; include!(\"included.rs\");"),
        ("src/main.rs", "mod a; fn main() { fixture::b() }"),
        ("src/tests.rs", "use crate::*;"),
        ("src/a.rs", "use crate::main;"),
        ("src/included.rs", ""),
    ];
    write(&folder, &files);
    let target = |root, own_name| Target { root: folder.join(root), own_name };
    let targets = vec![target("src/lib.rs", Some("fixture".to_owned())), target("src/main.rs", None)];
    let package = Package { name: "fixture".to_owned(), folder: folder.clone(), targets };
    let expected = [
        "fixture: import of what the root defines\n    a.rs:1 names crate::main, defined in main.rs",
        "fixture: src/included.rs belongs to no target, so that nobody looked at it",
    ];
    assert_eq!(unexcused(&package.faults(), &[]), expected);
}

#[test]
fn long_files_are_found_and_idle_exemptions_too() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("house/lengths");
    let most = "\n".repeat(lengths::MOST_LINES);
    write(&folder, &[("crates/long.rs", &format!("{most}\n")), ("crates/short.rs", &most)]);
    let faults = lengths::faults(&folder, &["crates"]);
    let text = "crates/long.rs: 601 lines, more than 600";
    assert_eq!(unexcused(&faults, &[]), [text]);
    for of in ["crates/", "crates/long.rs"] {
        assert_eq!(unexcused(&faults, &[Exemption { of, reason: "for now" }]), [""; 0]);
    }
    let idle = "crates/short.rs needs no exemption any more: take it out (for now)";
    assert_eq!(unexcused(&faults, &[Exemption { of: "crates/short.rs", reason: "for now" }]), [text, idle]);
    let other = Fault { of: "crates/long.rs.rs".into(), text: "too long".into() };
    assert_eq!(unexcused(&[other], &[Exemption { of: "crates/long.rs", reason: "for now" }]).len(), 2);
}

#[test]
fn a_line_that_only_rustdoc_hides_is_found() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("house").join("readmes");
    let faults = |text: &str| {
        write(
            &folder,
            &[("README.md", "# Title\n"), ("README.zh-CN.md", text), ("NOTES.md", "```rust\n# a\n```")],
        );
        let faults = readmes::faults(&folder, std::slice::from_ref(&folder));
        faults.into_iter().map(|fault| format!("{}: {}", fault.of, fault.text)).collect::<Vec<_>>()
    };
    for opening in [
        "```rust",
        "```",
        "````rust",
        "~~~ rust",
        "```rust,no_run",
        "```no_run",
        "```ignore,edition2024",
        "  ```rust",
    ] {
        let closing = opening.trim_start().trim_end_matches(|c| c != '`' && c != '~');
        let fence = closing.get(..closing.len().min(4)).unwrap();
        for hidden in ["# Ok::<(), ()>(())", "#", "    # }", "# #[tokio::main]"] {
            let text =
                format!("# A title\n\n{opening}\nfn main() {{}}\n{hidden}\n{fence}\n# Another title\n");
            let fault = format!("README.zh-CN.md: line 5 is hidden by rustdoc alone: {hidden}");
            assert_eq!(faults(&text), [fault], "{text}");
        }
        for shown in ["#[tokio::main]", "#![forbid(unsafe_code)]", "## doubled", "let a = \"#\"; # b", "//"] {
            let text = format!("# A title\n\n{opening}\nfn main() {{}}\n{shown}\n{fence}\n# Another title\n");
            assert_eq!(faults(&text), [""; 0], "{text}");
        }
    }
    for other in ["sh", "text", "toml", "console", "python"] {
        assert_eq!(faults(&format!("```{other}\n# a comment\n```\n# A title\n")), [""; 0], "{other}");
    }
    // A shorter fence inside ends nothing.
    let nested = "````rust\n//! ```\n# a\n````\n# A title\n";
    assert_eq!(faults(nested), ["README.zh-CN.md: line 3 is hidden by rustdoc alone: # a"]);
}
