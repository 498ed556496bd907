//! The documents of messages and events, from options and from files.

use std::collections::BTreeMap;

use crate::support::{
    command::Folder,
    reference::{Mode, Reference},
    server::Request,
};

use crate::common::*;

/// Every kind, what must follow it on the command line, and fields that it must have.
const MESSAGES: [(&str, &[&str]); 7] = [
    ("text", &["Content"]),
    ("image", &["PicUrl", "MediaId"]),
    ("voice", &["MediaId", "Format"]),
    ("video", &["MediaId", "ThumbMediaId"]),
    ("shortvideo", &["MediaId", "ThumbMediaId"]),
    ("location", &["Location_X", "Location_Y", "Scale", "Label"]),
    ("link", &["Title", "Description", "Url"]),
];

const EVENTS: [(&str, &str, &[&str]); 6] = [
    ("subscribe", "subscribe", &[]),
    ("unsubscribe", "unsubscribe", &[]),
    ("scan", "SCAN", &["EventKey", "Ticket"]),
    ("location", "LOCATION", &["Latitude", "Longitude", "Precision"]),
    ("click", "CLICK", &["EventKey"]),
    ("view", "VIEW", &["EventKey"]),
];

#[test]
fn every_kind_of_message_is_well_formed() {
    for mode in Mode::ALL {
        for (kind, fields) in MESSAGES {
            let args: &[&str] =
                if kind == "text" { &["send", "URL", kind, "你好"] } else { &["send", "URL", kind] };
            let request = sent(mode, args);
            let message = message(mode, &request);
            assert_eq!(message["MsgType"], kind, "{mode:?}");
            has(&message, fields);
            has(&message, &["ToUserName", "FromUserName", "CreateTime", "MsgId"]);
            assert!(is_digits(&message["MsgId"]), "{message:?}");
            is_from_the_request(mode, &request, &message);
        }
    }
}

#[test]
fn every_kind_of_event_is_well_formed() {
    for mode in Mode::ALL {
        for (kind, event, fields) in EVENTS {
            let request = sent(mode, &["event", "URL", kind]);
            let message = message(mode, &request);
            assert_eq!(message["MsgType"], "event", "{mode:?}");
            match (mode, kind) {
                // WeCom's documents write the menu's events in lower case, and know no `SCAN`.
                (Mode::Wecom, "click" | "view") => assert_eq!(message["Event"], kind),
                (Mode::Wecom, "scan") => {}
                _ => assert_eq!(message["Event"], event, "{mode:?}"),
            }
            has(&message, fields);
            has(&message, &["ToUserName", "FromUserName", "CreateTime"]);
            assert!(!message.contains_key("MsgId"), "events have no MsgId: {message:?}");
            is_from_the_request(mode, &request, &message);
        }
    }
}

fn has(message: &BTreeMap<String, String>, fields: &[&str]) {
    for field in fields {
        assert!(message.get(*field).is_some_and(|text| !text.is_empty()), "no {field}: {message:?}");
    }
}

fn is_from_the_request(mode: Mode, request: &Request, message: &BTreeMap<String, String>) {
    if mode != Mode::Wecom {
        assert_eq!(Some(&*message["FromUserName"]), request.parameter("openid"), "{message:?}");
    }
    let created: u64 = message["CreateTime"].parse().expect("seconds");
    let sent: u64 = request.parameter("timestamp").expect("in the order").parse().expect("seconds");
    assert!(created.abs_diff(sent) < 60, "{message:?}");
}

#[test]
fn text_arrives_whatever_is_in_it() {
    for text in ["你好", "a < b & c > d \"'", "]]>", "<![CDATA[x]]>", "&amp;", "😀", "--token"] {
        for mode in [Mode::Plain, Mode::Safe] {
            let server = Reference::new(mode).start();
            with(mode, &["send", &server.url(), "text", "--", text]).run().expect(0);
            let requests = server.requests();
            assert_eq!(message(mode, &requests[0])["Content"], text);
        }
    }
}

#[test]
fn key_and_ticket_stand_in_the_event() {
    let request = sent(Mode::Plain, &["event", "URL", "scan", "--key", "a&b<7>", "--ticket", "T/+=x"]);
    let event = message(Mode::Plain, &request);
    assert_eq!((&*event["EventKey"], &*event["Ticket"]), ("a&b<7>", "T/+=x"));
    let request = sent(Mode::Plain, &["event", "URL", "click", "--key", "MENU_1"]);
    assert_eq!(message(Mode::Plain, &request)["EventKey"], "MENU_1");
    let request = sent(Mode::Plain, &["event", "URL", "view", "--key", "https://example.com/?a=1&b=2"]);
    assert_eq!(message(Mode::Plain, &request)["EventKey"], "https://example.com/?a=1&b=2");
    let request = sent(Mode::Plain, &["event", "URL", "subscribe", "--key", "qrscene_7", "--ticket", "T"]);
    let event = message(Mode::Plain, &request);
    assert_eq!((&*event["EventKey"], &*event["Ticket"]), ("qrscene_7", "T"));
}

const FILE: &str = "<xml>\n  <ToUserName><![CDATA[gh_1]]></ToUserName>\n<FromUserName>o_1</FromUserName>\
                    <CreateTime>1540176606</CreateTime><MsgType>text</MsgType><Content>从文件</Content></xml>\n";

#[test]
fn a_file_is_sent_as_it_is() {
    let folder = Folder::new();
    let path = folder.file("msg.xml", FILE);
    let path = path.to_str().expect("UTF-8");
    let request = sent(Mode::Plain, &["send", "URL", "--file", path]);
    assert_eq!(request.text(), FILE);
    for mode in Mode::ENCRYPTED {
        let request = sent(mode, &["send", "URL", "--file", path]);
        assert_eq!(opened(mode, &request).document, FILE, "{mode:?}");
    }
}

#[test]
fn standard_input_is_sent_as_it_is() {
    for mode in [Mode::Plain, Mode::Safe] {
        let server = Reference::new(mode).start();
        with(mode, &["send", &server.url()]).stdin(FILE).run().expect(0);
        let request = server.only_request();
        if mode.is_encrypted() {
            assert_eq!(opened(mode, &request).document, FILE);
        } else {
            assert_eq!(request.text(), FILE);
        }
    }
}

#[test]
fn a_broken_file_sends_nothing() {
    let folder = Folder::new();
    let server = Reference::new(Mode::Plain).start();
    let url = server.url();
    let missing = folder.path().join("missing.xml");
    let empty = folder.file("empty.xml", "");
    for path in [&missing, &empty] {
        with(Mode::Plain, &["send", &url, "--file"]).arg(path).run().expect(2).one_line_error();
    }
    with(Mode::Plain, &["send", &url]).stdin("").run().expect(2).one_line_error();
    // What is not text cannot be encrypted.
    let binary = folder.file("binary.xml", b"<xml>\xff\xfe</xml>");
    with(Mode::Safe, &["send", &url, "--file"]).arg(binary).run().expect(2).one_line_error();
    with(Mode::Plain, &["send", &url, "--file"]).arg(folder.path()).run().expect(2).one_line_error();
    assert_eq!(server.requests().len(), 0);
}
