//! In which language the operator reads a reason.

/// The language of a [`Rejection`](crate::Rejection)'s sentence.
///
/// It is chosen by whoever runs the server; what a request carries has no say in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese (中文).
    Chinese,
}
