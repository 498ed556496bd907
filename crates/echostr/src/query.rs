//! One borrowed pass over a query string, which finds WeChat's parameters among the user's own.

use std::{borrow::Cow, fmt, str};

use arrayvec::{ArrayString, ArrayVec};
use percent_encoding::percent_decode_str;

use crate::{Rejection, Signature};

/// Longest query that is looked at, in bytes. WeChat's own parameters take fewer than 400.
const LONGEST_QUERY: usize = 8 * 1024;

/// The parameters with a meaning to WeChat. All others are the user's own and are passed over.
///
/// Source: <https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md> and
/// <https://developer.work.weixin.qq.com/document/path/90930>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Parameter {
    /// `signature`: 40 hexadecimal digits, over token, timestamp and nonce.
    Signature,
    /// `timestamp`: seconds since 1970, at most 20 digits.
    Timestamp,
    /// `nonce`: 1 to 32 bytes of any text.
    Nonce,
    /// `echostr`: the text that a handshake wants back.
    Echostr,
    /// `openid`: the sender, as the URL claims; at most 64 bytes.
    Openid,
    /// `encrypt_type`: `raw` or `aes`.
    EncryptType,
    /// `msg_signature`: like `signature`, with the encrypted text as a fourth part.
    MsgSignature,
}

impl Parameter {
    const ALL: [Self; 7] = [
        Self::Signature,
        Self::Timestamp,
        Self::Nonce,
        Self::Echostr,
        Self::Openid,
        Self::EncryptType,
        Self::MsgSignature,
    ];

    /// The name as it stands in the query.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Timestamp => "timestamp",
            Self::Nonce => "nonce",
            Self::Echostr => "echostr",
            Self::Openid => "openid",
            Self::EncryptType => "encrypt_type",
            Self::MsgSignature => "msg_signature",
        }
    }

    /// The parameter that `key` names once it is decoded: `%6eonce` is `nonce` to every handler's parser too.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        match key {
            "signature" => Some(Self::Signature),
            "timestamp" => Some(Self::Timestamp),
            "nonce" => Some(Self::Nonce),
            "echostr" => Some(Self::Echostr),
            "openid" => Some(Self::Openid),
            "encrypt_type" => Some(Self::EncryptType),
            "msg_signature" => Some(Self::MsgSignature),
            _ if key.contains('%') => {
                Self::ALL.into_iter().find(|parameter| percent_decode_str(key).eq(parameter.name().bytes()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The pairs of a raw query, neither decoded; a key without `=` has the empty value.
pub(crate) fn pairs(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// WeChat's parameters as they stand in the query: each once, none empty, not yet decoded.
#[derive(Default)]
pub(crate) struct Query<'q> {
    signature: Option<&'q str>,
    timestamp: Option<&'q str>,
    nonce: Option<&'q str>,
    echostr: Option<&'q str>,
    openid: Option<&'q str>,
    encrypt_type: Option<&'q str>,
    msg_signature: Option<&'q str>,
}

impl<'q> Query<'q> {
    pub(crate) fn parse(raw: &'q str) -> Result<Self, Rejection> {
        if raw.len() > LONGEST_QUERY {
            return Err(Rejection::QueryTooLong);
        }
        let mut query = Self::default();
        let mut found_any = false;
        for (key, value) in pairs(raw) {
            let Some(parameter) = Parameter::from_key(key) else { continue };
            found_any = true;
            if value.is_empty() {
                return Err(Rejection::Empty(parameter));
            }
            // Parsers disagree on which of two counts, so two are never right.
            if query.slot(parameter).replace(value).is_some() {
                return Err(Rejection::Duplicate(parameter));
            }
        }
        if !found_any {
            return Err(Rejection::NoParameters);
        }
        // The whole query, the user's own parameters too: another parser may cut a broken escape differently.
        if !escapes_are_whole(raw) {
            return Err(Rejection::BadEscape);
        }
        Ok(query)
    }

    fn slot(&mut self, parameter: Parameter) -> &mut Option<&'q str> {
        match parameter {
            Parameter::Signature => &mut self.signature,
            Parameter::Timestamp => &mut self.timestamp,
            Parameter::Nonce => &mut self.nonce,
            Parameter::Echostr => &mut self.echostr,
            Parameter::Openid => &mut self.openid,
            Parameter::EncryptType => &mut self.encrypt_type,
            Parameter::MsgSignature => &mut self.msg_signature,
        }
    }

    pub(crate) fn signature(&self) -> Result<Signature, Rejection> {
        signature(Parameter::Signature, self.signature)
    }

    pub(crate) fn msg_signature(&self) -> Result<Signature, Rejection> {
        signature(Parameter::MsgSignature, self.msg_signature)
    }

    /// The decoded timestamp: digits only, so that it cannot lend any to the nonce beside it in the hash, nor be
    /// read in two ways.
    pub(crate) fn timestamp(&self) -> Result<ArrayString<20>, Rejection> {
        let timestamp = required(Parameter::Timestamp, self.timestamp)?;
        if timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(timestamp)
        } else {
            Err(Rejection::Malformed(Parameter::Timestamp))
        }
    }

    /// The decoded nonce. Its length is capped because 64 characters of a cipher text may be moved into it
    /// without a change of the hash.
    pub(crate) fn nonce(&self) -> Result<ArrayString<32>, Rejection> {
        required(Parameter::Nonce, self.nonce)
    }

    pub(crate) fn openid(&self) -> Result<Option<ArrayString<64>>, Rejection> {
        self.openid.map(|value| decode(Parameter::Openid, value)).transpose()
    }

    /// Whether the request is a handshake, if its signature holds.
    pub(crate) fn is_handshake(&self, method: &str) -> bool {
        method == "GET" && self.echostr.is_some()
    }

    /// The decoded text to echo; allocates only where it carries an escape.
    pub(crate) fn echostr(&self) -> Result<Cow<'q, str>, Rejection> {
        let echostr = self.echostr.ok_or(Rejection::Missing(Parameter::Echostr))?;
        percent_decode_str(echostr).decode_utf8().map_err(|_| Rejection::Malformed(Parameter::Echostr))
    }
}

fn signature(parameter: Parameter, value: Option<&str>) -> Result<Signature, Rejection> {
    let digits = required::<{ Signature::LEN * 2 }>(parameter, value)?;
    Signature::parse(&digits).map_err(|_| Rejection::Malformed(parameter))
}

fn required<const CAP: usize>(
    parameter: Parameter,
    value: Option<&str>,
) -> Result<ArrayString<CAP>, Rejection> {
    decode(parameter, value.ok_or(Rejection::Missing(parameter))?)
}

/// Percent-decodes once, on the stack; `+` stays `+`.
pub(crate) fn decode<const CAP: usize>(
    parameter: Parameter,
    value: &str,
) -> Result<ArrayString<CAP>, Rejection> {
    let malformed = Rejection::Malformed(parameter);
    if !value.contains('%') {
        return ArrayString::from(value).map_err(|_| malformed);
    }
    let mut bytes = ArrayVec::<u8, CAP>::new();
    for byte in percent_decode_str(value) {
        bytes.try_push(byte).map_err(|_| malformed)?;
    }
    let text = str::from_utf8(&bytes).map_err(|_| malformed)?;
    ArrayString::from(text).map_err(|_| malformed)
}

/// Whether every `%` is followed by two hexadecimal digits.
fn escapes_are_whole(raw: &str) -> bool {
    raw.split('%').skip(1).all(|after| {
        matches!(after.as_bytes(), [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
    })
}
