//! What people see: groups, failures and a summary; with `-v` everything.

use crate::{
    report::check,
    support::{
        command::{Run, echostr},
        reference::{Hole, Mode, Reference},
        server::Server,
    },
};

fn run(mode: Mode, server: &Server, options: &[&str]) -> Run {
    echostr(["check", &server.url()]).args(mode.options()).args(options).run()
}

/// The rows of a terminal 80 columns wide that a text takes.
fn rows(text: &str) -> usize {
    // Chinese characters and punctuation are two columns wide.
    let width = |line: &str| line.chars().map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum::<usize>();
    text.lines().map(|line| width(line).div_ceil(80).max(1)).sum()
}

#[test]
fn all_well_is_a_screen() {
    for mode in Mode::ALL {
        let server = Reference::new(mode).start();
        for lang in ["en", "zh"] {
            let run = run(mode, &server, &["--lang", lang]).expect(0);
            // The prompt and the command line want their rows too.
            assert!(rows(&run.stdout) <= 22, "{} rows: {}", rows(&run.stdout), run.stdout);
            assert_eq!(run.stderr, "");
        }
    }
}

#[test]
fn people_read_groups_and_a_summary() {
    let server = Reference::new(Mode::Plain).start();
    let report = check(Mode::Plain, &server);
    let count = report.lines.len();
    for (lang, words) in [
        ("en", ["handshake", "genuine messages", "forged by anybody", "not protected", "cases in"]),
        ("zh", ["验证 URL", "真实消息", "任何人都能伪造", "未受保护", "用时"]),
    ] {
        let run = run(Mode::Plain, &server, &["--lang", lang]).expect(0).says(&words);
        let last = run.stdout.lines().last().expect("a summary");
        assert!(last.contains(&count.to_string()) && last.contains(words[4]), "{run:#?}");
    }
}

#[test]
fn verbose_shows_a_line_a_case() {
    let server = Reference::new(Mode::Plain).start();
    let count = check(Mode::Plain, &server).lines.len();
    for (lang, words) in [("en", ["expected", "got", "ms"]), ("zh", ["应为", "实为", "ms"])] {
        let run = run(Mode::Plain, &server, &["--lang", lang, "-v"]).expect(0);
        let lines = run.stdout.lines().filter(|line| words.iter().all(|word| line.contains(word)));
        assert_eq!(lines.count(), count, "{run:#?}");
        assert_eq!(run.stderr, "", "requests are for -vv");
    }
    let run = run(Mode::Plain, &server, &["-vv", "--only", "handshake"]).expect(0);
    assert!(run.stderr.contains("> GET /wx?signature="), "{run:#?}");
}

#[test]
fn a_forgery_that_gets_in_is_said_aloud() {
    let hole =
        || Hole::accepts(|request| request.method == "POST" && request.parameter("signature").is_none());
    let server = Reference::new(Mode::Plain).with(hole()).start();
    for (lang, words) in [("en", ["signature missing", "ACCEPTED"]), ("zh", ["signature 缺失", "被接受"])]
    {
        let run = run(Mode::Plain, &server, &["--lang", lang]).expect(5);
        let lines = run.stdout.lines().filter(|line| words.iter().all(|word| line.contains(word)));
        assert_eq!(lines.count(), 1, "{run:#?}");
    }
}

#[test]
fn what_fails_for_one_reason_is_one_line() {
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| {
        let is_event = String::from_utf8_lossy(&request.body).contains("<MsgType><![CDATA[event]]>");
        if is_event { crate::support::server::Response::text(404, "") } else { right.answer(request) }
    });
    let run = run(Mode::Plain, &server, &[]).expect(1);
    let lines: Vec<_> = run.stdout.lines().filter(|line| line.contains("404")).collect();
    assert_eq!(lines.len(), 1, "{run:#?}");
    assert!(lines[0].contains("event subscribe") && lines[0].contains("3 more"), "{run:#?}");
}
