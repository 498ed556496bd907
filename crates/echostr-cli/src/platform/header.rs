//! What an envelope shows of its document: whom it goes to, and of which family it is.

use echostr_message::{Document, Family};
use serde_json::Value;

use crate::platform::xml::{field, xml_fields};

/// Whom a document comes from and goes to, and of which family it is.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) to: Option<String>,
    pub(crate) from: Option<String>,
    /// The open platform, of a notice to it.
    pub(crate) component: Option<String>,
    /// The WeCom suite, of a notice to it.
    pub(crate) suite: Option<String>,
    /// It is one of the aibot's.
    pub(crate) is_bots: bool,
}

impl Header {
    pub(crate) fn of(document: &[u8]) -> Self {
        if let Ok(parsed) = Document::parse(document) {
            let text = |name| parsed.text(name).map(str::to_owned);
            let is_notice = parsed.family() == Family::Notice;
            let of_notice = |name| text(name).filter(|_| is_notice);
            // The platform's `AppId` and the `appid` of a mini program that was registered can stand beside each other: the exact
            // spelling comes first.
            return Self {
                to: text("ToUserName"),
                from: text("FromUserName"),
                component: of_notice("AppId"),
                suite: of_notice("SuiteId"),
                is_bots: parsed.family() == Family::Bot,
            };
        }
        // What the types refuse is sent too.
        let text = String::from_utf8_lossy(document);
        let find = |name: &str| match serde_json::from_str::<Value>(&text) {
            Ok(json) => json.get(name).and_then(Value::as_str).map(str::to_owned),
            Err(_) => field(&xml_fields(&text).ok()?, name).map(str::to_owned),
        };
        Self { to: find("ToUserName"), from: find("FromUserName"), ..Self::default() }
    }

    pub(crate) const fn is_notice(&self) -> bool {
        self.component.is_some() || self.suite.is_some()
    }

    /// Whether only WeCom sends such a document.
    pub(crate) const fn is_wecoms(&self) -> bool {
        self.is_bots || self.suite.is_some()
    }
}
