//! `--report`: each one read by a reader.

use std::collections::BTreeMap;

use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;

use crate::{
    report::check,
    support::{
        TOKEN,
        command::{Folder, Run, echostr},
        reference::{Hole, Mode, Reference},
        server::{ClosedPort, Server},
    },
};

/// One forgery gets in, which cannot be told of the rest of them.
fn server() -> Server {
    let hole = Hole::accepts(|request| request.method == "POST" && request.parameter("signature").is_none());
    Reference::new(Mode::Plain).with(hole).start()
}

fn run(server: &Server, folder: &Folder, options: &[&str]) -> Run {
    echostr(["check", &server.url()]).dir(folder.path()).args(Mode::Plain.options()).args(options).run()
}

/// A test case of a JUnit report.
#[derive(Debug, Default)]
struct Test {
    attributes: BTreeMap<String, String>,
    properties: BTreeMap<String, String>,
    /// Tag, attributes and text of what it ended with.
    result: Option<(String, BTreeMap<String, String>, String)>,
}

/// The attributes of the suite, and its cases.
fn junit(document: &str) -> (BTreeMap<String, String>, Vec<Test>) {
    let mut reader = Reader::from_str(document);
    let (mut suite, mut tests) = (BTreeMap::new(), Vec::<Test>::new());
    let mut path: Vec<String> = vec![];
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {document}"));
        let (tag, is_empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Text(text) => {
                let text = text.into_inner();
                if let (Some(Test { result: Some((_, _, known)), .. }), true) =
                    (tests.last_mut(), path.len() == 4)
                {
                    known.push_str(&text);
                }
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let attributes: BTreeMap<_, _> = tag
            .attributes()
            .map(|attribute| {
                let attribute = attribute.expect("well-formed");
                let value =
                    attribute.normalized_value(XmlVersion::Explicit1_0).expect("escaped").into_owned();
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect();
        let name = tag.name().as_ref().to_owned();
        match (&*name, path.len()) {
            ("testsuites", 0) | ("properties", 3) => {}
            ("testsuite", 1) => suite = attributes,
            ("testcase", 2) => tests.push(Test { attributes, ..Test::default() }),
            ("property", 4) => {
                let test = tests.last_mut().expect("a test case");
                test.properties.insert(attributes["name"].clone(), attributes["value"].clone());
            }
            ("failure" | "skipped" | "system-out", 3) => {
                tests.last_mut().expect("a test case").result =
                    Some((name.clone(), attributes, String::new()));
            }
            other => panic!("{other:?} in {document}"),
        }
        if !is_empty {
            path.push(name);
        }
    }
    assert!(path.is_empty(), "{document}");
    (suite, tests)
}

#[test]
fn junit_is_read() {
    let (server, folder) = (server(), Folder::new());
    let report = check(Mode::Plain, &server);
    run(&server, &folder, &["--report", "junit=out.xml", "--allow", "post-no-parameters"]).expect(5);
    let document = folder.read("out.xml");
    let (suite, tests) = junit(&document);
    assert_eq!(suite["tests"], report.lines.len().to_string());
    assert_eq!((&*suite["failures"], &*suite["skipped"]), ("1", "1"), "{document}");
    for (test, line) in tests.iter().zip(&report.lines) {
        assert_eq!(test.attributes["name"], line.case);
        assert_eq!(test.properties["needs"], line.needs);
        let seconds: f64 = test.attributes["time"].parse().expect("a number");
        assert!((0.0..5.0).contains(&seconds) && test.attributes["time"].len() <= 6, "{test:?}");
    }
    let find = |name: &str| tests.iter().find(|test| test.attributes["name"] == name).expect("a case");
    let (tag, attributes, text) = find("post-signature-missing").result.as_ref().expect("a failure");
    assert_eq!((&**tag, &*attributes["type"]), ("failure", "accepted"));
    assert!(text.contains("403") && attributes["message"].contains("ACCEPTED"), "{text}");
    assert_eq!(find("post-signature-missing").properties["exit"], "5");
    assert_eq!(find("post-no-parameters").result.as_ref().expect("skipped").0, "skipped");
    assert_eq!(find("post-no-parameters").properties["exit"], "0");
    assert!(find("handshake").result.is_none());
    assert_eq!(find("post-swapped").result.as_ref().expect("a note").0, "system-out");
}

#[test]
fn json_is_read() {
    let (server, folder) = (server(), Folder::new());
    let report = check(Mode::Plain, &server);
    run(&server, &folder, &["--report", "json=out.json"]).expect(5);
    let document: Value = serde_json::from_str(&folder.read("out.json")).expect("JSON");
    assert_eq!((&document["mode"], &document["exit"]), (&"plain".into(), &5.into()));
    assert_eq!(document["url"], server.url());
    assert_eq!(document["summary"]["accepted"], report.summary["accepted"]);
    let cases = document["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), report.lines.len());
    for (case, line) in cases.iter().zip(&report.lines) {
        assert_eq!((&case["case"], &case["needs"]), (&line.case.clone().into(), &line.needs.clone().into()));
        assert_eq!((&case["result"], &case["exit"]), (&line.result.clone().into(), &line.exit.into()));
        // Rounded: more than a digit is noise.
        let ms = case["ms"].as_f64().expect("a time");
        assert!(((ms * 10.0).round() - ms * 10.0).abs() < 1e-6, "{ms}");
    }
}

#[test]
fn github_annotations_are_read() {
    let (server, folder) = (server(), Folder::new());
    for options in [&["--report", "github"][..], &["--report", "github", "--json"]] {
        let run = run(&server, &folder, options).expect(5);
        let is_json = options.contains(&"--json");
        let all = if is_json { &run.stderr } else { &run.stdout };
        let annotations: Vec<_> = all.lines().filter_map(annotation).collect();
        let of = |level: &str| annotations.iter().filter(|(found, ..)| found == level).count();
        assert_eq!(of("error"), 2, "{run:#?}");
        assert!(of("notice") >= 4, "{run:#?}");
        let (_, title, text) = annotations.iter().find(|(level, ..)| level == "error").expect("one");
        assert!(title.starts_with("echostr check: post-") && text.contains("ACCEPTED"), "{title} {text}");
        if is_json {
            run.json();
        }
    }
}

/// Level, title and text of an annotation, as a runner reads them.
fn annotation(line: &str) -> Option<(String, String, String)> {
    let (command, text) = line.strip_prefix("::")?.split_once("::")?;
    let (level, properties) = command.split_once(' ')?;
    let title = properties.split(',').find_map(|property| property.strip_prefix("title="))?;
    let undone = |text: &str| {
        let text = text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":");
        text.replace("%2C", ",").replace("%25", "%")
    };
    Some((level.to_owned(), undone(title), undone(text)))
}

#[test]
fn a_run_that_stops_is_reported_too() {
    let folder = Folder::new();
    let server = Reference::new(Mode::Plain).start();
    let reports = ["--report", "junit=a.xml", "--report", "json=a.json", "--report", "github"];
    let run = echostr(["check", &server.url(), "--token", "another1"]).dir(folder.path()).args(reports).run();
    let run = run.expect(1);
    assert!(run.stdout.lines().filter_map(annotation).count() == 1, "{run:#?}");
    let (suite, tests) = junit(&folder.read("a.xml"));
    assert_eq!((tests.len(), &*suite["failures"]), (1, "1"));
    let document: Value = serde_json::from_str(&folder.read("a.json")).expect("JSON");
    assert_eq!(document["cases"][0]["result"], "failed");
}

#[test]
fn nobody_there_is_reported_too() {
    let (folder, port) = (Folder::new(), ClosedPort::new());
    let reports = ["--report", "junit=a.xml", "--report", "json=a.json"];
    let run =
        echostr(["check", &port.url()]).dir(folder.path()).args(Mode::Plain.options()).args(reports).run();
    run.expect(3).one_line_error();
    assert_eq!(junit(&folder.read("a.xml")).0["failures"], "1");
    let document: Value = serde_json::from_str(&folder.read("a.json")).expect("JSON");
    assert_eq!((&document["exit"], &document["cases"][0]["case"]), (&3.into(), &"handshake".into()));
}

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    let (server, folder) = (Reference::new(Mode::Plain).start(), Folder::new());
    let run_of = run(&server, &folder, &["--report", "junit=-"]).expect(0);
    assert!(junit(&run_of.stdout).1.len() > 50);
    let run_of = run(&server, &folder, &["--report", "json=-"]).expect(0);
    assert!(serde_json::from_str::<Value>(&run_of.stdout).expect("JSON")["cases"].is_array());
}

#[test]
fn reports_hold_no_secret() {
    // The token in an answer, as a careless server writes it.
    let server =
        Server::always(crate::support::server::Response::text(403, format!("not signed with {TOKEN}")));
    let folder = Folder::new();
    run(&server, &folder, &["--report", "junit=a.xml", "--report", "json=a.json", "--report", "github"])
        .expect(1);
    for file in ["a.xml", "a.json"] {
        assert!(!folder.read(file).contains(TOKEN), "{file}");
    }
}

#[test]
fn a_report_that_cannot_be_is_a_usage_error() {
    let (server, folder) = (Reference::new(Mode::Plain).start(), Folder::new());
    for report in ["html=a", "junit", "junit=", "json", "xml", "github=a"] {
        run(&server, &folder, &["--report", report]).expect(2).one_line_error();
    }
    run(&server, &folder, &["--report", "junit=no/such/folder/a.xml"]).expect(2).one_line_error();
    assert_eq!(server.requests().len(), 0);
}
