//! The tree of a sample: fields in their order, how each text is written, and how others are put in their place.

/// How a text stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As CDATA, or as a string of JSON.
    Quoted,
    /// As it is: a number.
    Bare,
    /// As it was typed, whatever becomes of the document.
    Raw,
}

/// A field: with a text, or with fields in it.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Whether it is an item of an array of JSON, which stays one with a single item.
    pub(crate) is_item: bool,
    pub(crate) text: Option<(String, Style)>,
    pub(crate) fields: Tree,
}

/// The fields of a document, or of a structure in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree(pub(crate) Vec<Field>);

/// A text that is wanted at a path: names with `.` between them.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) path: String,
    pub(crate) text: String,
    /// As it is, markup and all.
    pub(crate) is_raw: bool,
}

impl Setting {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), is_raw: false }
    }
}

impl Field {
    /// A field without a text.
    pub(crate) fn empty(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_item: false,
            text: Some((String::new(), Style::Quoted)),
            fields: Tree::default(),
        }
    }

    fn set(&mut self, setting: &Setting) {
        let was_bare = self.text.as_ref().is_some_and(|(_, style)| *style == Style::Bare);
        let style = match setting.is_raw {
            true => Style::Raw,
            // Where a number stood, a number stays one.
            false if was_bare && is_number(&setting.text) => Style::Bare,
            false => Style::Quoted,
        };
        self.fields = Tree::default();
        self.text = Some((setting.text.clone(), style));
    }

    /// The field at a path below it, itself without one; made where it is not there. A text gives way to fields.
    fn at(&mut self, path: &str) -> &mut Self {
        if path.is_empty() {
            return self;
        }
        self.text = None;
        self.fields.at(path)
    }
}

impl Tree {
    /// Whether a field of this name stands on top, in whatever case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The text of a field on top.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|field| field.name == name)?;
        field.text.as_ref().map(|(text, _)| text.as_str())
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|field| field.name != name);
    }

    /// The text at this path, made where it is not there.
    pub(crate) fn set(&mut self, path: &str, text: impl Into<String>) {
        self.at(path).set(&Setting::new(path, text));
    }

    /// Adds a number on top.
    pub(crate) fn push_number(&mut self, name: &str, number: u32) {
        self.0.push(Field { text: Some((number.to_string(), Style::Bare)), ..Field::empty(name) });
    }

    /// All of these, in their order. The n-th text of a path goes to the n-th item of the list that is nearest around it; a list has as
    /// many items as its path that is set most often. `lists` are the paths of lists; a path elsewhere that is set more than once
    /// is repeated itself.
    pub(crate) fn apply(&mut self, settings: &[Setting], lists: &[String]) {
        let mut paths: Vec<(&str, Vec<&Setting>)> = vec![];
        for setting in settings {
            match paths.iter_mut().find(|(path, _)| *path == setting.path) {
                Some((_, of_path)) => of_path.push(setting),
                None => paths.push((&setting.path, vec![setting])),
            }
        }
        let mut lengths: Vec<(&str, usize)> = vec![];
        for (path, of_path) in &paths {
            let mut around: Vec<&str> =
                lists.iter().map(String::as_str).filter(|list| rest(path, list).is_some()).collect();
            if around.is_empty() && of_path.len() > 1 {
                around.push(path);
            }
            around.sort_by_key(|list| list.len());
            let nearest = around.last().copied();
            for list in around {
                let length = if Some(list) == nearest { of_path.len() } else { 1 };
                match lengths.iter_mut().find(|(other, _)| *other == list) {
                    Some((_, longest)) => *longest = length.max(*longest),
                    None => lengths.push((list, length)),
                }
            }
        }
        // Those around others first, so that it is their first item in which the others are made.
        lengths.sort_by_key(|(list, _)| list.len());
        for (list, length) in &lengths {
            self.resize(list, *length);
        }
        for (path, of_path) in paths {
            let list = lengths.iter().rev().find_map(|(list, _)| Some((*list, rest(path, list)?)));
            for (nth, setting) in of_path.into_iter().enumerate() {
                match list {
                    Some((list, rest)) => {
                        if let Some(item) = self.item(list, nth) {
                            item.at(rest).set(setting);
                        }
                    }
                    None => self.at(path).set(setting),
                }
            }
        }
    }

    /// The first field at this path, made where it is not there.
    fn at(&mut self, path: &str) -> &mut Field {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let place = self.0.iter().position(|field| field.name == name).unwrap_or(self.0.len());
        if place == self.0.len() {
            self.0.push(Field::empty(name));
        }
        // It is there by now.
        #[expect(clippy::indexing_slicing, reason = "the place of a field that was found or pushed")]
        self.0[place].at(rest)
    }

    /// The structure in which a list stands, and the name of its items.
    fn around<'p>(&mut self, list: &'p str) -> (&mut Self, &'p str) {
        match list.rsplit_once('.') {
            None => (self, list),
            Some((path, name)) => {
                let field = self.at(path);
                field.text = None;
                (&mut field.fields, name)
            }
        }
    }

    fn item(&mut self, list: &str, nth: usize) -> Option<&mut Field> {
        let (tree, name) = self.around(list);
        tree.0.iter_mut().filter(|field| field.name == name).nth(nth)
    }

    /// Cuts a list, or adds empty items behind its last one.
    fn resize(&mut self, list: &str, length: usize) {
        let (tree, name) = self.around(list);
        let mut kept = 0_usize;
        tree.0.retain(|field| {
            kept = kept.saturating_add(usize::from(field.name == name));
            field.name != name || kept <= length
        });
        let last = tree.0.iter().rposition(|field| field.name == name);
        let style = last
            .and_then(|place| tree.0.get(place)?.text.as_ref())
            .map_or(Style::Quoted, |(_, style)| *style);
        let end = last.map_or(tree.0.len(), |place| place.saturating_add(1));
        for _ in kept..length {
            let text = Some((String::new(), style));
            tree.0.insert(end, Field { is_item: true, text, ..Field::empty(name) });
        }
    }
}

/// What is left of `path` below `around`: nothing where they are the same, `None` where it is not below.
fn rest<'p>(path: &'p str, around: &str) -> Option<&'p str> {
    match path.strip_prefix(around)? {
        "" => Some(""),
        rest => rest.strip_prefix('.'),
    }
}

fn is_number(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace()) && serde_json::from_str::<f64>(text).is_ok()
}
