//! Every row of the vectors of replies, and the limits on both sides.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that finds a broken vector fails the test, as it should"
)]

#[path = "support/vectors.rs"]
mod vectors;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use echostr_message::{
    Bot, Format, Incoming, Message, Platform, Reply, ReplyError,
    reply::{
        Article, Content, Image, Music, News, Stream, TemplateCard, Transfer, UpdateButton, UpdateCard,
        UpdateTaskCard, Video, Voice, XpayResult,
    },
};
use serde_json::{Value, json};
use vectors::{text, vectors};

fn message(platform: &str, format: &str, reply: &Value, is_event: bool) -> Message {
    let name = |field: &str| reply[field].as_str().unwrap_or("somebody").to_owned();
    let mut fields = json!({"ToUserName": name("from"), "FromUserName": name("to"), "MsgType": "text"});
    if is_event {
        fields["MsgType"] = "event".into();
        fields["Event"] = "CLICK".into();
    }
    if platform == "wecom" {
        fields["AgentID"] = "1000002".into();
    }
    let document = if format == "json" {
        fields.to_string()
    } else {
        let fields = fields.as_object().unwrap().iter();
        let fields: String =
            fields.map(|(name, value)| format!("<{name}>{}</{name}>", value.as_str().unwrap())).collect();
        format!("<xml>{fields}</xml>")
    };
    let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message") };
    message
}

fn bot() -> Bot {
    let Ok(Incoming::Bot(bot)) = Incoming::parse(r#"{"msgtype":"event","event":{"eventtype":"enter_chat"}}"#)
    else {
        panic!("a bot message")
    };
    bot
}

fn content(reply: &Value, is_bot: bool) -> Content {
    let field = |name: &str| reply[name].as_str();
    let given = |name: &str| field(name).unwrap_or_default().to_owned();
    match text(reply, "type") {
        "text" => given("content").into(),
        "image" => Image::new(given("media_id")).into(),
        "voice" => Voice::new(given("media_id")).into(),
        "video" => {
            let mut video = Video::new(given("media_id"));
            if let Some(title) = field("title") {
                video = video.title(title);
            }
            if let Some(description) = field("description") {
                video = video.description(description);
            }
            video.into()
        }
        "music" => {
            let mut music = Music::new(given("thumb_media_id"));
            if field("title").is_some() {
                music = music
                    .title(given("title"))
                    .description(given("description"))
                    .url(given("music_url"))
                    .hq_url(given("hq_music_url"));
            }
            music.into()
        }
        "news" => {
            let articles = reply["articles"].as_array().unwrap().iter();
            News::new(articles.map(|article| {
                Article::new(text(article, "title"), text(article, "url"))
                    .description(text(article, "description"))
                    .picture(text(article, "pic_url"))
            }))
            .into()
        }
        "transfer_customer_service" => Transfer::new().into(),
        "update_button" => UpdateButton::new(given("replace_name")).into(),
        "update_taskcard" => UpdateTaskCard::new(given("replace_name")).into(),
        "template_card" => TemplateCard::new(reply["template_card"].clone()).into(),
        "update_template_card" => {
            let users = reply["userids"].as_array().cloned().unwrap_or_default();
            assert!(is_bot || users.is_empty());
            UpdateCard::new(reply["template_card"].clone())
                .users(users.iter().map(|user| user.as_str().unwrap()))
                .into()
        }
        "stream" => {
            let mut stream = Stream::new(given("id"), given("content"));
            if reply["finish"] == true {
                stream = stream.finish();
            }
            for image in reply["images"].as_array().into_iter().flatten() {
                stream = stream.image(text(image, "base64"), text(image, "md5"));
            }
            if let Some(id) = field("feedback_id") {
                stream = stream.feedback(id);
            }
            stream.into()
        }
        "result" => XpayResult::new(reply["code"].as_i64().unwrap(), given("message")).into(),
        other => panic!("{other}"),
    }
}

#[test]
fn every_reply() {
    let mut valid = 0;
    for row in vectors("replies") {
        let (name, platform, reply) = (text(&row, "name"), text(&row, "platform"), &row["reply"]);
        let built = match text(reply, "type") {
            "none" => Ok(Reply::none()),
            "empty" => Ok(Reply::empty()),
            _ if platform == "wecom-aibot" => bot().reply(content(reply, true)),
            // An event: more than one article is allowed.
            _ => message(platform, text(&row, "format"), reply, true).reply(content(reply, false)),
        };
        if row["valid"] == false {
            assert!(built.is_err(), "{name}");
            continue;
        }
        valid += 1;
        let built = built.unwrap_or_else(|error| panic!("{name}: {error}"));
        let time = UNIX_EPOCH + Duration::from_secs(reply["time"].as_u64().unwrap_or_default());
        let body = built.body_at(time);
        let expected = text(&row, "document");
        match text(&row, "compare") {
            "exact" => {
                assert_eq!(body, expected, "{name}");
                assert_eq!(built.format(), None, "{name}");
            }
            "json" => {
                assert_eq!(
                    serde_json::from_str::<Value>(&body).unwrap(),
                    serde_json::from_str::<Value>(expected).unwrap(),
                    "{name}"
                );
                assert_eq!(built.format(), Some(Format::Json), "{name}");
            }
            // Not the structure alone: the vectors' way of writing it is ours.
            "xml" => {
                assert_eq!(body, expected, "{name}");
                assert_eq!(built.content_type(), "text/xml; charset=utf-8", "{name}");
            }
            other => panic!("{name}: {other}"),
        }
    }
    assert!(valid > 35, "{valid}");
}

fn xml(platform: &str) -> Message {
    message(platform, "xml", &json!({}), false)
}

#[test]
fn texts_have_their_limit() {
    for (platform, limit) in [("mp", 2047), ("wecom", 2048)] {
        let message = xml(platform);
        assert!(message.reply("x".repeat(limit)).is_ok());
        let too_long = message.reply("x".repeat(limit + 1)).unwrap_err();
        assert_eq!(too_long, ReplyError::TooLong { what: "the text", bytes: limit + 1, limit });
        // What is not written does not count, and leaves nothing if it is all.
        assert!(message.reply("x".repeat(limit) + "\0").is_ok());
        assert_eq!(message.reply("\u{1}\u{ffff}").unwrap_err(), ReplyError::Empty("the text"));
    }
    let stream = |length| bot().reply(Stream::new("S", "x".repeat(length)));
    assert!(stream(20_480).is_ok());
    assert!(stream(20_481).is_err());
    // A beginning may have nothing to show yet.
    assert!(stream(0).is_ok());
}

#[test]
fn articles_have_their_number() {
    let news = |count| News::new(vec![Article::new("标题", "https://example.com/"); count]);
    let event = message("mp", "xml", &json!({}), true);
    assert!(xml("mp").reply(news(1)).is_ok());
    assert_eq!(
        xml("mp").reply(news(2)).unwrap_err(),
        ReplyError::TooMany { what: "articles", count: 2, limit: 1 }
    );
    for message in [event, xml("wecom")] {
        assert!(message.reply(news(8)).is_ok());
        assert!(message.reply(news(9)).is_err());
        assert!(message.reply(news(0)).is_err());
    }
}

#[test]
fn streams_have_theirs() {
    let stream = || Stream::new("S", "x");
    let images =
        |stream: Stream, count| (0..count).fold(stream, |stream, _| stream.image("iVBORw0KGgo=", "7b31"));
    assert_eq!(bot().reply(images(stream(), 1)).unwrap_err(), ReplyError::PictureBeforeEnd);
    assert!(bot().reply(images(stream().finish(), 10)).is_ok());
    assert!(bot().reply(images(stream().finish(), 11)).is_err());
    let picture =
        |bytes: usize| bot().reply(stream().finish().image("A".repeat(bytes.div_ceil(3) * 4), "7b31"));
    assert!(picture(10 * 1024 * 1024 - 1).is_ok());
    assert!(picture(10 * 1024 * 1024 + 3).is_err());
    assert!(bot().reply(stream().feedback("f".repeat(256))).is_ok());
    assert!(bot().reply(stream().feedback("f".repeat(257))).is_err());
    assert!(bot().reply(Stream::new("", "x")).is_err());
}

#[test]
fn films_of_wecom_have_short_titles() {
    let video =
        |title, description| Video::new("m").title("x".repeat(title)).description("x".repeat(description));
    assert!(xml("wecom").reply(video(128, 512)).is_ok());
    assert!(xml("wecom").reply(video(129, 0)).is_err());
    assert!(xml("wecom").reply(video(0, 513)).is_err());
    assert!(xml("mp").reply(video(129, 513)).is_ok());
}

#[test]
fn media_ids_are_never_empty() {
    let contents: [Content; 6] = [
        Image::new("").into(),
        Voice::new("").into(),
        Video::new("").into(),
        Music::new("").into(),
        Image::new("\u{b}").into(),
        Transfer::new().account("").into(),
    ];
    for content in contents {
        assert!(matches!(xml("mp").reply(content), Err(ReplyError::Empty(_))));
    }
    assert!(xml("wecom").reply(UpdateButton::new("")).is_err());
    assert!(xml("wecom").reply(UpdateTaskCard::new("")).is_err());
}

#[test]
fn what_a_platform_does_not_know_is_refused() {
    let card = json!({"card_type": "text_notice"});
    let wecom: [Content; 3] = [
        UpdateButton::new("x").into(),
        UpdateTaskCard::new("x").into(),
        UpdateCard::new(card.clone()).into(),
    ];
    let bots: [Content; 2] = [Stream::new("S", "x").into(), TemplateCard::new(card.clone()).into()];
    let wechat: [Content; 3] = [Music::new("m").into(), Transfer::new().into(), XpayResult::success().into()];
    for content in wecom.iter().chain(&bots) {
        assert!(matches!(
            xml("mp").reply(content.clone()),
            Err(ReplyError::NotOn { place: "an Official Account or a mini program", .. })
        ));
    }
    for content in wechat.iter().chain(&bots) {
        assert!(matches!(
            xml("wecom").reply(content.clone()),
            Err(ReplyError::NotOn { place: "an app of WeCom", .. })
        ));
    }
    for content in wechat.into_iter().chain(wecom.into_iter().take(2)).chain([Image::new("m").into()]) {
        assert!(matches!(bot().reply(content), Err(ReplyError::NotOn { place: "WeCom's aibot", .. })));
    }
    // Some events of WeCom do not say whose they are; an adapter knows.
    let mut unknown = xml("mp");
    unknown.set_platform(Platform::WeCom);
    assert!(unknown.reply(UpdateCard::new(card)).is_ok());
}

#[test]
fn cards_cannot_write_markup() {
    let reply = |card: Value| xml("wecom").reply(UpdateCard::new(card));
    for card in [
        json!("x"),
        json!([]),
        json!({}),
        json!(null),
        json!({"a><b": 1}),
        json!({"": 1}),
        json!({"1a": 1}),
        json!({"标题": 1}),
        json!({"_": 1}),
        json!({"a b": 1}),
        json!({"a": {"x": [{"<": 1}]}}),
    ] {
        assert_eq!(reply(card.clone()).unwrap_err(), ReplyError::BadCard, "{card}");
    }
    let deep = |depth| (0..depth).fold(json!("x"), |inner, _| json!({"a": inner}));
    assert!(reply(deep(30)).is_ok());
    assert_eq!(reply(deep(40)).unwrap_err(), ReplyError::BadCard);
    assert_eq!(bot().reply(TemplateCard::new(deep(40))).unwrap_err(), ReplyError::BadCard);

    let body =
        reply(json!({"desc": "]]></Desc><Url>\u{1}", "x": null, "jump_list": [{"appid": "wx"}, null]}))
            .unwrap()
            .body();
    assert!(body.contains("<Desc><![CDATA[]]]]><![CDATA[></Desc><Url>]]></Desc>"), "{body}");
    assert!(body.contains("<JumpList><AppId><![CDATA[wx]]></AppId>\n</JumpList>"), "{body}");
    assert!(!body.contains("<X>"), "{body}");
}

#[test]
fn without_a_sender_there_is_nobody_to_reply_to() {
    for (document, field) in [
        (
            "<xml><ToUserName>ww1</ToUserName><MsgType>event</MsgType><Event>kf_msg_or_event</Event></xml>",
            "FromUserName",
        ),
        ("<xml><ToUserName>ww1</ToUserName><FromUserName/><MsgType>text</MsgType></xml>", "FromUserName"),
        ("<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType></xml>", "ToUserName"),
    ] {
        let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message") };
        assert_eq!(message.reply("x").unwrap_err(), ReplyError::NoAddress(field));
        // An answer to the platform itself needs none.
        assert!(message.reply(XpayResult::success()).is_ok());
    }
}

#[test]
fn names_cannot_write_markup_either() {
    let document = r#"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName>]]&gt;&lt;x&gt;</FromUserName><MsgType>text</MsgType></xml>"#;
    let Ok(Incoming::Message(message)) = Incoming::parse(document) else { panic!("a message") };
    let body = message.reply("x").unwrap().body();
    assert!(body.starts_with("<xml><ToUserName><![CDATA[]]]]><![CDATA[><x>]]></ToUserName>"), "{body}");
}

#[test]
fn the_result_of_a_payment_in_xml() {
    let body = xml("mini").reply(XpayResult::success()).unwrap().body();
    assert_eq!(body, "<xml><ErrCode>0</ErrCode>\n<ErrMsg><![CDATA[success]]></ErrMsg>\n</xml>");
}

#[test]
fn the_time_is_that_of_writing() {
    let reply = xml("mp").reply("x").unwrap();
    let seconds = |body: &str| {
        body.split("<CreateTime>").nth(1).unwrap().split('<').next().unwrap().parse::<u64>().unwrap()
    };
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let written = seconds(&reply.body());
    assert!((before..=now()).contains(&written));
    assert_eq!(seconds(&reply.body_at(UNIX_EPOCH - Duration::from_secs(1))), 0);
    // The text cannot take the time's place, and the reply can be written again.
    assert_eq!(seconds(&reply.body_at(UNIX_EPOCH + Duration::from_secs(7))), 7);
}
