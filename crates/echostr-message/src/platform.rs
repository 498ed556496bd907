//! Whose message it is, as far as replies differ.

/// Whose message it is, as far as replies differ: what there is, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// An Official Account or a mini program.
    WeChat,
    /// An app of WeCom, or a suite.
    WeCom,
}
