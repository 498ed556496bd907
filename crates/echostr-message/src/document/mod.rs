//! One tree for XML and JSON.

mod json;
mod leaves;
mod node;
mod tree;
mod xml;

use std::fmt;

use simdutf8::compat::from_utf8;
use tree::{Builder, Tree};

use crate::{limits::MAX_BYTES, parse_error::ParseError};

pub use leaves::{Leaf, Leaves};
pub use node::Node;
pub(crate) use node::Spelling;
pub(crate) use tree::{Shape, is_blank};

/// The fields by which a message is dispatched, found, or told from another. One of them twice is refused: a user can type
/// `]]></Content><FromUserName>` into a chat.
const HEADER: [&str; 9] = [
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "MsgId",
    "Event",
    "ChangeType",
    "InfoType",
    "AgentID",
];

/// In which format a document is written, which is the one that its reply must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// XML: what platforms send unless the console page says otherwise.
    Xml,
    /// JSON: a choice on the console page of mini programs and Official Accounts, and all that WeCom's aibot speaks.
    Json,
}

/// To which family a document belongs, by the field that dispatches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// `MsgType`: what users and menus do. Official Account, mini program, WeCom.
    Message,
    /// `InfoType`: what the open platform, or the suite of a WeCom provider, is told about its customers.
    Notice,
    /// JSON with `msgtype` spelt so: WeCom's aibot.
    Bot,
}

impl Family {
    /// `message`, `notice` or `bot`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Notice => "notice",
            Self::Bot => "bot",
        }
    }
}

/// A decrypted document as the platform sent it: every field in its order, every text exact.
///
/// Texts are untrimmed, with line ends as they were sent, and control characters, which users do type, are kept. Names are
/// looked up as they are spelt first, then without regard to case, for the platforms are not of one mind (`MsgID`,
/// `AgentId`). Attributes, comments and instructions are passed over.
///
/// ```
/// use echostr_message::Document;
///
/// let document = Document::parse(
///     "<xml><MsgType>event</MsgType><Event>pic_weixin</Event><SendPicsInfo><PicList>\
///      <item><PicMd5Sum>aa</PicMd5Sum></item><item><PicMd5Sum>bb</PicMd5Sum></item></PicList></SendPicsInfo></xml>",
/// )?;
/// assert_eq!(document.text("Event"), Some("pic_weixin"));
/// let sums = document.all("SendPicsInfo.PicList.item.PicMd5Sum");
/// assert_eq!(sums.iter().filter_map(|sum| sum.text()).collect::<Vec<_>>(), ["aa", "bb"]);
/// # Ok::<_, echostr_message::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Document {
    format: Format,
    family: Family,
    tree: Tree,
}

impl Document {
    /// Reads a document, from text or from bytes.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if it is no document of WeChat's, or an ambiguous one.
    pub fn parse(document: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        let document = document.as_ref();
        if document.len() > MAX_BYTES {
            return Err(ParseError::TooLong);
        }
        let document = from_utf8(document).map_err(|error| ParseError::NotUtf8(error.valid_up_to()))?;
        let document = document.strip_prefix('\u{feff}').unwrap_or(document);
        let mut tree = Builder::new(document.len());
        let format = match document.trim_ascii_start().bytes().next() {
            Some(b'<') => Format::Xml,
            Some(b'{') => Format::Json,
            _ => return Err(ParseError::NeitherXmlNorJson),
        };
        match format {
            Format::Xml => xml::read(document, &mut tree)?,
            Format::Json => json::read(document, &mut tree)?,
        }
        let tree = tree.finish();
        refuse_second_header(&tree)?;
        let family = family(&tree, format).ok_or(ParseError::NoDispatchField)?;
        Ok(Self { format, family, tree })
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The root, whose children are the fields of the message.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::root(&self.tree)
    }

    /// The first field at this path: see [`Node::get`].
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Node<'_>> {
        self.root().get(path)
    }

    /// The text of the first field at this path. None too if that field is a structure.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.text()
    }

    /// All fields at this path, in document order: see [`Node::get`].
    #[must_use]
    pub fn all(&self, path: &str) -> Vec<Node<'_>> {
        self.root().all(path)
    }

    /// Every text with its path, in document order.
    ///
    /// The root is no part of a path; items of a list and repeated elements share one. `null`, `{}` and `[]` of JSON give
    /// nothing, an empty element the empty text.
    ///
    /// ```
    /// # use echostr_message::Document;
    /// let document = Document::parse(r#"{"MsgType": "event", "A": {"B": [1.50, true, null], "C": {}}}"#)?;
    /// let leaves: Vec<_> = document.leaves().map(|leaf| format!("{}={}", leaf.path, leaf.text)).collect();
    /// assert_eq!(leaves, ["MsgType=event", "A.B=1.50", "A.B=true"]);
    /// # Ok::<_, echostr_message::ParseError>(())
    /// ```
    #[must_use]
    pub fn leaves(&self) -> Leaves<'_> {
        Leaves::of(self.root())
    }
}

/// Without the texts, which are users' and in notices secrets.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("format", &self.format)
            .field("family", &self.family)
            .field("nodes", &self.tree.len())
            .finish_non_exhaustive()
    }
}

fn refuse_second_header(tree: &Tree) -> Result<(), ParseError> {
    let mut found = [false; HEADER.len()];
    for name in Node::root(tree).children().map(Node::name) {
        let header = HEADER.iter().zip(&mut found).find(|(header, _)| header.eq_ignore_ascii_case(name));
        if let Some((header, found)) = header
            && std::mem::replace(found, true)
        {
            return Err(ParseError::DuplicateHeader(header));
        }
    }
    Ok(())
}

fn family(tree: &Tree, format: Format) -> Option<Family> {
    let has = |name: &str, spelling| {
        Node::root(tree)
            .named(name, spelling)
            .any(|field| matches!(field.shape(), Shape::Leaf | Shape::Object))
    };
    if format == Format::Json && has("msgtype", Spelling::Exact) {
        Some(Family::Bot)
    } else if has("MsgType", Spelling::AnyCase) {
        Some(Family::Message)
    } else if has("InfoType", Spelling::AnyCase) {
        Some(Family::Notice)
    } else {
        None
    }
}
