//! `parse`: what stands in its line, what it refuses, and encrypted bodies.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    common::with,
    support::{
        APP_ID, KEY,
        command::{Folder, Run, echostr},
        reference::Mode,
    },
};

/// The fields of a document that is read, as JSON text, so that their order shows.
#[track_caller]
fn fields(document: impl Into<Vec<u8>>) -> String {
    let run = echostr(["parse"]).stdin(document).run().expect(0);
    assert_eq!(run.stderr, "");
    let line = run.stdout.strip_suffix('\n').expect("a line");
    assert!(!line.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']), "more lines than one: {line:?}");
    let (_, fields) = line.split_once(",\"fields\":").expect("fields");
    fields.strip_suffix('}').expect("an object").to_owned()
}

/// The same of an XML document with this behind its `MsgType`.
#[track_caller]
fn xml(inner: &str) -> String {
    let fields = fields(format!("<xml><MsgType>text</MsgType>{inner}</xml>"));
    without_the_first(&fields)
}

/// The same of a JSON document with this behind its `MsgType`.
#[track_caller]
fn json(inner: &str) -> String {
    let fields = fields(format!("{{\"MsgType\":\"text\",{inner}}}"));
    without_the_first(&fields)
}

#[track_caller]
fn without_the_first(fields: &str) -> String {
    let rest = fields.strip_prefix("{\"MsgType\":\"text\"").expect("it comes first");
    format!("{{{}", rest.trim_start_matches(','))
}

impl Run {
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "{self:#?}");
        self
    }
}

#[track_caller]
fn refused(document: impl Into<Vec<u8>>) {
    let run = echostr(["parse"]).stdin(document).run().expect(1).one_line_error().prints_nothing();
    assert!(run.stderr.len() > 30, "says why: {run:?}");
}

#[test]
fn the_line_as_a_whole() {
    let document = "<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName>\n<MsgType>event</MsgType><Event>pic_weixin</Event>\
        <SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>aa</PicMd5Sum></item>\
        <item><PicMd5Sum>bb</PicMd5Sum></item></PicList></SendPicsInfo></xml>\n";
    let line = concat!(
        r#"{"family":"message","kind":"PicWeixin","fields":{"ToUserName":"gh_1","MsgType":"event","Event":"pic_weixin","#,
        r#""SendPicsInfo.Count":"2","SendPicsInfo.PicList.item.PicMd5Sum":["aa","bb"]}}"#,
        "\n"
    );
    let folder = Folder::new();
    let file = folder.file("message.xml", document);
    for cli in [
        echostr(["parse"]).stdin(document),
        echostr(["parse", "-"]).stdin(document),
        echostr(["parse"]).arg(&file),
        // The line is JSON anyhow.
        echostr(["parse", "--json", "--lang", "zh", "-v"]).arg(&file),
        // No key is needed, and one that cannot be right is not asked.
        echostr(["parse", "--aes-key", KEY]).arg(&file),
        echostr(["parse"]).arg(&file).env("WECHAT_ENCODING_AES_KEY", "short").env("WECHAT_TOKEN", ""),
    ] {
        let run = cli.run().expect(0);
        assert_eq!((&*run.stdout, &*run.stderr), (line, ""));
    }
}

#[test]
fn families_and_kinds() {
    for (document, family, kind) in [
        ("<xml><MsgType>TEXT</MsgType></xml>", "message", "Text"),
        ("<xml><MsgType>new</MsgType></xml>", "message", "Other"),
        ("<xml><InfoType>suite_ticket</InfoType></xml>", "notice", "SuiteTicket"),
        ("<xml><InfoType>new</InfoType></xml>", "notice", "Other"),
        (r#"{"msgtype":"text","text":{"content":"a"}}"#, "bot", "Text"),
        (r#"{"msgtype":"event","event":{"eventtype":"new"}}"#, "bot", "Other"),
        (r#"{"MsgType":"text"}"#, "message", "Text"),
        // A structure where a text belongs.
        ("<xml><MsgType>text</MsgType><Content><b/></Content></xml>", "message", "Other"),
    ] {
        let run = echostr(["parse"]).stdin(document).run().expect(0);
        let start = format!(r#"{{"family":"{family}","kind":"{kind}","fields":{{"#);
        assert!(run.stdout.starts_with(&start), "{document}: {}", run.stdout);
    }
}

#[test]
fn fields_of_xml() {
    for (inner, expected) in [
        // Empty elements, spelt in both ways; an element with child elements is no leaf.
        ("<a/><b></b><c><d/></c>", r#"{"a":"","b":"","c.d":""}"#),
        ("<a><![CDATA[]]></a>", r#"{"a":""}"#),
        // Untrimmed; blanks between elements are nothing.
        ("<a> x\n</a> \n\t<b>\t</b>", r#"{"a":" x\n","b":"\t"}"#),
        ("<a>\n<b>1</b>\n</a>", r#"{"a.b":"1"}"#),
        // CDATA and text beside each other, references undone, line ends as they were sent.
        (
            "<a>x<![CDATA[ <y> ]]>&amp;&#20320;&#x1F600;<![CDATA[]]]]><![CDATA[>]]></a>",
            r#"{"a":"x <y> &你😀]]>"}"#,
        ),
        ("<a>1\r\n2\r3&#13;\n</a>", r#"{"a":"1\r\n2\r3\r\n"}"#),
        ("<a>\u{1}\u{8}\u{b}&#0;&#31;</a>", r#"{"a":"\u0001\b\u000b\u0000\u001f"}"#),
        // One line for every reader of lines, and no order to a terminal.
        (
            "<a>\u{7f}\u{85}\u{9b}2J\u{2028}\u{2029}\u{202e}\u{2066}</a>",
            r#"{"a":"\u007f\u0085\u009b2J\u2028\u2029\u202e\u2066"}"#,
        ),
        // Repeated, nested, in the order in which they first occur.
        ("<b>1</b><a>2</a><b>3</b>", r#"{"b":["1","3"],"a":"2"}"#),
        (
            "<l><i><x>1</x><y>a</y></i><i><x>2</x></i></l><l><i><y>b</y><x>3</x></i></l>",
            r#"{"l.i.x":["1","2","3"],"l.i.y":["a","b"]}"#,
        ),
        ("<l>0</l><l><i>1</i></l><l/>", r#"{"l":["0",""],"l.i":"1"}"#),
        // Attributes, comments, instructions.
        ("<a b=\"c\">1<!-- d -->2<?e f?>3</a><!--g--><?h?>", r#"{"a":"123"}"#),
        ("<a b='1'/>", r#"{"a":""}"#),
        // Names as they are spelt.
        (
            "<Content>1</Content><content>2</content><CONTENT/>",
            r#"{"Content":"1","content":"2","CONTENT":""}"#,
        ),
        ("<名字>1</名字><a:b>2</a:b><item-1>3</item-1>", r#"{"名字":"1","a:b":"2","item-1":"3"}"#),
        ("<xml>1</xml>", r#"{"xml":"1"}"#),
        // JSON in a text stays text.
        (r#"<a>{"b":[1,"\n"]}</a>"#, r#"{"a":"{\"b\":[1,\"\\n\"]}"}"#),
    ] {
        assert_eq!(xml(inner), expected, "{inner}");
    }
}

#[test]
fn fields_of_json() {
    for (inner, expected) in [
        // Digits as they are written, words.
        (
            r#""a":1e3,"b":-0,"c":18446744073709551616,"d":1.50,"e":-0.0E+05,"f":0"#,
            r#"{"a":"1e3","b":"-0","c":"18446744073709551616","d":"1.50","e":"-0.0E+05","f":"0"}"#,
        ),
        (r#""a":true,"b":false,"c":"true""#, r#"{"a":"true","b":"false","c":"true"}"#),
        // Nothing.
        (r#""a":null,"b":{},"c":[],"d":[null,{},[[]]],"e":{"f":null}"#, "{}"),
        (r#""a":"","b":" x \n""#, r#"{"a":"","b":" x \n"}"#),
        // Lists: one item is a text, of several the path is shared; arrays of arrays too.
        (r#""a":["1"],"b":[1,"2",true,null]"#, r#"{"a":"1","b":["1","2","true"]}"#),
        (r#""a":[[1,2],[3],[],[[4]]]"#, r#"{"a":["1","2","3","4"]}"#),
        (
            r#""l":[{"x":1,"y":{"z":[1,2]}},{"y":{"z":3},"x":null},0]"#,
            r#"{"l.x":"1","l.y.z":["1","2","3"],"l":"0"}"#,
        ),
        // Escapes undone, keys as they are spelt.
        (
            r#""\u4f60":"\ud83d\ude00\/\u0000\u2028","A":"1","a":"2""#,
            r#"{"你":"😀/\u0000\u2028","A":"1","a":"2"}"#,
        ),
        // Markup in a text stays text.
        (r#""a":"<b>&amp;</b>""#, r#"{"a":"<b>&amp;</b>"}"#),
        // The same path by two ways.
        (r#""a.b":1,"a":{"b":2}"#, r#"{"a.b":["1","2"]}"#),
    ] {
        assert_eq!(json(inner), expected, "{inner}");
    }
}

#[test]
fn around_the_document() {
    let expected = r#"{"MsgType":"text"}"#;
    for document in [
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- a -->\r\n<xml><MsgType>text</MsgType></xml>\n\n",
        " \n<xml a=\"b\"><MsgType>text</MsgType></xml>",
        "\u{feff}{\"MsgType\":\"text\"}\r\n",
        "\t{ \"MsgType\" : \"text\" } ",
    ] {
        assert_eq!(fields(document), expected, "{document}");
    }
}

#[test]
fn what_is_refused() {
    for document in [
        "",
        " ",
        "hello",
        "[]",
        "\"MsgType\"",
        "null",
        "<xml>",
        "<xml/>",
        "<xml><MsgType>text</MsgType>",
        "<xml><MsgType>text</Msgtype></xml>",
        "<xml><MsgType>text</MsgType></xml><xml/>",
        "<xml><MsgType>text</MsgType></xml>x",
        "<a><MsgType>text</MsgType></a>",
        "<XML><MsgType>text</MsgType></XML>",
        "<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>",
        "<xml><MsgType>&nbsp;</MsgType></xml>",
        "<xml><MsgType>text</MsgType>x</xml>",
        "<xml><MsgType>text</MsgType><a>x<b/></a></xml>",
        "<xml><Event>subscribe</Event></xml>",
        "<xml><xml><MsgType>text</MsgType></xml></xml>",
        // A field of the header twice, in whatever case; in JSON too.
        "<xml><MsgType>text</MsgType><FromUserName>a</FromUserName><FromUserName>b</FromUserName></xml>",
        "<xml><MsgType>text</MsgType><msgid>1</msgid><MsgId>1</MsgId></xml>",
        "<xml><MsgType>text</MsgType><AgentID/><AgentId/></xml>",
        r#"{"MsgType":"text","msgtype":"text"}"#,
        r#"{"MsgType":"text","ToUserName":["a","b"]}"#,
        // JSON.
        r#"{"MsgType":"text","a":1,"a":2}"#,
        r#"{"MsgType":"text","a":{"b":1,"\u0062":2}}"#,
        r#"{"MsgType":"text""#,
        r#"{"MsgType":"text"}}"#,
        r#"{"MsgType":"text"} {}"#,
        r#"{"MsgType":"text","a":01}"#,
        r#"{"MsgType":"text","a":NaN}"#,
        r#"{"MsgType":"text","a":"\ud800"}"#,
        r#"{"MsgType":null}"#,
        "{}",
        "{\"MsgType\":\"text\",\"a\":\"\n\"}",
    ] {
        refused(document);
    }
    refused(b"<xml><MsgType>\xff</MsgType></xml>");
    // The limits, and the neighbours that they let pass.
    let nested = |depth: usize| {
        let (open, close) = ("<a>".repeat(depth), "</a>".repeat(depth));
        format!("<xml><MsgType>text</MsgType>{open}{close}</xml>")
    };
    fields(nested(30));
    refused(nested(40));
    refused(format!("{{\"MsgType\":\"text\",\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000)));
    let long =
        |length| format!("<xml><MsgType>text</MsgType><Content>{}</Content></xml>", "a".repeat(length));
    fields(long(1_000_000));
    refused(long(1_100_000));
    refused(long(3_000_000));
    refused(format!("<xml><MsgType>text</MsgType>{}</xml>", "<a/>".repeat(17_000)));
}

#[test]
fn a_header_twice_below_the_root_is_none() {
    // As in a forwarded message; the neighbour that is no header stands twice on top too.
    let quoted = "<a><MsgId>1</MsgId><MsgId>2</MsgId></a><Content>x</Content><Content>y</Content>";
    assert_eq!(xml(quoted), r#"{"a.MsgId":["1","2"],"Content":["x","y"]}"#);
}

#[test]
fn refusals_are_said_in_both_languages() {
    for lang in ["en", "zh"] {
        for extra in [&[][..], &["--json"], &["-v"]] {
            let run = echostr(["parse", "--lang", lang]).args(extra).stdin("<xml><a/></xml>").run().expect(1);
            let run = run.one_line_error().prints_nothing().says(&["MsgType", "InfoType"]);
            let is_chinese = run.stderr.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(is_chinese, lang == "zh", "{run:?}");
        }
    }
}

#[test]
fn wrong_usage() {
    let folder = Folder::new();
    let missing = folder.path().join("missing.xml");
    for path in [&missing, &folder.path().to_owned()] {
        for extra in [&[][..], &["--json"]] {
            echostr(["parse"]).arg(path).args(extra).run().expect(2).one_line_error().prints_nothing();
        }
    }
    for args in [&["parse", "a", "b"][..], &["parse", "--file", "a"], &["parse", "--bogus"]] {
        echostr(args).run().expect(2).one_line_error().prints_nothing();
    }
}

const DOCUMENT: &str = "<xml><MsgType>text</MsgType><Content>你好</Content></xml>";
const LINE: &str =
    concat!(r#"{"family":"message","kind":"Text","fields":{"MsgType":"text","Content":"你好"}}"#, "\n");

/// The body in which this document is sent.
fn sealed(mode: Mode, document: &str) -> String {
    if mode == Mode::Compat {
        // `encrypt` leaves the plain copy out.
        let sealed = sealed(Mode::Safe, document);
        let encrypt = sealed.lines().find(|line| line.contains("<Encrypt>")).expect("one").trim();
        return document.replace("</xml>", &format!("{encrypt}</xml>"));
    }
    with(mode, &["encrypt"]).stdin(document).run().expect(0).stdout
}

#[test]
fn encrypted_bodies() {
    let json = r#"{"MsgType":"text","Content":"你好"}"#;
    let folder = Folder::new();
    for mode in Mode::ENCRYPTED {
        for document in [DOCUMENT, json] {
            if document == json && mode == Mode::Compat {
                continue;
            }
            let file = folder.file("body", sealed(mode, document));
            for cli in [
                echostr(["parse", "--aes-key", KEY]).arg(&file),
                echostr(["parse", "--aes-key", KEY, "--appid", APP_ID, "--json"]).arg(&file),
                echostr(["parse"]).arg(&file).env("WECHAT_ENCODING_AES_KEY", KEY),
                echostr(["parse"]).args(mode.options()).stdin(sealed(mode, document)),
            ] {
                let run = cli.run().expect(0).one_line_error();
                assert_eq!(run.stdout, LINE, "{mode:?} {document}");
                assert!(run.stderr.contains("no signature was checked"), "{run:?}");
            }
        }
    }
    let envelope: Value = serde_json::from_str(&sealed(Mode::Wecom, json)).expect("JSON");
    assert!(envelope.get("encrypt").is_some(), "the aibot's: {envelope}");
    let run =
        echostr(["parse", "--aes-key", KEY, "--lang", "zh"]).stdin(envelope.to_string()).run().expect(0);
    run.says(&["没有检查签名"]);
}

#[test]
fn bodies_that_the_key_does_not_open() {
    let other = KEY.replace('a', "b");
    for mode in [Mode::Safe, Mode::Wecom] {
        let body = sealed(mode, DOCUMENT);
        let run = |args: &[&str]| {
            let run = echostr(["parse"]).args(args).stdin(body.as_str()).run();
            run.one_line_error().prints_nothing()
        };
        run(&[]).expect(1).says(&["encrypted", "--aes-key"]);
        run(&["--aes-key", &other]).expect(1).says(&["decrypt"]);
        run(&["--aes-key", KEY, "--appid", "wxother"]).expect(1).says(&["decrypt"]);
        run(&["--aes-key", "short"]).expect(2).says(&["EncodingAESKey"]);
        // What is in it is refused like any other document.
        let body = sealed(mode, "<xml><a/></xml>");
        let run = echostr(["parse", "--aes-key", KEY]).stdin(body).run().expect(1);
        run.one_line_error().prints_nothing().says(&["MsgType"]);
    }
}

#[test]
fn the_plain_copy_of_compatible_mode() {
    let body = sealed(Mode::Compat, DOCUMENT);
    // Without the key it is a document with a field more, and nobody vouches for it.
    let run = echostr(["parse"]).stdin(body.as_str()).run().expect(0);
    assert!(run.stdout.contains(r#""Content":"你好","Encrypt":""#), "{run:?}");
    assert_eq!(run.stderr, "");
    // With another key too, which is said.
    let run = echostr(["parse", "--aes-key", &KEY.replace('a', "b")]).stdin(body.as_str()).run().expect(0);
    assert!(run.stdout.contains(r#""Content":"你好","Encrypt":""#), "{run:?}");
    run.one_line_error().says(&["plain copy"]);
    // What a user typed into the plain copy changes nothing in what is encrypted.
    let typed = body.replace("你好", "]]></Content><Content>typed");
    let run = echostr(["parse", "--aes-key", KEY]).stdin(typed).run().expect(0);
    assert_eq!(run.stdout, LINE);
}

#[test]
fn a_document_with_a_key_is_what_it_says() {
    // A user who has seen an encrypted body types its text.
    let body = sealed(Mode::Safe, "<xml><MsgType>event</MsgType><Event>subscribe</Event></xml>");
    let encrypt = body.split("<![CDATA[").last().and_then(|rest| rest.split("]]>").next()).expect("a text");
    let document = format!("<xml><MsgType>text</MsgType><Content>{encrypt}</Content></xml>");
    let run = echostr(["parse", "--aes-key", KEY]).stdin(document).run().expect(0);
    assert_eq!(
        run.json(),
        [json!({"family":"message","kind":"Text","fields":{"MsgType":"text","Content":encrypt}})]
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn as_many_fields_as_there_may_be() {
    let mut document = "<xml><MsgType>text</MsgType>".to_owned();
    for number in 0..16_000 {
        write!(document, "<a{number}/>").expect("a text");
    }
    document.push_str("</xml>");
    assert!(fields(document).ends_with("\"a15999\":\"\"}"));
}
