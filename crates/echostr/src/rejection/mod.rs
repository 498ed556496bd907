//! Why a request is refused: one table a group of reasons, by whose fault it is.

mod body;
mod envelope;
mod language;
mod query;
mod table;
mod wiring;

use std::{error, fmt, iter};

pub use body::BodyFault;
pub use envelope::EnvelopeFault;
pub use language::Language;
pub use query::QueryFault;
pub use wiring::WiringFault;

use table::Row;

/// Why a request is refused. For the operator: the caller sees one constant answer for every reason.
///
/// Holds neither a secret nor anything that the request carried. Where several things are wrong with a request, it is one of
/// them, and which one may change.
///
/// The two reasons of daily life stand on top; the others are grouped by whose fault they are.
///
/// ```
/// use echostr::{Language, Parameter, Rejection, rejection::QueryFault};
///
/// let rejection = Rejection::Query(QueryFault::Missing(Parameter::Nonce));
/// assert!(rejection.to_string().starts_with("`nonce` is missing from the query"));
/// assert!(rejection.in_language(Language::Chinese).to_string().starts_with("查询字符串里缺少 `nonce`"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// The signature is not the one of any configured token.
    WrongSignature,
    /// The timestamp is further from now than [`max_age`](crate::Verifier::max_age).
    Stale,
    /// The query is not one that WeChat writes.
    Query(QueryFault),
    /// The body is not one that WeChat sends in encrypted mode, or not the one that belongs to its URL.
    Body(BodyFault),
    /// The encrypted text is signed, and does not open.
    Envelope(EnvelopeFault),
    /// This server is wired in a way that no genuine request can pass.
    Wiring(WiringFault),
}

const WRONG_SIGNATURE: Row = Row {
    code: Some(-40001),
    english: "the signature does not match: the request is forged, or the token here is not the one on the console page (look \
              for white space, another account, a change not yet saved)",
    chinese: "签名不对：请求是伪造的，或者这里的 Token 与后台的不一致（检查有没有空格、是不是另一个账号、修改有没有提交）",
    parameter: None,
};

const STALE: Row = Row {
    code: None,
    english: "the timestamp is further from this server's clock than max_age allows: an old request is being sent again, or \
              the clock is wrong (check NTP)",
    chinese: "timestamp 与本机时钟的差距超过 max_age：有人在重发旧请求，或者本机时钟不准（检查 NTP）",
    parameter: None,
};

impl Rejection {
    /// Every reason there is; one about a parameter once for each [`Parameter`](crate::Parameter).
    ///
    /// For tests and translations: the list is made of the same tables as the sentences, so none is missing.
    pub fn all() -> impl Iterator<Item = Self> {
        iter::empty()
            .chain([Self::WrongSignature, Self::Stale])
            .chain(QueryFault::all().map(Self::Query))
            .chain(BodyFault::all().map(Self::Body))
            .chain(EnvelopeFault::all().map(Self::Envelope))
            .chain(WiringFault::all().map(Self::Wiring))
    }

    /// The HTTP status of the refusal: 403, or 413 and 408 for a body that is too long or too slow.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Body(BodyFault::TooLarge) => 413,
            Self::Body(BodyFault::Timeout) => 408,
            _ => 403,
        }
    }

    /// Whether the connection must end with the refusal, because the rest of the body is not waited for.
    #[must_use]
    pub const fn closes_connection(self) -> bool {
        matches!(self, Self::Body(BodyFault::TooLarge | BodyFault::Timeout))
    }

    /// The error code under which the platform's documents and official samples know this reason, if they do.
    ///
    /// Source: <https://developer.work.weixin.qq.com/document/path/90968>.
    #[must_use]
    pub const fn official_code(self) -> Option<i32> {
        self.row().code
    }

    /// The reason and its cure in this language, with the official code where there is one. `Display` is the same in English.
    #[must_use]
    pub fn in_language(self, language: Language) -> impl fmt::Display {
        Sentence { row: self.row(), language }
    }

    const fn row(self) -> Row {
        match self {
            Self::WrongSignature => WRONG_SIGNATURE,
            Self::Stale => STALE,
            Self::Query(fault) => fault.row(),
            Self::Body(fault) => fault.row(),
            Self::Envelope(fault) => fault.row(),
            Self::Wiring(fault) => fault.row(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row().write(Language::English, f)
    }
}

impl error::Error for Rejection {}

struct Sentence {
    row: Row,
    language: Language,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row.write(self.language, f)
    }
}
