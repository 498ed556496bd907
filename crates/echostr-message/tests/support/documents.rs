//! What several tests do with documents.

use echostr_message::{BotKind, Incoming, Kind, KindSpec, NoticeKind};

/// All kinds that have a variant.
pub(crate) fn table() -> impl Iterator<Item = &'static KindSpec> {
    Kind::TABLE.iter().chain(NoticeKind::TABLE).chain(BotKind::TABLE)
}

/// The texts of the fields of the variant.
pub(crate) fn typed(incoming: &Incoming) -> Vec<(String, &str)> {
    match incoming {
        Incoming::Message(message) => message.kind.fields(),
        Incoming::Notice(notice) => notice.kind.fields(),
        Incoming::Bot(bot) => bot.kind.fields(),
        _ => panic!("a new family"),
    }
}

/// Path and text of every leaf.
pub(crate) fn leaves(incoming: &Incoming) -> Vec<(String, String)> {
    incoming.document().leaves().map(|leaf| (leaf.path, leaf.text.to_owned())).collect()
}
