//! What the platform sends: the handshake, every kind of message and event, a retry; and genuine requests with something odd that
//! nothing signs.

use crate::{
    platform::{
        documents,
        kinds::{EVENTS, MESSAGES, Scope},
        requests,
        template::tree::Setting,
    },
    suite::cases::{
        builder::Builder,
        case::{Expected, Group, Part},
    },
    words::{exit::Failure, lang::say},
};

/// Longer than the 8 KiB at which most servers stop reading a query.
pub(super) const OVERLONG: usize = 9000;

/// What a careless reply does not survive.
const MARKUP: &str = "你好 👋 ]]> <&>";

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let (request, echo) = builder.get()?;
    let what = say!(lang, "handshake", "验证 URL");
    builder.add("handshake", what, Group::Handshake, Expected::Echo(echo), request);
    builder.is(Part::Handshake);

    let first = builder.post()?;
    let (second, document) = builder.post_with_document()?;
    let what = say!(lang, "message text", "消息 text");
    builder.add("message-text", what, Group::Messages, Expected::Accepted(document), second);
    builder.before(first);
    builder.is(Part::Text);

    message(builder, "text", "message-text-markup", Some(MARKUP))?;
    for kind in MESSAGES.into_iter().filter(|kind| *kind != "text") {
        message(builder, kind, &format!("message-{kind}"), None)?;
    }
    for name in EVENTS {
        let metadata = builder.metadata.next();
        let mode = builder.account.mode;
        let document = documents::named(name, Scope::Events, &[], &metadata, mode, lang)?;
        let request = requests::callback(builder.account, &metadata, document.as_bytes())?;
        let what = say!(lang, "event {name}", "事件 {name}");
        builder.add(&format!("event-{name}"), what, Group::Events, Expected::Accepted(document), request);
    }
    let (request, document) = builder.post_with_document()?;
    let what =
        say!(lang, "the identical message again, as after a time-out", "完全相同的消息再次发送（超时重试）");
    builder.add("retry", what, Group::Messages, Expected::Accepted(document), request.clone());
    builder.before(request);
    unsigned(builder)
}

fn message(builder: &mut Builder<'_>, kind: &str, name: &str, content: Option<&str>) -> Result<(), Failure> {
    let lang = builder.lang;
    let metadata = builder.metadata.next();
    let markup = content.map_or_else(String::new, |_| say!(lang, " with markup", "，含标记字符"));
    let content: Vec<_> = content.map(|content| Setting::new("Content", content)).into_iter().collect();
    let document = documents::named(kind, Scope::All, &content, &metadata, builder.account.mode, lang)?;
    let request = requests::callback(builder.account, &metadata, document.as_bytes())?;
    let what = say!(lang, "message {kind}{markup}", "消息 {kind}{markup}");
    builder.add(name, what, Group::Messages, Expected::Accepted(document), request);
    Ok(())
}

/// Whoever trusts nothing that is not signed may take these or not.
fn unsigned(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let either = |builder: &mut Builder<'_>, name: &str, what: String, request| {
        builder.add(name, what, Group::Messages, Expected::Either, request);
    };
    if !builder.is_wecom() {
        let request = builder.post()?.set("openid", "");
        either(builder, "post-openid-empty", say!(lang, "POST, openid empty", "POST，openid 为空"), request);
        let request = builder.post()?.and("openid", "oOther");
        let what = say!(lang, "POST, openid doubled", "POST，openid 重复");
        either(builder, "post-openid-doubled", what, request);
    }
    let request = Builder::with_signatures(builder.post()?, str::to_ascii_uppercase);
    let what = say!(lang, "POST, genuine signature in upper case", "POST，真实签名改为大写");
    either(builder, "post-signature-upper-case-genuine", what, request);
    let mut request = builder.post()?;
    request.parameters.insert(0, ("own".to_owned(), "x".repeat(OVERLONG)));
    let what = say!(lang, "POST, genuine behind a query of 9 KB", "POST，在 9 KB 长的查询之后签名真实");
    either(builder, "post-over-long-genuine", what, request);
    Ok(())
}
