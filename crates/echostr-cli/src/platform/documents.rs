//! Documents as the platform writes them: the samples of the table, with what belongs to this callback in them.

use echostr_message::Family;

use crate::{
    platform::{
        kinds::{Kind, Scope},
        metadata::Metadata,
        mode::Mode,
        template::{
            json,
            tree::{Setting, Tree},
            xml,
        },
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// The number of an app of WeCom.
const AGENT: u32 = 1_000_002;

/// A text message.
pub(crate) fn text(text: &str, metadata: &Metadata, mode: Mode, lang: Lang) -> Result<String, Failure> {
    named("text", Scope::All, &[Setting::new("Content", text)], metadata, mode, lang)
}

/// The kind of this name.
pub(crate) fn named(
    name: &str,
    scope: Scope,
    settings: &[Setting],
    metadata: &Metadata,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
    document(kind(name, scope, lang)?, settings, metadata, mode, lang)
}

/// The kind of this name; a mistake in it is told.
pub(crate) fn kind(name: &str, scope: Scope, lang: Lang) -> Result<Kind, Failure> {
    Kind::find(name, scope).ok_or_else(|| {
        let is_event_for_send = scope == Scope::Events && Kind::find(name, Scope::All).is_some();
        Failure::usage(if is_event_for_send {
            say!(
                lang,
                "`{name}` is no event: send it with `echostr send`",
                "{name} 不是事件：请用 echostr send 发送"
            )
        } else {
            say!(
                lang,
                "no kind is called `{name}`: `echostr kinds` lists them",
                "没有类型 {name}：echostr kinds 会列出全部类型"
            )
        })
    })
}

/// A document of this kind: the sample, made to come now and from this user, and with these texts.
pub(crate) fn document(
    kind: Kind,
    settings: &[Setting],
    metadata: &Metadata,
    mode: Mode,
    lang: Lang,
) -> Result<String, Failure> {
    let is_json = kind.is_bots();
    let tree = if is_json { json::read(kind.sample()) } else { xml::read(kind.sample()) };
    let mut tree = tree.map_err(Failure::usage)?;
    refresh(&mut tree, metadata);
    adapt(&mut tree, kind, mode);
    tree.apply(settings, &kind.lists());
    if is_json { Ok(json::write(&tree)) } else { xml::write(&tree, lang) }
}

/// What is never the same twice, where the sample has it.
fn refresh(tree: &mut Tree, metadata: &Metadata) {
    let time = metadata.timestamp.to_string();
    let id = metadata.msg_id().to_string();
    for (name, text) in [
        ("FromUserName", &metadata.openid),
        ("CreateTime", &time),
        ("TimeStamp", &time),
        ("MsgId", &id),
        ("create_time", &time),
        ("msgid", &id),
    ] {
        if tree.text(name).is_some() {
            tree.set(name, text);
        }
    }
    if tree.has("from") {
        tree.set("from.userid", &metadata.openid);
    }
}

/// Where what is usual differs from the sample.
fn adapt(tree: &mut Tree, kind: Kind, mode: Mode) {
    if kind.variant() == "Subscribe" {
        // Most users come without a QR code, which the sample's user has scanned.
        tree.set("EventKey", "");
        tree.remove("Ticket");
    }
    if mode == Mode::Wecom && kind.family() == Family::Message && !kind.is_wecoms() {
        // WeCom writes the menu's events in lower case.
        let menu = tree.text("Event").filter(|event| matches!(*event, "CLICK" | "VIEW"));
        if let Some(event) = menu.map(str::to_ascii_lowercase) {
            tree.set("Event", event);
        }
        tree.push_number("AgentID", AGENT);
    }
}
