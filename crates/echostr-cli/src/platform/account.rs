//! Whose callbacks are sent: token, key and mode.

use std::{env, fs};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use echostr::{
    ConfigError, EncodingAesKey, Opened, ReceiveId, Rejection, SealError, Signature, Verified, Verifier,
};

use crate::{
    cli::args::{Common, Mode},
    words::exit::Failure,
    words::lang::{Lang, say},
};

/// A token is at most 32 characters; a file much longer holds something else.
const LONGEST_TOKEN_FILE: u64 = 4096;

#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) token: String,
    pub(crate) mode: Mode,
    key: Option<String>,
    receive_id: Option<String>,
    verifier: Verifier,
}

impl Account {
    /// The account of the command line.
    pub(crate) fn new(common: &Common, lang: Lang) -> Result<Self, Failure> {
        Self::find(common, lang)?.ok_or_else(|| {
            Failure::usage(say!(
                lang,
                "no token: give the one of the console page with --token, --token-file or WECHAT_TOKEN",
                "没有 Token：请用 --token、--token-file 或环境变量 WECHAT_TOKEN 给出后台填写的 Token"
            ))
        })
    }

    /// The same, `None` without a token.
    pub(crate) fn find(common: &Common, lang: Lang) -> Result<Option<Self>, Failure> {
        let Some(token) = token(common, lang)? else { return Ok(None) };
        let key = common.aes_key.clone().filter(|key| !key.is_empty());
        let mode = common.mode.unwrap_or(match &key {
            None => Mode::Plain,
            Some(_) if env::var("WECHAT_PLATFORM").is_ok_and(|platform| platform == "wecom") => Mode::Wecom,
            Some(_) => Mode::Safe,
        });
        Self::build(token, mode, key, common.appid.clone(), lang).map(Some)
    }

    fn build(
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
        Self::build(token.to_owned(), self.mode, self.key.clone(), self.receive_id.clone(), lang)
    }

    /// The same account with another receive id.
    pub(crate) fn with_receive_id(&self, id: &str, lang: Lang) -> Result<Self, Failure> {
        Self::build(self.token.clone(), self.mode, self.key.clone(), Some(id.to_owned()), lang)
    }

    pub(crate) const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.mode != Mode::Plain
    }

    /// `signature`, of anything.
    pub(crate) fn signature(&self, timestamp: impl AsRef<[u8]>, nonce: impl AsRef<[u8]>) -> String {
        format!("{:x}", Signature::compute([self.token.as_bytes(), timestamp.as_ref(), nonce.as_ref()]))
    }

    /// `msg_signature`, of anything.
    pub(crate) fn msg_signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        format!("{:x}", Signature::compute([&self.token, timestamp, nonce, encrypt]))
    }

    /// The text of `Encrypt` for `document`.
    pub(crate) fn encrypt(&self, document: &str) -> Result<String, SealError> {
        // The core gives it inside a document, which is XML unless this one is JSON.
        let sealed = self.verifier.sign_encrypted(0, "0", document)?.body;
        let between = |before: &str, after: &str| {
            let (_, rest) = sealed.split_once(before)?;
            rest.split_once(after).map(|(text, _)| text.to_owned())
        };
        let text = between("<Encrypt><![CDATA[", "]]>").or_else(|| between("\"Encrypt\":\"", "\""));
        text.ok_or(SealError::TooLong)
    }

    /// Opens a body, of a request or of a reply, that is signed with `signature`.
    pub(crate) fn open(
        &self,
        body: &[u8],
        timestamp: &str,
        nonce: &str,
        msg_signature: &str,
    ) -> Result<Vec<u8>, Rejection> {
        let query = format!("msg_signature={msg_signature}&timestamp={timestamp}&nonce={}", escape(nonce));
        Ok(open_with(&self.verifier, &query, body.to_vec())?.document.to_vec())
    }
}

fn open_with(verifier: &Verifier, query: &str, body: Vec<u8>) -> Result<Opened, Rejection> {
    match verifier.verify("POST", query)? {
        Verified::Envelope(mut envelope) => {
            envelope.push(body.into())?;
            envelope.open()
        }
        Verified::Handshake(_) | Verified::Callback(_) => Err(Rejection::NoEncrypt),
    }
}

/// Opens the text of an `Encrypt` whoever signed it and whomever it is meant for.
pub(crate) fn decrypt(common: &Common, encrypt: &str, lang: Lang) -> Result<(Vec<u8>, String), Failure> {
    let Some(key) = common.aes_key.clone().filter(|key| !key.is_empty()) else {
        return Err(Failure::usage(say!(
            lang,
            "no key: give the EncodingAESKey with --aes-key or WECHAT_ENCODING_AES_KEY",
            "没有密钥：请用 --aes-key 或环境变量 WECHAT_ENCODING_AES_KEY 给出 EncodingAESKey"
        )));
    };
    // The signature is made here, so that the core opens what it did not verify: the caller asked for no more.
    let (token, timestamp, nonce) = ("decrypt", "0", "0");
    let id = match common.appid.as_deref() {
        None | Some("") => Ok(ReceiveId::any()),
        Some(id) => ReceiveId::new(id),
    };
    let verifier = EncodingAesKey::new(key)
        .and_then(|key| Verifier::wecom(token, key, id?))
        .map_err(|error| Failure::usage(config_error(error, lang)))?;
    let signature = Signature::compute([token, timestamp, nonce, encrypt]);
    let query = format!("msg_signature={signature:x}&timestamp={timestamp}&nonce={nonce}");
    // The core opens a text only where it belongs: XML in XML, JSON in JSON, anything else in a handshake.
    let bodies = [
        format!("<xml><Encrypt>{encrypt}</Encrypt></xml>"),
        serde_json::json!({ "Encrypt": encrypt }).to_string(),
    ];
    let mut opened = Err(Rejection::NoEncrypt);
    for body in bodies {
        opened = opened.or_else(|_| open_with(&verifier, &query, body.into()));
    }
    let handshake = format!("{query}&echostr={}", escape(encrypt));
    if let (Err(_), Ok(Verified::Handshake(echo))) = (&opened, verifier.verify("GET", &handshake)) {
        // A handshake's id is checked, but not handed out.
        return Ok((echo.into_owned().into_bytes(), common.appid.clone().unwrap_or_default()));
    }
    let opened = opened.map_err(|rejection| Failure {
        exit: crate::words::exit::Exit::Wrong,
        message: say!(
            lang,
            "cannot be decrypted: {}",
            "无法解密：{}",
            crate::words::sentences::rejection(rejection, lang)
        ),
    })?;
    let id = opened.callback.receive_id().unwrap_or_default().to_owned();
    Ok((opened.document.to_vec(), id))
}

/// Whether this can be the text of an `Encrypt`.
pub(crate) fn is_base64(text: &str) -> bool {
    !text.is_empty() && BASE64_STANDARD.decode(text).is_ok()
}

/// Percent-encodes all that is not unreserved.
pub(crate) fn escape(text: impl AsRef<[u8]>) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::percent_encode(text.as_ref(), KEPT).to_string()
}

fn token(common: &Common, lang: Lang) -> Result<Option<String>, Failure> {
    let Some(path) = &common.token_file else { return Ok(common.token.clone()) };
    // One that merely stands in the environment is outdone by a file that was asked for.
    if common.token.is_some() && common.token != env::var("WECHAT_TOKEN").ok() {
        return Err(Failure::usage(say!(
            lang,
            "--token and --token-file exclude each other: give one of them",
            "--token 与 --token-file 不能同时使用：请只给其中一个"
        )));
    }
    let file = path.display();
    let too_long = fs::metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST_TOKEN_FILE);
    let text = if too_long {
        return Err(Failure::usage(say!(
            lang,
            "{file} is too long to hold a token",
            "{file} 太长，不像是只存放 Token 的文件"
        )));
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| {
        Failure::usage(say!(
            lang,
            "cannot read the token from {file}: {error}",
            "无法从 {file} 读取 Token:{error}"
        ))
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn config_error(error: ConfigError, lang: Lang) -> String {
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
