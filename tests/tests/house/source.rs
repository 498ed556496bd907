//! Reads the files of one target, from its root along every `mod`, into a [`Tree`].

use std::{
    mem,
    path::{Path as FilePath, PathBuf},
};

use proc_macro2::{Ident, TokenStream};
use syn::{
    Attribute, Item, UseTree, Visibility,
    visit::{self, Visit},
};

use crate::{
    files::name_from,
    items::{head, is_cfg_test, is_private, path_attribute},
    tokens::{self, Found, plain},
    tree::{Glob, Import, Kind, Meaning, Module, Name, Path, Tree},
};

/// Reads the target whose root is the file `root`. `own_name` is the name of a library, which may call itself by it.
pub(crate) fn read(root: &FilePath, own_name: Option<&str>) -> Tree {
    let base = root.parent().expect("a file stands in a folder").to_path_buf();
    let tree = Tree { own_name: own_name.map(str::to_owned), ..Tree::default() };
    let place = Place {
        module: 0,
        file: String::new(),
        folder: base.clone(),
        children: base.clone(),
        is_inline: false,
    };
    let mut reader = Reader { tree, base, place, blocks: 0, is_test: false };
    reader.read_file(root, None, true);
    reader.tree
}

struct Reader {
    tree: Tree,
    base: PathBuf,
    place: Place,
    /// How many blocks stand around this place: their items are nobody else's to name.
    blocks: usize,
    /// Under `#[cfg(test)]`: no part of the crate that others build, and free to use what it tests.
    is_test: bool,
}

/// Where the reader is.
struct Place {
    module: usize,
    file: String,
    /// The folder in which the file stands.
    folder: PathBuf,
    /// The folder in which the files of this module's children stand.
    children: PathBuf,
    is_inline: bool,
}

impl Reader {
    /// Reads one file as a module; `owns_folder` for `mod.rs`, a root, and what `#[path]` names.
    fn read_file(&mut self, path: &FilePath, parent: Option<usize>, owns_folder: bool) -> usize {
        let folder = path.parent().expect("a file stands in a folder").to_path_buf();
        let children = if owns_folder { folder.clone() } else { path.with_extension("") };
        let file = name_from(&self.base, path);
        let module = self.new_module(file.clone(), parent);
        match std::fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| syn::parse_file(&text).map_err(|error| error.to_string()))
        {
            Ok(syntax) => self.within(Place { module, file, folder, children, is_inline: false }, |reader| {
                reader.visit_file(&syntax);
            }),
            Err(error) => self.tree.unread.push(format!("{file} cannot be read: {error}")),
        }
        module
    }

    fn new_module(&mut self, file: String, parent: Option<usize>) -> usize {
        self.tree.files.insert(file.clone());
        self.tree.modules.push(Module { file, parent, names: Default::default(), globs: vec![] });
        self.tree.modules.len() - 1
    }

    fn within(&mut self, place: Place, read: impl FnOnce(&mut Self)) {
        let outer = mem::replace(&mut self.place, place);
        let blocks = mem::take(&mut self.blocks);
        read(self);
        self.place = outer;
        self.blocks = blocks;
    }

    fn unless_test(&mut self, attributes: &[Attribute], read: impl FnOnce(&mut Self)) {
        let outer = self.is_test;
        self.is_test |= attributes.iter().any(is_cfg_test);
        read(self);
        self.is_test = outer;
    }

    fn name(&mut self, module: usize, name: &str, meaning: Meaning, is_private: bool) {
        if !self.is_test {
            let names = &mut self.tree.modules[module].names;
            names.entry(name.to_owned()).or_default().push(Name { meaning, is_private });
        }
    }

    fn import(&mut self, kind: Kind, line: usize, path: Path) {
        if !self.is_test {
            let Place { module, ref file, .. } = self.place;
            self.tree.imports.push(Import { kind, file: file.clone(), module, line, path });
        }
    }

    fn import_macro(&mut self, name: String, line: usize) {
        self.import(Kind::Macro, line, Path { has_leading_colons: false, segments: vec![name] });
    }

    fn define_macro(&mut self, item: &syn::ItemMacro) {
        let Some(name) = item.ident.as_ref().filter(|_| !self.is_test).map(plain) else { return };
        let file = self.place.file.clone();
        self.tree.macros.entry(name.clone()).or_default().insert(file.clone());
        self.name(self.place.module, &name, Meaning::Value(file.clone()), true);
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
            self.name(0, &name, Meaning::Value(file), false);
        }
    }

    /// One branch of a `use`, `path` being what stands before it.
    fn read_use(&mut self, tree: &UseTree, mut path: Path, is_private: bool) {
        match tree {
            UseTree::Path(branch) => {
                path.segments.push(plain(&branch.ident));
                self.read_use(&branch.tree, path, is_private);
            }
            UseTree::Group(group) => {
                for branch in &group.items {
                    self.read_use(branch, path.clone(), is_private);
                }
            }
            UseTree::Name(leaf) if leaf.ident == "self" => {
                let name = path.segments.last().cloned().unwrap_or_default();
                self.read_leaf(&leaf.ident, &name, path, is_private);
            }
            UseTree::Name(leaf) => {
                path.segments.push(plain(&leaf.ident));
                self.read_leaf(&leaf.ident, &plain(&leaf.ident), path, is_private);
            }
            UseTree::Rename(leaf) => {
                if leaf.ident != "self" || path.segments.is_empty() {
                    path.segments.push(plain(&leaf.ident));
                }
                self.read_leaf(&leaf.ident, &plain(&leaf.rename), path, is_private);
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                if !self.is_test {
                    let globs = &mut self.tree.modules[self.place.module].globs;
                    globs.push(Glob { path: path.clone(), is_private });
                }
                self.import(Kind::Glob, line, path);
            }
        }
    }

    fn read_leaf(&mut self, written: &Ident, name: &str, path: Path, is_private: bool) {
        self.name(self.place.module, name, Meaning::Import(path.clone()), is_private);
        self.import(Kind::Path, written.span().start().line, path);
    }

    fn read_tokens(&mut self, tokens: &TokenStream, texts_count: bool) {
        let tokens = tokens::without_dollar_crate(tokens.clone());
        if let Ok(syntax) = syn::parse2::<syn::File>(tokens.clone()) {
            return self.visit_file(&syntax);
        }
        let mut found = vec![];
        tokens::scan(tokens, texts_count, &mut found);
        for found in found {
            match found {
                Found::Path { path, line } => self.import(Kind::Path, line, path),
                Found::Macro { name, line } => self.import_macro(name, line),
                Found::Use(item) => self.visit_item_use(&item),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.unless_test(&file.attrs, |reader| visit::visit_file(reader, file));
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, defined) = head(item);
        self.unless_test(attributes, |reader| {
            if let Some((name, visibility, meaning)) = defined
                && reader.blocks == 0
            {
                let meaning = meaning(reader.place.file.clone());
                reader.name(reader.place.module, &plain(name), meaning, is_private(visibility));
            }
            visit::visit_item(reader, item);
        });
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let path = Path { has_leading_colons: item.leading_colon.is_some(), segments: vec![] };
        self.read_use(&item.tree, path, is_private(&item.vis));
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let is_self = item.ident == "self";
        let start = if is_self { "crate".to_owned() } else { plain(&item.ident) };
        let path = Path { has_leading_colons: !is_self, segments: vec![start] };
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        self.name(self.place.module, &plain(name), Meaning::Import(path), is_private(&item.vis));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = plain(&item.ident);
        let parent = self.place.module;
        let around = if self.place.is_inline { &self.place.children } else { &self.place.folder };
        let chosen = item.attrs.iter().find_map(path_attribute).map(|path| around.join(path));
        let module = if let Some((_, items)) = &item.content {
            let file = self.place.file.clone();
            let module = self.new_module(file.clone(), Some(parent));
            let children = chosen.unwrap_or_else(|| self.place.children.join(&name));
            let folder = self.place.folder.clone();
            self.within(Place { module, file, folder, children, is_inline: true }, |reader| {
                items.iter().for_each(|item| reader.visit_item(item));
            });
            module
        } else if let Some(path) = chosen {
            self.read_file(&path, Some(parent), true)
        } else {
            let beside = self.place.children.join(&name).with_extension("rs");
            if beside.exists() {
                self.read_file(&beside, Some(parent), false)
            } else {
                self.read_file(&self.place.children.join(&name).join("mod.rs"), Some(parent), true)
            }
        };
        self.name(parent, &name, Meaning::Module(module), is_private(&item.vis));
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.define_macro(item);
        visit::visit_item_macro(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.unless_test(&item.attrs, |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.blocks += 1;
        visit::visit_block(self, block);
        self.blocks -= 1;
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.get_ident() {
            self.import_macro(plain(name), name.span().start().line);
        }
        visit::visit_macro(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.import(Kind::Path, path.segments[0].ident.span().start().line, tokens::plain_path(path));
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::a)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.visit_path(&list.path);
        self.read_tokens(&list.tokens, true);
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        self.read_tokens(tokens, false);
    }
}
