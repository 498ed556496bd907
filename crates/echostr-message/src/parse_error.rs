//! Why a document is refused.

use std::{error, fmt};

/// Why a body is no document of WeChat's.
///
/// Holds nothing of the document but a position, so it can be logged. A platform that gets an error as answer sends
/// the same document again: answer `success` and log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// The document is not UTF-8 from this byte on.
    NotUtf8(usize),
    /// The document begins neither with `<` nor with `{`.
    NeitherXmlNorJson,
    /// More than [`MAX_BYTES`](crate::limits::MAX_BYTES).
    TooLong,
    /// More fields than [`MAX_NODES`](crate::limits::MAX_NODES).
    TooManyNodes,
    /// Deeper than [`MAX_DEPTH`](crate::limits::MAX_DEPTH).
    TooDeep,
    /// The XML is not well-formed, or ends too early, at this byte.
    MalformedXml(usize),
    /// The JSON is malformed, or ends too early, near this line and column, which count from 1. Inside a structure they
    /// count from its beginning.
    MalformedJson {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A document type. WeChat sends none, and entities are how parsers are attacked.
    DocumentType,
    /// An entity beside the five of XML, at this byte.
    UnknownEntity(usize),
    /// A root beside `xml`.
    OtherRoot,
    /// A second root.
    SecondRoot,
    /// Text outside the root, at this byte.
    TextOutsideRoot(usize),
    /// Text beside child elements, before this byte: what a user typed has opened an element.
    TextBesideElements(usize),
    /// An object of JSON has a key twice.
    DuplicateKey,
    /// A field of the header stands twice, under this name in whatever case.
    DuplicateHeader(&'static str),
    /// No `MsgType`, `InfoType` or `msgtype`.
    NoDispatchField,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(at) => write!(f, "the document is not UTF-8 from byte {at} on"),
            Self::NeitherXmlNorJson => f.write_str(
                "the body begins neither with `<` nor with `{`: WeChat sends XML or JSON; is it still encrypted?",
            ),
            Self::TooLong => write!(f, "the document has more than {} bytes", crate::limits::MAX_BYTES),
            Self::TooManyNodes => write!(f, "the document has more than {} fields", crate::limits::MAX_NODES),
            Self::TooDeep => write!(f, "the document is deeper than {} levels", crate::limits::MAX_DEPTH),
            Self::MalformedXml(at) => write!(f, "the XML is malformed or cut off at byte {at}"),
            Self::MalformedJson { line, column } => {
                write!(f, "the JSON is malformed or cut off near line {line}, column {column}")
            }
            Self::DocumentType => f.write_str("the XML has a document type, which WeChat never sends"),
            Self::UnknownEntity(at) => write!(f, "byte {at} is after an entity that XML does not define"),
            Self::OtherRoot => f.write_str("the root of the XML is not `xml`"),
            Self::SecondRoot => f.write_str("the XML has a second root"),
            Self::TextOutsideRoot(at) => write!(f, "text outside the root of the XML, at byte {at}"),
            Self::TextBesideElements(at) => {
                write!(f, "text beside child elements, before byte {at}: somebody may have typed markup")
            }
            Self::DuplicateKey => f.write_str("an object of the JSON has a key twice"),
            Self::DuplicateHeader(name) => {
                write!(f, "`{name}` stands in the document twice: somebody may have typed a second one")
            }
            Self::NoDispatchField => {
                f.write_str("the document has none of `MsgType`, `InfoType` and `msgtype`: it is no message")
            }
        }
    }
}

impl error::Error for ParseError {}
