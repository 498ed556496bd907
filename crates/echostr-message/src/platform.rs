//! Whose message it is, as far as replies differ.

/// Whose message it is, as far as replies differ: what there is, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// An Official Account or a mini program.
    WeChat,
    /// An app of WeCom, or a suite.
    WeCom,
    /// WeCom's aibot.
    WeComBot,
}

impl Platform {
    /// For a sentence.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WeChat => "an Official Account or a mini program",
            Self::WeCom => "an app of WeCom",
            Self::WeComBot => "WeCom's aibot",
        }
    }
}
