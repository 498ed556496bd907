use std::fmt;

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
    pub(crate) const ALL: [Self; 7] = [
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
}

/// The query keeps the value of each in its place of `ALL`.
const _: () = {
    let mut rest: &[Parameter] = &Parameter::ALL;
    let mut place = 0_usize;
    while let [parameter, others @ ..] = rest {
        assert!(*parameter as usize == place, "ALL is not in the order of the variants");
        (rest, place) = (others, place.wrapping_add(1));
    }
};

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
