//! The command sends what the platform sends, and reads replies as the platform does.

use echostr::Signature;
use serde_json::{Value, json};

use crate::{
    common::{opened, sent, with},
    support::{
        KEY, TOKEN,
        command::{Folder, echostr},
        reference::{Mode, reply},
        server::{Request, Response, Server},
    },
};

const JSON: &str =
    "{\"ToUserName\":\"gh_1\",\"FromUserName\":\"o_1\",\"MsgType\":\"text\",\"Content\":\"你好\"}";

/// What is sent for a JSON document; whatever becomes of it.
fn sent_json(mode: Mode) -> Request {
    let (folder, server) = (Folder::new(), Server::always(Response::text(200, "success")));
    let path = folder.file("msg.json", JSON);
    with(mode, &["send", &server.url(), "--file"]).arg(path).run().expect(0);
    server.only_request()
}

#[test]
fn json_is_labelled_as_xml() {
    for mode in Mode::ALL {
        assert_eq!(sent_json(mode).header("content-type"), ["text/xml"], "{mode:?}");
    }
    let run = with(Mode::Plain, &["sign", "--curl", "--file", "-"]).stdin(JSON).run().expect(0);
    assert!(run.stdout.contains("Content-Type: text/xml"), "{run:#?}");
}

#[test]
fn the_json_envelope_of_each_platform() {
    let keys = |mode| {
        let body: Value = serde_json::from_str(sent_json(mode).text()).expect("JSON");
        body.as_object().expect("an object").keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(Mode::Wecom), ["encrypt"]);
    let mut safe = keys(Mode::Safe);
    safe.sort();
    assert_eq!(safe, ["Encrypt", "ToUserName"]);
    assert_eq!(opened(Mode::Wecom, &sent_json(Mode::Wecom)).document, JSON);
}

#[test]
fn the_plain_copy_holds_what_was_typed() {
    let typed = "a ]]> b]]></Content><Encrypt>x</Encrypt><Content><![CDATA[";
    let server = Server::always(Response::text(200, "success"));
    with(Mode::Compat, &["send", &server.url(), "text", typed]).run().expect(0);
    let request = server.only_request();
    assert!(
        request.text().contains(&format!("<Content><![CDATA[{typed}]]></Content>")),
        "{}",
        request.text()
    );
    // What is encrypted is a document of its own, and the same in plain mode.
    let split = typed.replace("]]>", "]]]]><![CDATA[>");
    let run = echostr(["decrypt", "--aes-key", KEY]).stdin(request.body).run().expect(0);
    assert!(run.stdout.contains(&format!("<Content><![CDATA[{split}]]></Content>")), "{run:#?}");
    let plain = sent(Mode::Plain, &["send", "URL", "text", typed]);
    assert!(plain.text().contains(&split), "{}", plain.text());
}

/// An encrypted reply in JSON, its names in this spelling.
fn json_reply(mode: Mode, names: [&str; 4]) -> String {
    let document =
        json!({ "ToUserName": "o_1", "FromUserName": "gh_1", "MsgType": "text", "Content": "7531" });
    let encrypted = echostr(["encrypt", &document.to_string()]).args(mode.options()).run().expect(0).stdout;
    let body: Value = serde_json::from_str(&encrypted).expect("JSON");
    let encrypt =
        body.as_object().expect("an object").values().filter_map(Value::as_str).max_by_key(|text| text.len());
    let encrypt = encrypt.expect("a text");
    let signature = format!("{:x}", Signature::compute([TOKEN, "1713424427", "415670741", encrypt]));
    let [one, two, three, four] = names;
    json!({ one: encrypt, two: signature, three: 1_713_424_427, four: "415670741" }).to_string()
}

const CAPITAL: [&str; 4] = ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"];
const SMALL: [&str; 4] = ["encrypt", "msgsignature", "timestamp", "nonce"];

#[test]
fn replies_are_read_in_the_spelling_of_the_platform() {
    for (mode, right, wrong) in [(Mode::Wecom, SMALL, CAPITAL), (Mode::Safe, CAPITAL, SMALL)] {
        let server = Server::always(Response::text(200, json_reply(mode, right)));
        with(mode, &["send", &server.url(), "text", "hi"]).run().expect(0).says(&["7531"]);
        let server = Server::always(Response::text(200, json_reply(mode, wrong)));
        for lang in ["en", "zh"] {
            let run = with(mode, &["send", &server.url(), "text", "hi", "--lang", lang]).run().expect(1);
            run.says(&[&format!("{} → {}", wrong[0], right[0]), wrong[1]]);
        }
    }
    // XML has one spelling for all.
    for mode in [Mode::Safe, Mode::Wecom] {
        for (names, code) in [(CAPITAL, 0), (SMALL, 1)] {
            let json: Value = serde_json::from_str(&json_reply(mode, CAPITAL)).expect("JSON");
            let field = |at: usize| {
                let value = &json[CAPITAL[at]];
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("<{0}>{value}</{0}>", names[at])
            };
            let document = format!("<xml>{}{}{}{}</xml>", field(0), field(1), field(2), field(3));
            let server = Server::always(Response::text(200, document));
            with(mode, &["send", &server.url(), "text", "hi"]).run().expect(code);
        }
    }
}

#[test]
fn white_space_around_a_reply_is_none_of_it() {
    for (before, after) in [("\n\n", ""), ("", " \r\n"), ("  ", "\n")] {
        for body in [reply("7531"), "success".to_owned(), String::new()] {
            let server = Server::always(Response::text(200, format!("{before}{body}{after}")));
            with(Mode::Plain, &["send", &server.url(), "text", "hi"]).run().expect(0);
        }
        let sealed = format!("{before}{}{after}", json_reply(Mode::Wecom, SMALL));
        let server = Server::always(Response::text(200, sealed));
        with(Mode::Wecom, &["send", &server.url(), "text", "hi"]).run().expect(0).says(&["7531"]);
        // Around the document in it, and around the texts of its fields.
        let encrypted = echostr(["encrypt"]).args(Mode::Safe.options());
        let encrypted = encrypted.stdin(format!("{before}{}{after}", reply("7531"))).run().expect(0).stdout;
        let encrypt = encrypted.split_once("<Encrypt><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
        let encrypt = encrypt.expect("one").0;
        let signature = format!("{:x}", Signature::compute([TOKEN, "1", "2", encrypt]));
        let document = format!(
            "<xml><Encrypt>{before}{encrypt}{after}</Encrypt><MsgSignature>{before}{signature}{after}</MsgSignature><TimeStamp>{before}1{after}</TimeStamp><Nonce>{before}2{after}</Nonce></xml>"
        );
        let server = Server::always(Response::text(200, document));
        with(Mode::Safe, &["send", &server.url(), "text", "hi"]).run().expect(0).says(&["7531"]);
    }
    // The control: what stands around it is something.
    let server = Server::always(Response::text(200, format!("debug: {}", reply("hi"))));
    with(Mode::Plain, &["send", &server.url(), "text", "hi"]).run().expect(1);
}
