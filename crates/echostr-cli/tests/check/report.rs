//! Runs `check --json` and reads what it says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{
    command::{Run, echostr},
    reference::Mode,
    server::Server,
};

/// One line of `check --json`.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) case: String,
    pub(crate) group: String,
    pub(crate) needs: String,
    pub(crate) result: String,
    pub(crate) note: String,
    pub(crate) exit: i64,
}

pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
    pub(crate) summary: Value,
    pub(crate) run: Run,
}

impl Report {
    pub(crate) fn with(&self, result: &str) -> BTreeSet<&str> {
        self.lines.iter().filter(|line| line.result == result).map(|line| &*line.case).collect()
    }

    #[track_caller]
    pub(crate) fn line(&self, case: &str) -> &Line {
        let line = self.lines.iter().find(|line| line.case == case);
        line.unwrap_or_else(|| panic!("no case {case}: {:#?}", self.run))
    }

    #[track_caller]
    pub(crate) fn result(&self, case: &str) -> &str {
        &self.line(case).result
    }

    /// Cases that got in, whatever that means.
    pub(crate) fn let_in(&self) -> BTreeSet<&str> {
        let results = ["accepted", "not-protected", "hardening"];
        results.into_iter().flat_map(|result| self.with(result)).collect()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.run.code, code, "{:#?}", self.run);
        self
    }
}

pub(crate) fn check(mode: Mode, server: &Server) -> Report {
    check_with(mode, server, &[])
}

pub(crate) fn check_with(mode: Mode, server: &Server, options: &[&str]) -> Report {
    let run = echostr(["check", &server.url(), "--json"]).args(mode.options());
    let run = run.args(options).run();
    let mut lines = run.json();
    let last = lines.pop().expect("a summary");
    assert_eq!(last["exit"], run.code, "{run:#?}");
    let text = |line: &Value, name: &str| {
        line[name].as_str().unwrap_or_else(|| panic!("no {name} in {line}")).to_owned()
    };
    let lines = lines.iter().map(|line| {
        assert!(line["ms"].is_number() || line["status"].is_null(), "no time in {line}");
        for name in ["sent", "expected", "got"] {
            assert!(!text(line, name).is_empty(), "no {name} in {line}");
        }
        Line {
            case: text(line, "case"),
            group: text(line, "group"),
            needs: text(line, "needs"),
            result: text(line, "result"),
            note: line["note"].as_str().unwrap_or_default().to_owned(),
            exit: line["exit"].as_i64().expect("an exit code"),
        }
    });
    let lines: Vec<_> = lines.collect();
    let names: BTreeSet<_> = lines.iter().map(|line| &line.case).collect();
    assert_eq!(names.len(), lines.len(), "two cases of one name");
    let worst = lines.iter().map(|line| line.exit).max();
    assert_eq!(worst, Some(i64::from(run.code)), "the exit code is that of the worst case: {run:#?}");
    Report { lines, summary: last["summary"].clone(), run }
}

/// What gets in by the protocol's own fault, at a server that is right otherwise: only a watch on time or first use refuses it.
pub(crate) fn unprotected(mode: Mode) -> BTreeSet<&'static str> {
    let mut cases = BTreeSet::from(["post-timestamp-past", "post-timestamp-future"]);
    match mode {
        Mode::Plain => cases.extend(["post-replay-other-body", "post-swapped", "post-with-get-triple"]),
        _ => {
            cases.insert("post-swapped");
        }
    }
    cases
}

/// What it means that a case gets in, said apart from the command: by what its sender needs, and whether the mode encrypts.
pub(crate) fn meaning(needs: &str, mode: Mode) -> &'static str {
    match (needs, mode.is_encrypted()) {
        ("nothing", _) | ("captured-url", true) => "accepted",
        ("captured-url", false) | ("replay", _) => "not-protected",
        ("token", _) => "hardening",
        (other, _) => panic!("needs {other}"),
    }
}
