//! The fields of a message: `--set`, `--set-raw`, and the options of usual fields.

use echostr_message::{Document, Incoming, Node};

use crate::{
    common::{opened, with},
    support::{
        reference::Mode,
        server::{Response, Server},
    },
};

/// What these arguments send in plain mode.
fn body(args: &[&str]) -> String {
    let server = Server::always(Response::text(200, "success"));
    let url = server.url();
    let args = [&[args[0], &*url], &args[1..]].concat();
    with(Mode::Plain, &args).run().expect(0);
    server.only_request().text().to_owned()
}

fn document(args: &[&str]) -> Document {
    Incoming::parse(body(args)).expect("a message").document().clone()
}

fn texts(args: &[&str], path: &str) -> Vec<String> {
    let document = document(args);
    let leaves = document.leaves().filter(|leaf| leaf.path == path);
    leaves.map(|leaf| leaf.text.to_owned()).collect()
}

#[test]
fn fields_are_set() {
    let set = |value: &str| {
        texts(
            &["event", "location_select", "--set", &format!("SendLocationInfo.Label={value}")],
            "SendLocationInfo.Label",
        )
    };
    for value in
        ["广州", "", " a ", "a=b", "]]>", "<b>&amp;</b>", "]]></Label></SendLocationInfo><Event>x</Event>"]
    {
        assert_eq!(set(value), [value]);
    }
    // A field that the sample does not have, a structure that nobody has, and one in place of a text.
    assert_eq!(texts(&["send", "text", "hi", "--set", "bizmsgmenuid=101"], "bizmsgmenuid"), ["101"]);
    assert_eq!(texts(&["send", "text", "hi", "--set", "New.Inner.名字=1"], "New.Inner.名字"), ["1"]);
    let odd = document(&["send", "text", "hi", "--set", "Content.b=1"]);
    assert_eq!((odd.text("Content"), odd.text("Content.b")), (None, Some("1")));
    // What is set outdoes every option and default.
    let args = [
        "send",
        "text",
        "hi",
        "--to",
        "gh_2",
        "--set",
        "Content=ho",
        "--set",
        "ToUserName=gh_3",
        "--set",
        "FromUserName=o_3",
    ];
    let document = document(&args);
    let all = |name| document.all(name).iter().filter_map(|node| node.text()).collect::<Vec<_>>();
    assert_eq!(
        (all("Content"), all("ToUserName"), all("FromUserName")),
        (vec!["ho"], vec!["gh_3"], vec!["o_3"])
    );
    assert_eq!(texts(&["send", "text", "--set", "Content=ho"], "Content"), ["ho"]);
}

#[test]
fn numbers_and_texts_are_written_as_the_platform_writes_them() {
    let xml = body(&["send", "location", "--set", "Scale=7", "--set", "Label=7"]);
    assert!(xml.contains("<Scale>7</Scale>") && xml.contains("<Label><![CDATA[7]]></Label>"), "{xml}");
    let xml = body(&["send", "location", "--set", "Scale=a<b"]);
    assert!(xml.contains("<Scale><![CDATA[a<b]]></Scale>"), "{xml}");
    let json = body(&[
        "event",
        "bot/feedback_event",
        "--set",
        "event.feedback_event.type=1",
        "--set",
        "event.feedback_event.content=7",
    ]);
    assert!(json.contains("\"type\":1,") && json.contains("\"content\":\"7\""), "{json}");
    let json = body(&["event", "bot/feedback_event", "--set", "event.feedback_event.type=good \"one\""]);
    assert!(json.contains(r#""type":"good \"one\"""#), "{json}");
}

#[test]
fn a_field_that_is_set_again_is_the_next_of_its_list() {
    let sum = "SendPicsInfo.PicList.item.PicMd5Sum";
    for texts_set in [&["aa"][..], &["aa", "bb"], &["aa", "bb", "cc"]] {
        let pairs: Vec<_> = texts_set.iter().map(|text| format!("{sum}={text}")).collect();
        let mut args = vec!["event", "pic_weixin"];
        pairs.iter().for_each(|pair| args.extend(["--set", pair]));
        assert_eq!(texts(&args, sum), texts_set);
        // An item each.
        let document = document(&args);
        assert_eq!(document.all("SendPicsInfo.PicList.item").len(), texts_set.len());
    }
    // A list of texts becomes shorter too.
    assert_eq!(
        texts(&["event", "change_external_chat", "--set", "MemChangeList.Item=Ann"], "MemChangeList.Item"),
        ["Ann"]
    );
    let three = [
        "event",
        "kf_account_auth_change",
        "--set",
        "AuthAddOpenKfId=1",
        "--set",
        "AuthAddOpenKfId=2",
        "--set",
        "AuthAddOpenKfId=3",
    ];
    assert_eq!(texts(&three, "AuthAddOpenKfId"), ["1", "2", "3"]);
    // Items of several fields; a list in a list stands in its first item.
    let list = "SubscribeMsgPopupEvent.List";
    let (id, scene) = (format!("{list}.TemplateId"), format!("{list}.PopupScene"));
    let pairs =
        [format!("{id}=1"), format!("{scene}=8"), format!("{id}=2"), format!("{scene}=9"), format!("{id}=3")];
    let mut args = vec!["event", "subscribe_msg_popup_event"];
    pairs.iter().for_each(|pair| args.extend(["--set", pair]));
    let popup = document(&args);
    let items = popup.all(list);
    let item = |at: usize| ["TemplateId", "PopupScene"].map(|name| items[at].get(name).and_then(Node::text));
    assert_eq!(
        (items.len(), item(0), item(1), item(2)[0]),
        (3, [Some("1"), Some("8")], [Some("2"), Some("9")], Some("3"))
    );
    let option = "SelectedItems.SelectedItem.OptionIds.OptionId";
    let pairs = [format!("{option}=x"), format!("{option}=y"), format!("{option}=z")];
    let mut args = vec!["event", "template_card_event"];
    pairs.iter().for_each(|pair| args.extend(["--set", pair]));
    assert_eq!(texts(&args, option), ["x", "y", "z"]);
    assert_eq!(document(&args).all("SelectedItems.SelectedItem").len(), 1);
    // Arrays of JSON stay arrays, with one item and with numbers.
    let reasons = "event.feedback_event.inaccurate_reason_list";
    let json = body(&["event", "bot/feedback_event", "--set", &format!("{reasons}=7")]);
    assert!(json.contains("\"inaccurate_reason_list\":[7]"), "{json}");
    // Where the table knows no list, the field itself is repeated.
    assert_eq!(texts(&["send", "text", "hi", "--set", "A.B=1", "--set", "A.B=2"], "A.B"), ["1", "2"]);
}

#[test]
fn a_header_twice_can_be_sent_on_purpose() {
    let xml = body(&["send", "text", "hi", "--set", "FromUserName=o_1", "--set", "FromUserName=o_2"]);
    assert!(Incoming::parse(&xml).is_err(), "{xml}");
}

#[test]
fn raw_values_are_sent_as_they_are() {
    for raw in ["<b>1</b>", "]]><x", "&nbsp;", "<![CDATA[a]]>b"] {
        let xml = body(&["send", "text", "--set-raw", &format!("Content={raw}")]);
        assert!(xml.contains(&format!("<Content>{raw}</Content>")), "{xml}");
    }
    let json = body(&["send", "bot/text", "--set-raw", "text.content=[1, {\"a\":null}]"]);
    assert!(json.contains(r#""content":[1, {"a":null}]"#), "{json}");
    // Encrypted too.
    let server = Server::always(Response::text(200, "success"));
    with(Mode::Safe, &["send", &server.url(), "text", "--set-raw", "Content=<b/>"]).run().expect(0);
    let document = opened(Mode::Safe, &server.only_request()).document;
    assert!(str::from_utf8(&document).expect("UTF-8").contains("<Content><b/></Content>"));
}

#[test]
fn options_stand_for_their_fields() {
    for (args, path, expected) in [
        (&["send", "image", "--media-id", "M"][..], "MediaId", "M"),
        (&["send", "image", "http://a/"], "PicUrl", "http://a/"),
        (&["send", "image", "http://a/", "--pic-url", "http://b/"], "PicUrl", "http://b/"),
        (&["send", "voice", "你好"], "Recognition", "你好"),
        (&["send", "voice", "--format", "speex"], "Format", "speex"),
        (&["send", "video", "V"], "MediaId", "V"),
        (&["send", "shortvideo", "--thumb-media-id", "T"], "ThumbMediaId", "T"),
        (&["send", "location", "广州", "--latitude", "-1.5"], "Location_X", "-1.5"),
        (&["send", "location", "广州"], "Label", "广州"),
        (&["send", "link", "http://a/", "--title", "A"], "Title", "A"),
        (&["event", "location", "--latitude", "2", "--precision", "3"], "Precision", "3"),
        (&["event", "location_select", "--longitude", "2"], "SendLocationInfo.Location_Y", "2"),
        (&["event", "subscribe"], "EventKey", ""),
        (&["event", "subscribe", "--key", "7"], "EventKey", "qrscene_7"),
        (&["event", "scancode_push", "--key", "7"], "EventKey", "7"),
        (&["send", "bot/text", "你好"], "text.content", "你好"),
        (&["send", "bot/voice", "你好"], "voice.content", "你好"),
        (&["send", "bot/text", "hi", "--openid", "zhangsan"], "from.userid", "zhangsan"),
    ] {
        assert_eq!(texts(args, path), [expected], "{args:?}");
    }
}

#[test]
fn what_a_kind_does_not_have() {
    let server = Server::always(Response::text(200, "success"));
    let url = &*server.url();
    for (args, word) in [
        (&["send", url, "text", "hi", "--media-id", "M"][..], "MediaId"),
        (&["event", url, "subscribe", "--latitude", "1"], "Location_X"),
        (&["event", url, "suite_ticket", "--to", "gh_1"], "ToUserName"),
        (&["event", url, "click", "--msg-id", "1"], "MsgId"),
        (&["send", url, "file", "content"], "--set"),
        (&["send", url, "text"], "text"),
        // A document from elsewhere is sent as it is.
        (&["send", url, "--set", "Content=x"], "KIND"),
        (&["send", url, "text", "hi", "--set", "Content"], "Name=value"),
        (&["send", url, "text", "hi", "--set", "=x"], "Name=value"),
        (&["send", url, "text", "hi", "--set", "a..b=x"], "Name=value"),
        (&["send", url, "text", "hi", "--set", "a><b=x"], "Name=value"),
        (&["send", url, "text", "hi", "--set-raw", "1=x"], "Name=value"),
        (&["send", url, "text", "hi", "--set", "a=\u{1}"], "\\u{1}"),
    ] {
        for lang in ["en", "zh"] {
            let run = with(Mode::Plain, args).args(["--lang", lang]).run().expect(2).one_line_error();
            run.says(&[word]);
        }
    }
    assert_eq!(server.requests().len(), 0);
}
