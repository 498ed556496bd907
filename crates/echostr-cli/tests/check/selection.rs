//! `--only`, `--skip`, `--allow`, `--list`.

use std::collections::BTreeSet;

use crate::{
    report::{check, check_with},
    support::{
        TOKEN,
        command::echostr,
        reference::{Hole, Mode, Reference},
    },
};

fn hole() -> Hole {
    Hole::accepts(|request| request.method == "POST" && request.parameter("signature").is_none())
}

#[test]
fn only_and_skip() {
    let server = Reference::new(Mode::Plain).with(hole()).start();
    let names = |options: &[&str]| {
        let report = check_with(Mode::Plain, &server, options);
        let names: BTreeSet<String> = report.lines.iter().map(|line| line.case.clone()).collect();
        (names, report.run.code)
    };
    let (all, code) = names(&[]);
    assert_eq!(code, 5);
    let one = |name: &str| BTreeSet::from([name.to_owned()]);
    assert_eq!(names(&["--only", "post-signature-missing"]), (one("post-signature-missing"), 5));
    assert_eq!(names(&["--only", "post-nonce-missing"]), (one("post-nonce-missing"), 0));
    let (rest, code) = names(&["--skip", "post-signature-missing,post-no-parameters"]);
    assert_eq!((all.len() - rest.len(), code), (2, 0));
    let (events, _) = names(&["--only", "events"]);
    assert!(events.len() == 6 && events.iter().all(|name| name.starts_with("event-")));
    let (some, _) = names(&["--only", "event-*", "--skip", "event-view"]);
    assert_eq!(some.len(), 5);
}

#[test]
fn allow_lets_a_case_fail() {
    let server = Reference::new(Mode::Plain).with(hole()).start();
    let report = check_with(Mode::Plain, &server, &["--allow", "post-signature-missing,post-no-parameters"]);
    let report = report.exits(0);
    let line = report.line("post-signature-missing");
    // It is still told.
    assert_eq!((&*line.result, line.exit), ("accepted", 0));
    assert_eq!(report.summary["allowed"], 2);
    // The control.
    check_with(Mode::Plain, &server, &["--allow", "post-nonce-missing"]).exits(5);
}

#[test]
fn a_case_that_does_not_exist_is_a_usage_error() {
    let server = Reference::new(Mode::Plain).start();
    for option in ["--only", "--skip", "--allow"] {
        for lang in ["en", "zh"] {
            let run = echostr(["check", &server.url(), option, "post-nothing", "--lang", lang]);
            let run = run.args(Mode::Plain.options()).run().expect(2).one_line_error();
            assert!(run.stderr.contains("post-nothing") && run.stderr.contains("--list"), "{run:#?}");
        }
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn list_shows_the_cases_and_sends_nothing() {
    let server = Reference::new(Mode::Plain).start();
    let sent = check(Mode::Plain, &server);
    let count = server.requests().len();
    let run = echostr(["check", &server.url(), "--list"]).args(Mode::Plain.options()).run().expect(0);
    assert_eq!(server.requests().len(), count);
    let listed: Vec<_> = run.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let cases: Vec<_> = sent.lines.iter().map(|line| &*line.case).collect();
    assert_eq!(listed, cases);
    for line in &sent.lines {
        let listed = run.stdout.lines().find(|other| other.split_whitespace().next() == Some(&line.case));
        assert!(listed.is_some_and(|listed| listed.contains(&line.needs) && listed.contains(&line.group)));
    }
    // Neither URL nor secrets are needed.
    let run = echostr(["check", "--list", "--mode", "wecom"]).run().expect(0);
    assert!(run.stdout.contains("get-foreign-receive-id"), "{run:#?}");
    let run = echostr(["check", "--list", "--json", "--only", "messages"]).run().expect(0);
    assert!(run.json().iter().all(|line| line["case"].is_string() && line["needs"].is_string()));
    echostr(["check", "--token", TOKEN]).run().expect(2).one_line_error();
}
