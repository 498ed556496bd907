//! How the platform is set to send.

use clap::ValueEnum;

/// How the platform is set to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// 明文模式: signed, not encrypted
    Plain,
    /// 兼容模式: plain fields and an encrypted copy
    Compat,
    /// 安全模式: encrypted
    Safe,
    /// 企业微信 (WeCom): encrypted, the handshake too
    Wecom,
}

impl Mode {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compat => "compat",
            Self::Safe => "safe",
            Self::Wecom => "wecom",
        }
    }

    pub(crate) const fn is_encrypted(self) -> bool {
        !matches!(self, Self::Plain)
    }
}
