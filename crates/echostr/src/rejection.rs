use std::{error, fmt};

use crate::Parameter;

/// Why a request is refused. For the operator: the caller sees one constant answer for every reason.
///
/// Holds neither a secret nor anything that the request carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// None of WeChat's parameters: a health check, a scanner or a browser.
    NoParameters,
    /// A parameter is missing.
    Missing(Parameter),
    /// A parameter has no value.
    Empty(Parameter),
    /// A parameter stands in the query twice.
    Duplicate(Parameter),
    /// A parameter does not have its shape: see [`Parameter`].
    Malformed(Parameter),
    /// A `%` in the query is not followed by two hexadecimal digits.
    BadEscape,
    /// The query is longer than 8 KiB.
    QueryTooLong,
    /// The signature is not the one of any configured token.
    WrongSignature,
    /// The timestamp is further from now than [`max_age`](crate::Verifier::max_age).
    Stale,
    /// The adapter's `per_request` knows no verifier for this request.
    UnknownAccount,
}

impl Rejection {
    /// The HTTP status of the refusal: 403.
    #[must_use]
    pub const fn status(self) -> u16 {
        403
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoParameters => f.write_str(
                "none of WeChat's parameters is in the query: the request is not WeChat's, \
                 or a proxy drops the query string",
            ),
            Self::Missing(parameter) => write!(
                f,
                "`{parameter}` is missing from the query: the request is not WeChat's, \
                 or a proxy or a redirect drops part of the query string"
            ),
            Self::Empty(parameter) => write!(f, "`{parameter}` has no value: the request is not WeChat's"),
            Self::Duplicate(parameter) => write!(
                f,
                "`{parameter}` stands in the query more than once: the request is forged, or the URL on the \
                 console page uses WeChat's name for a parameter of its own, which needs another name"
            ),
            Self::Malformed(parameter) => write!(
                f,
                "`{parameter}` does not have the shape that WeChat gives it: the request is not WeChat's, \
                 or something on the way re-encodes the query"
            ),
            Self::BadEscape => f.write_str(
                "a `%` in the query is not followed by two hexadecimal digits: if it stands in the URL on the \
                 console page, write it as %25",
            ),
            Self::QueryTooLong => f.write_str("the query is longer than 8 KiB: shorten the URL's own parameters"),
            Self::WrongSignature => f.write_str(
                "the signature does not match: the request is forged, or the token here is not the one on the \
                 console page (look for white space, another account, a change not yet saved)",
            ),
            Self::Stale => f.write_str(
                "the timestamp is further from this server's clock than max_age allows: an old request is being \
                 sent again, or the clock is wrong (check NTP)",
            ),
            Self::UnknownAccount => f.write_str(
                "per_request has no verifier for this request: the URL on the console page names an account \
                 that this server does not know",
            ),
        }
    }
}

impl error::Error for Rejection {}
