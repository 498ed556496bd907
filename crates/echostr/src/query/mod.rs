//! WeChat's parameters, found among the user's own in one pass over the query.

mod pairs;
mod parameters;
mod rewritten;

use std::{borrow::Cow, str};

use arrayvec::{ArrayString, ArrayVec};
use percent_encoding::percent_decode_str;

use crate::{Parameter, Rejection, Signature, rejection::QueryFault};
pub(crate) use pairs::Pairs;
pub(crate) use parameters::{from_key, split};
pub(crate) use rewritten::explain;

/// Longest query that is looked at, in bytes. WeChat's own parameters take fewer than 400.
const LONGEST_QUERY: usize = 8 * 1024;

/// WeChat's parameters as they stand in the query: each once, not yet decoded; those that are empty and need not be there are
/// not.
#[derive(Default)]
pub(crate) struct Query<'q> {
    values: [Option<&'q str>; Parameter::ALL.len()],
    /// Whether there is a `%` anywhere in it; mostly there is none, and nothing to decode.
    pub(crate) has_escape: bool,
}

impl<'q> Query<'q> {
    /// Reads `raw` into this empty query. `unsigned` is the one of the two signatures that need not hold.
    ///
    /// In place, as a returned value would be moved: the processor stalls where it moves in one piece what it has just written in
    /// several.
    #[inline]
    pub(crate) fn read(&mut self, raw: &'q str, unsigned: Parameter) -> Result<(), Rejection> {
        if raw.len() > LONGEST_QUERY {
            return Err(Rejection::Query(QueryFault::TooLong));
        }
        let (mut found_any, mut found_empty) = (false, false);
        for pair in Pairs::of(raw) {
            self.has_escape |= pair.has_escape;
            let Some((parameter, value)) = split(pair) else { continue };
            found_any = true;
            found_empty |= value.is_empty();
            // Parsers disagree on which of two counts, so two are never right.
            if self.values.get_mut(parameter as usize).and_then(|slot| slot.replace(value)).is_some() {
                return Err(Rejection::Query(QueryFault::Duplicate(parameter)));
            }
        }
        if !found_any {
            return Err(Rejection::Query(QueryFault::NoParameters));
        }
        // The whole query, the user's own parameters too: another parser may cut a broken escape differently.
        if self.has_escape && !escapes_are_whole(raw) {
            return Err(Rejection::Query(QueryFault::BadEscape));
        }
        if found_empty { self.drop_empty(unsigned) } else { Ok(()) }
    }

    /// What is empty and signed by nobody counts as absent, as proxies and frameworks append such; anything else is refused.
    #[cold]
    fn drop_empty(&mut self, unsigned: Parameter) -> Result<(), Rejection> {
        for parameter in Parameter::ALL {
            let Some(slot) = self.values.get_mut(parameter as usize).filter(|slot| **slot == Some("")) else {
                continue;
            };
            let is_optional = matches!(parameter, Parameter::Openid | Parameter::EncryptType);
            if !is_optional && parameter != unsigned {
                return Err(Rejection::Query(QueryFault::Empty(parameter)));
            }
            *slot = None;
        }
        Ok(())
    }

    fn value(&self, parameter: Parameter) -> Option<&'q str> {
        self.values.get(parameter as usize).copied().flatten()
    }

    /// The value of `parameter`, not decoded.
    fn required(&self, parameter: Parameter) -> Result<&'q str, Rejection> {
        self.value(parameter).ok_or(Rejection::Query(QueryFault::Missing(parameter)))
    }

    fn is_escaped(&self, value: &str) -> bool {
        self.has_escape && value.contains('%')
    }

    /// The decoded value of `parameter`, of at most `CAP` bytes.
    #[inline]
    fn text<const CAP: usize>(
        &self,
        parameter: Parameter,
        value: &str,
    ) -> Result<ArrayString<CAP>, Rejection> {
        let text = if self.is_escaped(value) { decode(value) } else { ArrayString::from(value).ok() };
        text.ok_or(Rejection::Query(QueryFault::Malformed(parameter)))
    }

    /// The signature that stands in `parameter`.
    #[inline(always)]
    pub(crate) fn signature(&self, parameter: Parameter) -> Result<Signature, Rejection> {
        let digits = self.required(parameter)?;
        let signature = if self.is_escaped(digits) {
            Signature::parse(&self.text::<{ Signature::LEN * 2 }>(parameter, digits)?)
        } else {
            Signature::parse(digits)
        };
        signature.map_err(|_| Rejection::Query(QueryFault::Malformed(parameter)))
    }

    /// Whether the request says that its body is encrypted.
    #[inline]
    pub(crate) fn says_encrypted(&self) -> bool {
        self.value(Parameter::EncryptType) == Some("aes")
    }

    /// The plain `signature` where it is sent and need not be.
    pub(crate) fn signature_if_any(&self) -> Result<Option<Signature>, Rejection> {
        self.value(Parameter::Signature).map(|_| self.signature(Parameter::Signature)).transpose()
    }

    /// The timestamp: digits only, so that it cannot lend any to the nonce beside it in the hash, nor be read in two ways.
    #[inline]
    pub(crate) fn timestamp(&self) -> Result<ArrayString<20>, Rejection> {
        let timestamp = self.text(Parameter::Timestamp, self.required(Parameter::Timestamp)?)?;
        if timestamp.bytes().fold(true, |are_digits, byte| are_digits & byte.is_ascii_digit()) {
            Ok(timestamp)
        } else {
            Err(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp)))
        }
    }

    /// The nonce. Its length is capped because 64 characters of a cipher text may be moved into it without a change of the
    /// hash.
    #[inline]
    pub(crate) fn nonce(&self) -> Result<ArrayString<32>, Rejection> {
        self.text(Parameter::Nonce, self.required(Parameter::Nonce)?)
    }

    /// The openid; empty where there is none.
    #[inline]
    pub(crate) fn openid(&self) -> Result<ArrayString<64>, Rejection> {
        match self.value(Parameter::Openid) {
            Some(value) => self.text(Parameter::Openid, value),
            None => Ok(ArrayString::new_const()),
        }
    }

    /// Whether the request is a handshake, if its signature holds.
    pub(crate) fn is_handshake(&self, method: &str) -> bool {
        method == "GET" && self.value(Parameter::Echostr).is_some()
    }

    /// The decoded text to echo; allocates only where it carries an escape.
    pub(crate) fn echostr(&self) -> Result<Cow<'q, str>, Rejection> {
        let echostr = self.required(Parameter::Echostr)?;
        if !self.is_escaped(echostr) {
            return Ok(Cow::Borrowed(echostr));
        }
        percent_decode_str(echostr)
            .decode_utf8()
            .map_err(|_| Rejection::Query(QueryFault::Malformed(Parameter::Echostr)))
    }
}

/// Percent-decodes once, on the stack; `+` stays `+`. `None` where it is too long or not UTF-8.
#[cold]
pub(crate) fn decode<const CAP: usize>(value: &str) -> Option<ArrayString<CAP>> {
    let mut bytes = ArrayVec::<u8, CAP>::new();
    for byte in percent_decode_str(value) {
        bytes.try_push(byte).ok()?;
    }
    ArrayString::from(str::from_utf8(&bytes).ok()?).ok()
}

/// Whether every `%` is followed by two hexadecimal digits.
#[cold]
fn escapes_are_whole(raw: &str) -> bool {
    raw.split('%').skip(1).all(|after| {
        matches!(after.as_bytes(), [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
    })
}
