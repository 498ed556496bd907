//! WeChat's parameters, in one table from which the enum, the names and the list of all are made.

use std::fmt;

macro_rules! parameters {
    ($( $(#[$doc:meta])* $Parameter:ident = $name:literal, )+) => {
        /// The parameters with a meaning to WeChat. All others are the user's own and are passed over.
        ///
        /// Source: <https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md> and
        /// <https://developer.work.weixin.qq.com/document/path/90930>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Parameter {
            $( $(#[$doc])* $Parameter, )+
        }

        impl Parameter {
            /// Each once, in the order of the variants: the query keeps the value of each in its place here.
            pub(crate) const ALL: [Self; [$($name),+].len()] = [$(Self::$Parameter),+];

            /// The name as it stands in the query.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$Parameter => $name, )+
                }
            }
        }
    };
}

parameters! {
    /// `signature`: 40 hexadecimal digits, over token, timestamp and nonce.
    Signature = "signature",
    /// `timestamp`: seconds since 1970, at most 20 digits.
    Timestamp = "timestamp",
    /// `nonce`: 1 to 32 bytes of any text.
    Nonce = "nonce",
    /// `echostr`: the text that a handshake wants back.
    Echostr = "echostr",
    /// `openid`: the sender, as the URL claims; at most 64 bytes.
    Openid = "openid",
    /// `encrypt_type`: `raw` or `aes`.
    EncryptType = "encrypt_type",
    /// `msg_signature`: like `signature`, with the encrypted text as a fourth part.
    MsgSignature = "msg_signature",
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
