//! Every kind of the table is sent in every mode, and read back as what it was.

use echostr_message::{BotKind, Family, Incoming, Kind, KindSpec, NoticeKind};
use serde_json::{Value, json};

use crate::{
    common::{opened, with},
    support::{
        APP_ID, KEY, TOKEN,
        command::echostr,
        reference::Mode,
        server::{Request, Response, Server},
        xml,
    },
};

fn table() -> impl Iterator<Item = &'static KindSpec> {
    Kind::TABLE.iter().chain(NoticeKind::TABLE).chain(BotKind::TABLE)
}

/// The lines of `echostr kinds`.
fn listed() -> Vec<Value> {
    echostr(["kinds", "--json"]).run().expect(0).json()
}

fn text<'v>(line: &'v Value, name: &str) -> &'v str {
    line[name].as_str().expect("a text")
}

#[test]
fn the_list_is_the_table() {
    let listed = listed();
    let pair = |family: &str, kind: &str| format!("{family} {kind}");
    let mut names: Vec<_> =
        listed.iter().map(|line| pair(text(line, "family"), text(line, "kind"))).collect();
    let mut expected: Vec<_> = table().map(|spec| pair(spec.family.name(), spec.name)).collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
    assert!(names.len() > 100, "{}", names.len());
    // For people, and the sample of one.
    let run = echostr(["kinds"]).run().expect(0).says(&["notice/suite_ticket", "bot/text", "event/location"]);
    assert_eq!(run.stdout.lines().count(), names.len());
    let run = echostr(["kinds", "pic_weixin"]).run().expect(0);
    assert!(run.stdout.starts_with("<xml>") && run.stdout.contains("<PicMd5Sum>"), "{run:?}");
    echostr(["kinds", "smell"]).run().expect(2).one_line_error();
    for line in &listed {
        assert!(line["fields"].is_array() && text(line, "source").starts_with("https://"), "{line}");
    }
}

/// The document of the one request.
fn document(mode: Mode, request: &Request) -> Vec<u8> {
    if mode.is_encrypted() { opened(mode, request).document.to_vec() } else { request.body.clone() }
}

/// A server that answers `success`, and what came to it.
fn sent(mode: Mode, args: &[&str]) -> Request {
    let server = Server::always(Response::text(200, "success"));
    let url = server.url();
    let args: Vec<_> = args.iter().map(|arg| if *arg == "URL" { &*url } else { *arg }).collect();
    with(mode, &args).run().expect(0);
    server.only_request()
}

fn every_kind(mode: Mode) {
    for line in listed() {
        let name = text(&line, "name");
        let is_event = line["event"] == true;
        // By both commands where both send it, and under the name that `parse` prints.
        let variant = text(&line, "kind");
        let group = match text(&line, "family") {
            "message" if is_event => "event",
            family => family,
        };
        let qualified = format!("{group}/{variant}");
        let content: &[&str] = if name == "text" { &["你好"] } else { &[] };
        let mut lines = vec![[&["send", "URL", name], content].concat()];
        if is_event {
            lines.push(vec!["event", "URL", &qualified]);
        }
        for args in lines {
            let request = sent(mode, &args);
            let incoming = Incoming::parse(document(mode, &request));
            let incoming = incoming.unwrap_or_else(|error| panic!("{args:?}: {error}"));
            assert_eq!(incoming.family().name(), text(&line, "family"), "{args:?}");
            assert_eq!(incoming.kind_name(), variant, "{args:?}");
            has_what_the_sample_has(&incoming, &args);
            comes_now(&incoming, &request, &args);
            envelope(mode, &incoming, &request);
        }
    }
}

/// As the platform shows it, but for what belongs to this callback.
fn has_what_the_sample_has(incoming: &Incoming, args: &[&str]) {
    let spec = table().find(|spec| spec.family == incoming.family() && spec.name == incoming.kind_name());
    let sample = Incoming::parse(spec.expect("a row").document).expect("a sample");
    let paths = |incoming: &Incoming| -> Vec<String> {
        incoming.document().leaves().map(|leaf| leaf.path).filter(|path| path != "AgentID").collect()
    };
    let mut expected = paths(&sample);
    if incoming.kind_name() == "Subscribe" {
        expected.retain(|path| path != "Ticket");
    }
    assert_eq!(paths(incoming), expected, "{args:?}");
}

fn comes_now(incoming: &Incoming, request: &Request, args: &[&str]) {
    let document = incoming.document();
    let stamp = request.parameter("timestamp").expect("in the order");
    for name in ["CreateTime", "TimeStamp", "create_time"] {
        // Names are looked up without regard to case, too.
        if let Some(time) = document.get(name).filter(|node| node.name() == name) {
            assert_eq!(time.text(), Some(stamp), "{args:?}: {name}");
        }
    }
}

/// The family decides the envelope, and whether there is an openid.
fn envelope(mode: Mode, incoming: &Incoming, request: &Request) {
    let is_users = incoming.family() == Family::Message && mode != Mode::Wecom;
    assert_eq!(request.parameter("openid").is_some(), is_users, "{request:?}");
    if !mode.is_encrypted() {
        return;
    }
    let document = incoming.document();
    match incoming.family() {
        Family::Bot => {
            let body: Value = serde_json::from_str(request.text()).expect("JSON");
            assert_eq!(body, json!({ "encrypt": body["encrypt"] }));
        }
        Family::Notice => {
            let body = xml::fields(request.text());
            let names: Vec<_> = body.keys().map(String::as_str).collect();
            match document.text("SuiteId") {
                Some(suite) => {
                    assert_eq!(names, ["AgentID", "Encrypt", "ToUserName"]);
                    assert_eq!((&*body["ToUserName"], &*body["AgentID"]), (suite, ""));
                }
                None => {
                    assert_eq!(names, ["AppId", "Encrypt"]);
                    assert_eq!(Some(&*body["AppId"]), document.text("AppId"));
                }
            }
        }
        // The plain copy of compatible mode may have lists.
        _ => assert!(request.text().contains("<ToUserName>"), "{}", request.text()),
    }
}

#[test]
fn every_kind_in_plain_mode() {
    every_kind(Mode::Plain);
}

#[test]
fn every_kind_in_safe_mode() {
    every_kind(Mode::Safe);
}

#[test]
fn every_kind_in_compatible_mode() {
    every_kind(Mode::Compat);
}

#[test]
fn every_kind_of_wecom() {
    every_kind(Mode::Wecom);
}

#[test]
fn what_only_wecom_sends_is_sent_its_way() {
    let keys = |args: &[&str]| {
        let server = Server::always(Response::text(200, "success"));
        let cli =
            echostr([args[0], &server.url()]).args(&args[1..]).args(["--token", TOKEN, "--aes-key", KEY]);
        cli.run().expect(0);
        server.only_request().keys().join(" ")
    };
    let wecom = "msg_signature timestamp nonce";
    // The aibot puts no id behind its messages.
    assert_eq!(keys(&["send", "bot/text", "hi"]), wecom);
    assert_eq!(keys(&["event", "enter_chat"]), wecom);
    assert_eq!(keys(&["event", "suite_ticket", "--appid", APP_ID]), wecom);
    assert_eq!(keys(&["event", "enter_agent", "--appid", APP_ID]), wecom);
    let safe = "signature timestamp nonce";
    assert!(keys(&["event", "component_verify_ticket", "--appid", APP_ID]).starts_with(safe));
    assert!(keys(&["send", "text", "hi", "--appid", APP_ID]).starts_with(safe));
    // What is said counts.
    assert!(keys(&["event", "suite_ticket", "--appid", APP_ID, "--mode", "safe"]).starts_with(safe));
    // A document of a file's too.
    let bot = r#"{"msgtype":"text","text":{"content":"hi"}}"#;
    let server = Server::always(Response::text(200, "success"));
    let cli = echostr(["send", &server.url(), "--token", TOKEN, "--aes-key", KEY]).stdin(bot);
    cli.run().expect(0);
    let request = server.only_request();
    assert_eq!(
        (request.keys().join(" "), request.text().starts_with("{\"encrypt\":")),
        (wecom.to_owned(), true)
    );
}

#[test]
fn messages_differ_from_each_other() {
    for (args, name) in [(&["send", "URL", "image"], "MsgId"), (&["send", "URL", "bot/image"], "msgid")] {
        let id = |args: &[&str]| {
            let body = sent(Mode::Plain, args).body;
            Incoming::parse(body).expect("a message").document().text(name).expect("an id").to_owned()
        };
        assert_ne!(id(args), id(args));
        let given = [args.as_slice(), &["--msg-id", "7"]].concat();
        assert_eq!(id(&given), "7");
    }
}

#[test]
fn a_name_that_no_kind_has() {
    let server = Server::always(Response::text(200, "success"));
    let url = &*server.url();
    for args in
        [&["send", url, "smell"][..], &["event", url, "bot/subscribe"], &["send", url, "x/text", "hi"]]
    {
        let run = with(Mode::Plain, args).run().expect(2).one_line_error();
        run.says(&[args[2], "echostr kinds"]);
    }
    with(Mode::Plain, &["event", url, "text"]).run().expect(2).one_line_error().says(&["echostr send"]);
    assert_eq!(server.requests().len(), 0);
}
