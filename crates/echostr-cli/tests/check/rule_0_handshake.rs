//! If the genuine handshake fails: its diagnosis, and stop.

use std::collections::BTreeSet;

use crate::{
    report::check,
    support::{
        TOKEN,
        command::{Run, echostr},
        reference::{Hole, Mode, Reference},
        server::{Request, Response, Server},
    },
};

fn run(server: &Server, options: &[&str]) -> Run {
    echostr(["check", &server.url()]).args(Mode::Plain.options()).args(options).run()
}

#[track_caller]
fn one_line(run: Run, words: &[&str]) {
    let lines: Vec<_> = run.stdout.lines().chain(run.stderr.lines()).collect();
    assert_eq!((lines.len(), run.code), (1, 1), "not one line: {run:#?}");
    run.says(words);
}

#[test]
fn a_wrong_token_is_one_line() {
    let server = Server::always(Response::text(403, "forbidden"));
    one_line(run(&server, &[]), &["403", "token"]);
    one_line(run(&server, &["--lang", "zh"]), &["403", "Token"]);
    for request in server.requests() {
        assert_eq!(request.method, "GET", "messages are sent although the handshake fails");
    }
    let report = check(Mode::Plain, &server).exits(1);
    assert_eq!((report.lines.len(), report.result("handshake")), (1, "failed"));
    assert_eq!(report.summary["skipped"], report.summary["cases"].as_u64().expect("a number") - 1);
}

#[test]
fn a_wrong_answer_to_a_handshake_is_diagnosed() {
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| match (right.judged(request), request.parameter("echostr")) {
        (Some(_), Some(echo)) => Response::text(200, format!("\"{echo}\"")),
        (answer, _) => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
    });
    one_line(run(&server, &[]), &["JSON"]);
}

/// The signature of a handshake, made with this token.
fn is_signed_with(token: &str, request: &Request) -> bool {
    let parameter = |name| request.parameter(name).unwrap_or_default();
    let parts = [token, parameter("timestamp"), parameter("nonce")];
    format!("{:x}", echostr::Signature::compute(parts)) == parameter("signature")
}

fn server_with(token: &'static str) -> Server {
    Server::start(move |request| {
        if is_signed_with(token, request) {
            Response::text(200, request.parameter("echostr").unwrap_or("success"))
        } else {
            Response::text(403, "forbidden")
        }
    })
}

#[test]
fn a_token_of_tutorials_is_told() {
    for token in ["wechat", "weixin", "token", "test", "123456"] {
        one_line(run(&server_with(token), &[]), &[&format!("“{token}”"), "tutorials"]);
        one_line(run(&server_with(token), &["--lang", "zh"]), &[&format!("“{token}”"), "教程"]);
    }
    // The control: another token, and the right one.
    let run_of = run(&server_with("anotherOne"), &[]).expect(1);
    assert!(!run_of.all().contains("tutorials"), "{run_of:#?}");
    run(&server_with(TOKEN), &[]).expect(0);
    // So does `handshake`.
    let server = server_with("weixin");
    echostr(["handshake", &server.url(), "--token", TOKEN]).run().expect(1).says(&["“weixin”"]);
}

#[test]
fn an_html_page_is_not_the_callback_route() {
    let page = "<!DOCTYPE html>\n<html><body>Welcome</body></html>";
    let server = Server::always(Response::new(200, "Content-Type: text/html\r\n", page));
    one_line(run(&server, &[]), &["not your callback route", "HTML"]);
    one_line(run(&server, &["--lang", "zh"]), &["不是您的回调路由", "HTML"]);
}

#[test]
fn without_an_answer_to_a_genuine_text_nothing_is_said_of_forged_messages() {
    for answer in [Response::text(404, "not found"), Response::text(500, "oops"), Response::text(204, "")] {
        let right = Reference::new(Mode::Plain);
        let server =
            Server::start(
                move |request| {
                    if request.method == "POST" { answer.clone() } else { right.answer(request) }
                },
            );
        let report = check(Mode::Plain, &server).exits(1);
        for line in &report.lines {
            let is_said = line.result != "skipped";
            assert_eq!(is_said, !line.case.starts_with("post-"), "{line:?}");
        }
        assert_eq!(report.result("message-text"), "failed");
        // Handshakes are looked at all the same.
        assert_eq!(report.result("get-other-token"), "passed");
    }
    // The control: it fails at everything but plain texts.
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| {
        let is_text = String::from_utf8_lossy(&request.body).contains("<Content><![CDATA[echostr check]]>");
        if request.method == "POST" && !is_text { Response::text(500, "oops") } else { right.answer(request) }
    });
    let report = check(Mode::Plain, &server).exits(1);
    assert_eq!(report.result("post-other-token"), "passed");
    assert_eq!(report.with("skipped"), BTreeSet::new());
}

#[test]
fn a_forged_handshake_is_looked_at_without_messages() {
    let hole = Hole::accepts(|request| request.method == "GET" && request.parameter("signature").is_none());
    let server = Reference::new(Mode::Plain).with(hole);
    let server = Server::start(move |request| {
        if request.method == "POST" { Response::text(500, "oops") } else { server.answer(request) }
    });
    let report = check(Mode::Plain, &server).exits(5);
    assert_eq!(report.result("get-signature-missing"), "accepted");
}
