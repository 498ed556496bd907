//! XML or JSON.

/// In which format the platform sends, and so wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

impl Format {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// By the first character, for the header does not tell: platforms label JSON `text/xml` too.
    pub(crate) fn of(document: &[u8]) -> Option<Self> {
        match start_of(document).first() {
            Some(b'<') => Some(Self::Xml),
            Some(b'{') => Some(Self::Json),
            _ => None,
        }
    }
}

/// The document without what may stand in front of it: a byte order mark and white space.
pub(crate) fn start_of(document: &[u8]) -> &[u8] {
    let document = document.trim_ascii_start();
    document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document).trim_ascii_start()
}
