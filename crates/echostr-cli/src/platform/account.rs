//! Whose callbacks are sent: token, key and mode.

use echostr::{ConfigError, EncodingAesKey, ReceiveId, Verifier};

use crate::{
    platform::{mode::Mode, sign::sign},
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) token: String,
    pub(crate) mode: Mode,
    key: Option<String>,
    receive_id: Option<String>,
    verifier: Verifier,
}

impl Account {
    /// `key` and `receive_id` are for the modes that encrypt, which need them.
    pub(crate) fn new(
        token: String,
        mode: Mode,
        key: Option<String>,
        receive_id: Option<String>,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let verifier = match mode {
            Mode::Plain => Verifier::new(token.clone()),
            Mode::Compat | Mode::Safe | Mode::Wecom => {
                let Some(key) = &key else {
                    return Err(Failure::usage(say!(
                        lang,
                        "mode {} encrypts: give the EncodingAESKey with --aes-key or WECHAT_ENCODING_AES_KEY",
                        "{} 模式需要加密：请用 --aes-key 或环境变量 WECHAT_ENCODING_AES_KEY 给出 EncodingAESKey",
                        mode.name()
                    )));
                };
                let build = if mode == Mode::Wecom { Verifier::wecom } else { Verifier::encrypted };
                let id = match receive_id.as_deref() {
                    // Some products of WeCom put no id behind the message; that must be said.
                    Some("") if mode == Mode::Wecom => Ok(ReceiveId::empty()),
                    None | Some("") => {
                        return Err(Failure::usage(say!(
                            lang,
                            "mode {} puts an id behind every message: give the AppID or CorpID with --appid or WECHAT_APP_ID",
                            "{} 模式的消息末尾带有 ID：请用 --appid 或环境变量 WECHAT_APP_ID 给出 AppID 或 CorpID",
                            mode.name()
                        )));
                    }
                    Some(id) => ReceiveId::new(id),
                };
                EncodingAesKey::new(key.clone()).and_then(|key| build(token.clone(), key, id?))
            }
        }
        .map_err(|error| Failure::usage(config_error(error, lang)))?;
        Ok(Self { token, mode, key, receive_id, verifier })
    }

    /// The same account with another token.
    pub(crate) fn with_token(&self, token: &str, lang: Lang) -> Result<Self, Failure> {
        Self::new(token.to_owned(), self.mode, self.key.clone(), self.receive_id.clone(), lang)
    }

    /// The same account with another receive id.
    pub(crate) fn with_receive_id(&self, id: &str, lang: Lang) -> Result<Self, Failure> {
        Self::new(self.token.clone(), self.mode, self.key.clone(), Some(id.to_owned()), lang)
    }

    /// The same account in another mode; `Err` where that needs a key or an id that was not given.
    pub(crate) fn with_mode(&self, mode: Mode, lang: Lang) -> Result<Self, Failure> {
        Self::new(self.token.clone(), mode, self.key.clone(), self.receive_id.clone(), lang)
    }

    pub(super) const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub(crate) const fn is_encrypted(&self) -> bool {
        self.mode.is_encrypted()
    }

    /// `signature`, of anything.
    pub(crate) fn signature(&self, timestamp: impl AsRef<[u8]>, nonce: impl AsRef<[u8]>) -> String {
        sign([self.token.as_bytes(), timestamp.as_ref(), nonce.as_ref()])
    }

    /// `msg_signature`, of anything.
    pub(crate) fn msg_signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        sign([self.token.as_bytes(), timestamp.as_bytes(), nonce.as_bytes(), encrypt.as_bytes()])
    }
}

pub(super) fn config_error(error: ConfigError, lang: Lang) -> String {
    match (lang, error) {
        (Lang::En, ConfigError::EmptyToken) => {
            "the token is empty, and anybody could sign with it: give the one of the console page".to_owned()
        }
        (Lang::En, ConfigError::EmptyReceiveId) => {
            "the id is empty: give the AppID or CorpID with --appid or WECHAT_APP_ID".to_owned()
        }
        (Lang::En, error) => error.to_string(),
        (Lang::Zh, ConfigError::EmptyToken) => {
            "Token 为空，任何人都能伪造签名：请给出后台填写的 Token".to_owned()
        }
        (Lang::Zh, ConfigError::KeyLength(length)) => {
            format!(
                "EncodingAESKey 有 {length} 个字符，应为 43 个(-40004)：请从后台重新复制，不要带空格和“=”"
            )
        }
        (Lang::Zh, ConfigError::KeyCharacter(position)) => format!(
            "EncodingAESKey 的第 {position} 个字符既不是字母、数字，也不是“+”或“/”(-40004)：请从后台重新复制"
        ),
        (Lang::Zh, ConfigError::EmptyReceiveId) => "ID 为空：请用 --appid 或 WECHAT_APP_ID 给出".to_owned(),
        (Lang::Zh, error) => error.to_string(),
    }
}
