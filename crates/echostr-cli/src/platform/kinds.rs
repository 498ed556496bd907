//! The kinds that can be sent: the rows of the table of `echostr-message`, by the names that they have on the command line.

use echostr_message::{BotKind, Family, FieldKind, FieldSpec, KindSpec, NoticeKind};

/// A row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Kind(&'static KindSpec);

/// Which kinds a command sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All.
    All,
    /// Events and notices.
    Events,
}

/// The messages that every Official Account gets, by their names here.
pub(crate) const MESSAGES: [&str; 7] = ["text", "image", "voice", "video", "shortvideo", "location", "link"];

/// The events that every Official Account gets, by their names here.
pub(crate) const EVENTS: [&str; 6] = ["subscribe", "unsubscribe", "scan", "location", "click", "view"];

impl Kind {
    /// All kinds: messages, their events, notices, the aibot's.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let messages = || echostr_message::Kind::TABLE.iter().map(Self);
        let others = NoticeKind::TABLE.iter().chain(BotKind::TABLE).map(Self);
        let plain = messages().filter(|kind| !kind.is_event());
        plain.chain(messages().filter(|kind| kind.is_event())).chain(others)
    }

    /// The first kind of this name, of this family if the name says one: `subscribe`, `bot/text`, `notice/change_contact`. The name of
    /// the variant, which `parse` prints, will do too; case does not matter.
    pub(crate) fn find(name: &str, scope: Scope) -> Option<Self> {
        let (group, name) = match name.split_once('/') {
            Some((group, name)) => (Some(group), name),
            None => (None, name),
        };
        let among = || {
            Self::all().filter(move |kind| {
                (scope == Scope::All || kind.is_event())
                    && group.is_none_or(|group| group.eq_ignore_ascii_case(kind.group()))
            })
        };
        let by_value = among().find(|kind| kind.value().eq_ignore_ascii_case(name));
        by_value.or_else(|| among().find(|kind| kind.0.name.eq_ignore_ascii_case(name)))
    }

    /// The name of a scope's kind here: what the platform calls it, in lower case, behind its family where that is not the usual one.
    pub(crate) fn name(self, scope: Scope) -> String {
        let value = self.value().to_ascii_lowercase();
        let is_plain = self.0.family == Family::Message
            && Self::find(&value, scope).is_some_and(|first| std::ptr::eq(first.0, self.0));
        if is_plain { value } else { format!("{}/{value}", self.group()) }
    }

    /// What dispatches it last.
    fn value(self) -> &'static str {
        self.0.dispatch.last().map_or(self.0.name, |(_, value)| value)
    }

    fn group(self) -> &'static str {
        match self.0.family {
            Family::Message if self.is_event() => "event",
            family => family.name(),
        }
    }

    /// Whether it is an event or a notice: nobody has written something.
    pub(crate) fn is_event(self) -> bool {
        self.0.family == Family::Notice || self.0.dispatch.first().is_some_and(|(_, value)| *value == "event")
    }

    pub(crate) const fn family(self) -> Family {
        self.0.family
    }

    /// Whether it is one of the aibot's.
    pub(crate) fn is_bots(self) -> bool {
        self.0.family == Family::Bot
    }

    /// The name of its variant.
    pub(crate) const fn variant(self) -> &'static str {
        self.0.name
    }

    /// The document that the platform shows.
    pub(crate) const fn sample(self) -> &'static str {
        self.0.document
    }

    pub(crate) const fn source(self) -> &'static str {
        self.0.source
    }

    /// Whether only WeCom sends it.
    pub(crate) fn is_wecoms(self) -> bool {
        self.is_bots()
            || ["<SuiteId>", "<AgentID>", "<ToUserName><![CDATA[ww"]
                .iter()
                .any(|sign| self.0.document.contains(sign))
    }

    /// Where its fields stand.
    pub(crate) fn paths(self) -> Vec<String> {
        paths(self.0.fields, &|_| true)
    }

    /// Where its lists stand: paths with as many values as there are items.
    pub(super) fn lists(self) -> Vec<String> {
        paths(self.0.fields, &|kind| matches!(kind, FieldKind::Texts | FieldKind::Objects(_)))
    }
}

/// The paths of the fields that are wanted, those in structures too; structures themselves before what is in them.
fn paths(fields: &[FieldSpec], is_wanted: &dyn Fn(FieldKind) -> bool) -> Vec<String> {
    let mut all = vec![];
    for field in fields {
        for path in field.paths {
            if is_wanted(field.kind) {
                all.push((*path).to_owned());
            }
            if let FieldKind::Object(inner) | FieldKind::Objects(inner) = field.kind {
                all.extend(paths(inner, is_wanted).into_iter().map(|inner| format!("{path}.{inner}")));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{EVENTS, Kind, MESSAGES, Scope};

    #[test]
    fn every_kind_has_a_name_that_leads_back_to_it() {
        for scope in [Scope::All, Scope::Events] {
            let mut names = HashSet::new();
            for kind in Kind::all().filter(|kind| scope == Scope::All || kind.is_event()) {
                let name = kind.name(scope);
                let found = Kind::find(&name, scope).unwrap();
                assert!(std::ptr::eq(found.0, kind.0), "{name} is {}", found.variant());
                assert!(names.insert(name.clone()), "{name} twice");
                assert!(Kind::find(&name.to_uppercase(), scope).is_some(), "{name}");
                assert!(Kind::find(kind.variant(), scope).is_some(), "{}", kind.variant());
            }
            assert!(names.len() > 80, "{}", names.len());
        }
    }

    #[test]
    fn short_names() {
        let variant = |name, scope| Kind::find(name, scope).map(Kind::variant);
        for (scope, name, expected) in [
            (Scope::All, "location", Some("Location")),
            (Scope::Events, "location", Some("ReportLocation")),
            (Scope::All, "event/location", Some("ReportLocation")),
            (Scope::All, "suite_ticket", Some("SuiteTicket")),
            (Scope::Events, "text", None),
            (Scope::All, "bot/subscribe", None),
            (Scope::All, "smell", None),
            (Scope::All, "", None),
        ] {
            assert_eq!(variant(name, scope), expected, "{name}");
        }
        assert_eq!(Kind::find("bot/text", Scope::All).unwrap().name(Scope::All), "bot/text");
        assert!(MESSAGES.iter().all(|name| Kind::find(name, Scope::All).unwrap().name(Scope::All) == *name));
        assert!(
            EVENTS.iter().all(|name| Kind::find(name, Scope::Events).unwrap().name(Scope::Events) == *name)
        );
    }

    #[test]
    fn paths_lead_into_structures() {
        let kind = Kind::find("pic_weixin", Scope::All).unwrap();
        assert_eq!(
            kind.paths(),
            [
                "EventKey",
                "SendPicsInfo",
                "SendPicsInfo.Count",
                "SendPicsInfo.PicList.item",
                "SendPicsInfo.PicList.item.PicMd5Sum"
            ]
        );
        assert_eq!(kind.lists(), ["SendPicsInfo.PicList.item"]);
    }
}
