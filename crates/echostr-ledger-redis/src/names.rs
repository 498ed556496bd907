//! How keys are named in Redis.

use echostr_ledger::Key;

use crate::ConnectError;

/// `echostr:1:{prefix}:{account}:{digest}`, 1 being the form of the records.
pub(crate) struct Names {
    prefix: String,
}

impl Names {
    /// # Errors
    ///
    /// If the prefix has other bytes than may stand in a key without being mistaken for its separators.
    pub(crate) fn new(prefix: &str) -> Result<Self, ConnectError> {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.{}".contains(&byte);
        if prefix.is_empty() || prefix.len() > 64 || !prefix.bytes().all(is_good) {
            return Err(ConnectError::Prefix);
        }
        Ok(Self { prefix: format!("echostr:1:{prefix}:") })
    }

    /// The key that tells whether the records are still there. No record has its name: theirs have a colon more.
    pub(crate) fn marker(&self) -> String {
        format!("{}marker", self.prefix)
    }

    /// The digest is a signature with which the request could be sent again, so its hash stands in its place: the text of the key, which
    /// begins with the account if there is one.
    pub(crate) fn record(&self, key: &Key) -> String {
        let no_account = if key.account().is_empty() { ":" } else { "" };
        format!("{}{no_account}{key}", self.prefix)
    }
}
