use std::{error, fmt};

use crate::Parameter;

/// Why a request is refused. For the operator: the caller sees one constant answer for every reason.
///
/// Holds neither a secret nor anything that the request carried. Where several things are wrong with a request, it is one of
/// them, and which one may change.
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
    /// The body is longer than [`body_limit`](crate::Verifier::body_limit).
    BodyTooLarge,
    /// The body did not arrive within [`body_timeout`](crate::Verifier::body_timeout).
    BodyTimeout,
    /// The connection broke before the body was complete.
    BodyIncomplete,
    /// The body is neither XML nor JSON, or has a document type, an entity or `Encrypt` in an unusual place.
    MalformedBody,
    /// The body has no `Encrypt`, or an empty one. The message is not encrypted, and the mode is not the sender's
    /// choice.
    NoEncrypt,
    /// The body has more than one `Encrypt`.
    SeveralEncrypts,
    /// `Encrypt` is signed, but not base64.
    NotBase64,
    /// The cipher text is empty or not a multiple of 16 bytes.
    CipherLength,
    /// The padding is wrong: usually the key is.
    Padding,
    /// The length of the message does not fit the decrypted text.
    LengthField,
    /// The message is meant for another [`ReceiveId`](crate::ReceiveId).
    WrongReceiveId,
    /// The decrypted message is not UTF-8.
    NotUtf8,
    /// A message stands where the echo of a handshake belongs, or an echo where a message belongs. WeCom encrypts both with
    /// the same secrets, so a captured one could otherwise be passed off as the other, and decrypted for the forger.
    WrongKind,
    /// The verifier is for encrypted bodies, and the adapter was used in a way that cannot replace the body.
    BodyNotReplaceable,
}

impl Rejection {
    /// The HTTP status of the refusal: 403, or 413 and 408 for a body that is too long or too slow.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BodyTooLarge => 413,
            Self::BodyTimeout => 408,
            _ => 403,
        }
    }

    /// Whether the connection must end with the refusal, because the rest of the body is not waited for.
    #[must_use]
    pub const fn closes_connection(self) -> bool {
        matches!(self, Self::BodyTooLarge | Self::BodyTimeout)
    }

    /// The error code under which the platform's documents and official samples know this reason, if they do.
    ///
    /// Source: <https://developer.work.weixin.qq.com/document/path/90968>.
    #[must_use]
    pub const fn official_code(self) -> Option<i32> {
        match self {
            Self::WrongSignature => Some(-40001),
            Self::MalformedBody | Self::NoEncrypt | Self::SeveralEncrypts => Some(-40002),
            Self::WrongReceiveId => Some(-40005),
            Self::Padding => Some(-40007),
            Self::CipherLength | Self::LengthField | Self::NotUtf8 => Some(-40008),
            Self::NotBase64 => Some(-40010),
            _ => None,
        }
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
            Self::BodyTooLarge => f.write_str("the body is longer than body_limit allows"),
            Self::BodyTimeout => f.write_str("the body did not arrive within body_timeout"),
            Self::BodyIncomplete => f.write_str("the connection broke before the body was complete"),
            Self::MalformedBody => f.write_str(
                "the body is not the XML or JSON document that WeChat sends, or has a document type or an entity: \
                 the request is forged, or something on the way changes the body",
            ),
            Self::NoEncrypt => f.write_str(
                "the body has no `Encrypt`: the request is forged, or the console page says plain mode (明文模式) \
                 while this verifier has an EncodingAESKey",
            ),
            Self::SeveralEncrypts => f.write_str("the body has more than one `Encrypt`: the request is forged"),
            Self::NotBase64 => f.write_str("`Encrypt` is not base64: whoever signed it does not follow the protocol"),
            Self::CipherLength => f.write_str("the cipher text is empty or not a multiple of 16 bytes"),
            Self::Padding => f.write_str(
                "the padding is wrong: the EncodingAESKey here is not the one on the console page (after a change of \
                 key keep the previous one with or_key)",
            ),
            Self::LengthField => f.write_str("the length of the message does not fit the decrypted text"),
            Self::WrongReceiveId => f.write_str(
                "the message is meant for another account: compare the AppID, CorpID or SuiteID with the receive id",
            ),
            Self::NotUtf8 => f.write_str("the decrypted message is not UTF-8"),
            Self::WrongKind => f.write_str(
                "the decrypted text is not of the kind that the request is: a captured message is sent as a handshake, or \
                 a captured handshake as a message",
            ),
            Self::BodyNotReplaceable => f.write_str(
                "the verifier is for encrypted mode, and `callback` alone cannot replace the body by the decrypted \
                 one: use `protect`",
            ),
        }?;
        self.official_code().map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

impl error::Error for Rejection {}
