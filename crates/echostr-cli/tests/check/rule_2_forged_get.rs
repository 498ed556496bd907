//! A forged handshake is accepted if its echostr comes back, reflected if it comes back beside other text.

use std::collections::BTreeSet;

use crate::{
    report::{Report, check, check_with},
    requests::decoded,
    support::{
        reference::{Mode, Reference},
        server::{Request, Response, Server},
    },
};

/// A right server but for its refusals of handshakes, which are told the echostr.
fn refusing(refusal: impl Fn(&Request, &str) -> Response + Send + Sync + 'static) -> Report {
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| {
        let echo =
            String::from_utf8_lossy(&decoded(request.parameter("echostr").unwrap_or_default())).into_owned();
        match right.judged(request) {
            None if request.method == "GET" => refusal(request, &echo),
            answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
        }
    });
    check_with(Mode::Plain, &server, &["--timeout", "1"])
}

fn html(status: u16, body: String) -> Response {
    Response::new(status, "Content-Type: text/html; charset=utf-8\r\n", body)
}

#[test]
fn the_echostr_is_an_echo_at_any_status() {
    let shapes: [fn(&str) -> String; 6] = [
        |echo| echo.to_owned(),
        |echo| format!(" {echo}\r\n"),
        |echo| format!("\u{feff}{echo}"),
        |echo| format!("\"{echo}\""),
        |echo| format!("'{echo}'\n"),
        |echo| format!("\u{feff} \" {echo} \"\n"),
    ];
    for (shape, status) in shapes.into_iter().zip([200, 403, 404, 500, 302, 201]) {
        let report = refusing(move |_, echo| Response::text(status, shape(echo))).exits(5);
        assert_eq!(report.result("get-other-token"), "accepted", "{status}");
        // There is nothing that could come back.
        assert_ne!(report.result("get-no-parameters"), "accepted", "{status}");
    }
    // The control.
    let report = refusing(|_, _| Response::text(403, "forbidden")).exits(0);
    assert_eq!((report.result("get-other-token"), report.with("warning")), ("passed", BTreeSet::new()));
}

#[test]
fn an_echostr_beside_other_text_is_a_warning() {
    for status in [200, 403] {
        let report =
            refusing(move |_, echo| Response::text(status, format!("bad signature for {echo}"))).exits(0);
        assert_eq!(report.result("get-other-token"), "warning");
        assert!(report.line("get-other-token").note.contains("repeats"));
        let report = refusing(move |_, echo| {
            Response::new(status, "Content-Type: application/json\r\n", format!("{{\"echostr\":\"{echo}\"}}"))
        });
        assert_eq!(report.exits(0).result("get-echostr-script"), "warning");
    }
}

#[test]
fn the_own_url_is_no_reflection() {
    let ways: [fn(&Request) -> String; 5] = [
        |request| request.target.clone(),
        |request| request.target.replace('&', "&amp;"),
        |request| request.target.replace('/', "\\/").replace('&', "\\u0026"),
        |request| String::from_utf8(decoded(&request.target)).unwrap_or_default(),
        |request| request.query().to_owned(),
    ];
    for way in ways {
        let report =
            refusing(move |request, _| Response::text(403, format!("no access to {}", way(request))));
        let report = report.exits(0);
        assert_eq!(report.result("get-other-token"), "passed");
        assert_eq!(report.result("get-echostr-script"), "passed");
    }
    // The control: the URL, and the echostr once more.
    let report = refusing(|request, echo| Response::text(403, format!("{} {echo}", request.target)));
    assert_eq!(report.exits(0).result("get-other-token"), "warning");
}

#[test]
fn markup_that_a_browser_runs_is_a_forgery_under_a_bad_signature() {
    for kind in ["Content-Type: text/html\r\n", "Content-Type: text/xml\r\n", ""] {
        for status in [200, 403, 500] {
            let answer = move |_: &Request, echo: &str| Response::new(status, kind, format!("bad: {echo}"));
            let report = refusing(answer).exits(5);
            assert_eq!(report.result("get-echostr-script"), "accepted", "{kind:?}");
            assert!(report.line("get-echostr-script").note.contains("browser"));
            // Digits run nowhere.
            let expected = if status == 500 { "crashed" } else { "warning" };
            assert_eq!(report.result("get-other-token"), expected, "{kind:?}");
        }
    }
    for kind in ["Content-Type: text/plain\r\n", "Content-Type: application/json\r\n"] {
        let report = refusing(move |_, echo| Response::new(403, kind, format!("bad: {echo}"))).exits(0);
        assert_eq!(report.result("get-echostr-script"), "warning", "{kind:?}");
    }
    let escaped =
        |_: &Request, echo: &str| html(403, echo.replace('<', "&lt;").replace('>', "&gt;") + " is bad");
    assert_eq!(refusing(escaped).exits(0).result("get-echostr-script"), "warning");
}

#[test]
fn markup_that_a_browser_runs_is_hardening_under_a_right_signature() {
    for (kind, expected) in
        [("text/html", "hardening"), ("text/plain", "passed"), ("application/json", "passed")]
    {
        let right = Reference::new(Mode::Plain);
        let server = Server::start(move |request| match right.judged(request) {
            Some(_) if request.method == "GET" => {
                let echo = decoded(request.parameter("echostr").unwrap_or_default());
                Response::new(200, &format!("Content-Type: {kind}\r\n"), echo)
            }
            answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
        });
        let report = check(Mode::Plain, &server).exits(0);
        assert_eq!(report.result("get-echostr-script-signed"), expected, "{kind}");
        assert_eq!(report.result("get-echostr-script"), "passed", "{kind}");
    }
}

#[test]
fn a_refusal_with_a_status_of_success_passes() {
    let report = refusing(|_, _| Response::text(200, "invalid signature")).exits(0);
    let line = report.line("get-other-token");
    assert!(line.result == "passed" && line.note.contains("403 is better"), "{line:?}");
    // An empty body is the echo of no echostr, which only a holder of the token can ask for.
    let report = refusing(|_, _| Response::text(200, "")).exits(0);
    assert_eq!(
        (report.result("get-echostr-missing"), report.result("get-other-token")),
        ("hardening", "passed")
    );
}

#[test]
fn refused_by_crashing() {
    for answer in [Response::text(500, "oops"), Response::Bytes(vec![]), Response::Silence] {
        let report = refusing(move |request, _| {
            // One in ten, so that silence does not take all day.
            let is_other = request.parameter("signature").is_some_and(|signature| signature.starts_with('0'));
            if is_other { answer.clone() } else { Response::text(403, "forbidden") }
        });
        let report = report.exits(1);
        assert_eq!(report.result("get-echostr-script"), "crashed");
        assert!(report.line("get-echostr-script").note.contains("crashing"));
        assert_eq!(report.with("failed"), BTreeSet::new());
    }
}
