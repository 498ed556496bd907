//! A forged message that is answered with 2xx: like a genuine one, unlike it, or like both that and another token's.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    report::{check, check_with},
    rule_3_forged_post::{answering, bot, sender, success},
    support::{
        command::echostr,
        reference::{Hole, Mode, Reference, reply},
        server::{Request, Response, Server},
    },
};

#[test]
fn an_answer_unlike_a_genuine_one_is_a_soft_refusal() {
    for body in ["invalid signature", "", "{\"errcode\":-1}"] {
        let report = check(Mode::Plain, &answering(success, move |_| Response::text(200, body))).exits(0);
        let line = report.line("post-other-token");
        assert!(line.result == "passed" && line.note.contains("403 is better"), "{line:?}");
    }
    // Another status is unlike enough.
    let report = check(Mode::Plain, &answering(success, |_| Response::text(202, "success"))).exits(0);
    assert_eq!(report.result("post-other-token"), "passed");
}

#[test]
fn what_varies_in_genuine_answers_is_learnt() {
    // A number, base64, and a word that differ in every answer.
    let words = ["cows", "cats", "dogs"];
    let count = AtomicU32::new(0);
    let varied = move |request: &Request| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        let word = words[n as usize % words.len()];
        let id = "Ab+/".repeat(7 + n as usize % 3);
        let _ = request;
        Response::text(200, format!("<ok n=\"{n}\" id=\"{id}\">{word}</ok>"))
    };
    let report = check(Mode::Plain, &answering(varied, |_| Response::text(200, "<no>cows</no>")));
    assert_eq!(report.result("post-other-token"), "passed");
    assert!(report.line("post-other-token").note.contains("403 is better"));
    let like =
        |_: &Request| Response::text(200, format!("<ok n=\"77\" id=\"{}\">sheep</ok>", "x".repeat(40)));
    let count = AtomicU32::new(0);
    let varied = move |_: &Request| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        let word = words[n as usize % words.len()];
        Response::text(200, format!("<ok n=\"{n}\" id=\"{}\">{word}</ok>", "Ab+/".repeat(7)))
    };
    assert_eq!(check(Mode::Plain, &answering(varied, like)).result("post-other-token"), "undecided");
}

#[test]
fn an_answer_like_a_genuine_one_is_accepted_where_another_tokens_is_not() {
    let hole = Hole::accepts(|request| request.method == "POST" && request.parameter("signature").is_none());
    let report = check(Mode::Plain, &Reference::new(Mode::Plain).with(hole).start()).exits(5);
    assert_eq!(report.result("post-signature-missing"), "accepted");
    assert_eq!(report.result("post-other-token"), "passed");
}

/// Verifies and answers `success` to everybody; the handler runs for genuine messages only.
fn discreet() -> Server {
    let bots = |request: &Request| {
        let is_known = String::from_utf8_lossy(&request.body).contains("<Content><![CDATA[ping]]>");
        if is_known { bot(request) } else { success(request) }
    };
    answering(bots, success)
}

/// Answers `success` or to a word that it knows, and checks nothing.
fn careless() -> Server {
    Server::start(|request| {
        let is_known = String::from_utf8_lossy(&request.body).contains("<Content><![CDATA[ping]]>");
        match request.parameter("echostr") {
            // With this much of a check, so that it is the messages that are looked at.
            Some(_) if request.method == "GET" => Reference::new(Mode::Plain).answer(request),
            _ if is_known => Response::text(200, reply("pong").replace("o_1", &sender(request))),
            _ => Response::text(200, "success"),
        }
    })
}

#[test]
fn an_answer_like_both_cannot_be_told() {
    for server in [discreet(), careless()] {
        let report = check(Mode::Plain, &server).exits(1);
        assert_eq!(report.result("post-other-token"), "undecided");
        assert!(report.with("accepted").is_empty());
        for (lang, words) in [
            ("en", ["403", "--text WORD", "--allow undecided"]),
            ("zh", ["403", "--text", "--allow undecided"]),
        ] {
            let run =
                echostr(["check", &server.url(), "--lang", lang]).args(Mode::Plain.options()).run().expect(1);
            let lines: Vec<_> =
                run.stdout.lines().filter(|line| words.iter().all(|word| line.contains(word))).collect();
            assert_eq!(lines.len(), 1, "not one line that says what to do: {run:#?}");
        }
        check_with(Mode::Plain, &server, &["--allow", "undecided"]).exits(0);
    }
}

#[test]
fn a_word_that_the_bot_answers_tells() {
    let report = check_with(Mode::Plain, &discreet(), &["--text", "ping"]).exits(0);
    assert_eq!(report.result("post-other-token"), "passed");
    let report = check_with(Mode::Plain, &careless(), &["--text", "ping"]).exits(5);
    assert_eq!(report.result("post-other-token"), "accepted");
}
