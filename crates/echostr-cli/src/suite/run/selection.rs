//! Which cases are run, and which count.

use crate::{
    suite::{
        cases::case::{Case, Group},
        verdict::outcome::{Outcome, Verdict},
    },
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
    },
};

/// Stands for every case of which nothing can be told.
const UNDECIDED: &str = "undecided";

/// Names of cases and groups; `post-*` is every name that begins so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Only these, if there are any.
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    /// These do not change the exit code.
    pub(crate) allow: Vec<String>,
}

impl Selection {
    /// `Err` if a name fits nothing: a case that does not exist protects nobody.
    pub(crate) fn check(&self, cases: &[Case], lang: Lang) -> Result<(), Failure> {
        let is_known = |name: &String| cases.iter().any(|case| fits(name, case));
        let names =
            self.only.iter().chain(&self.skip).chain(self.allow.iter().filter(|name| *name != UNDECIDED));
        match names.into_iter().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => {
                let groups: Vec<_> = Group::ALL.iter().map(|group| group.name()).collect();
                let groups = groups.join(", ");
                Err(Failure::usage(say!(
                    lang,
                    "there is no case `{name}` in this mode: `echostr check --list` shows them; the groups are {groups}",
                    "这个模式下没有用例“{name}”：用 echostr check --list 查看全部用例；分组有 {groups}"
                )))
            }
        }
    }

    pub(crate) fn has(&self, case: &Case) -> bool {
        let is_wanted = self.only.is_empty() || self.only.iter().any(|name| fits(name, case));
        is_wanted && !self.skip.iter().any(|name| fits(name, case))
    }

    /// Whether what came of it is to be let pass.
    pub(crate) fn allows(&self, case: &Case, verdict: &Verdict) -> bool {
        let is_named =
            |name: &String| fits(name, case) || (name == UNDECIDED && verdict.outcome == Outcome::Undecided);
        verdict.exit != Exit::Fine && self.allow.iter().any(is_named)
    }
}

fn fits(name: &str, case: &Case) -> bool {
    match name.strip_suffix('*') {
        Some(start) => case.name.starts_with(start),
        None => name == case.name || name == case.group.name(),
    }
}
