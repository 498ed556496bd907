//! A verifier from the variables of the environment.

use std::env::{self, VarError};

use zeroize::Zeroizing;

use crate::{ConfigError, EncodingAesKey, ReceiveId, Verifier};

const TOKEN: &str = "WECHAT_TOKEN";
const KEY: &str = "WECHAT_ENCODING_AES_KEY";
const APP_ID: &str = "WECHAT_APP_ID";
const PLATFORM: &str = "WECHAT_PLATFORM";

impl Verifier {
    /// A verifier for what the environment says:
    ///
    /// | variable | |
    /// |---|---|
    /// | `WECHAT_TOKEN` | the token |
    /// | `WECHAT_ENCODING_AES_KEY` | the EncodingAESKey, for encrypted mode; not set for plain mode |
    /// | `WECHAT_APP_ID` | with a key: the AppID, CorpID or SuiteID; for WeCom the empty text where messages carry none |
    /// | `WECHAT_PLATFORM` | `wecom` for WeCom (企业微信); not set for everything else |
    ///
    /// Anything by halves is an error, so that a variable which is forgotten never becomes another mode.
    ///
    /// ```no_run
    /// let verifier = echostr::Verifier::from_env()?;
    /// # Ok::<(), echostr::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::NotSet`] names the variable that is missing; the other errors are those of [`new`](Self::new),
    /// [`encrypted`](Self::encrypted), [`EncodingAesKey::new`] and [`ReceiveId::new`].
    pub fn from_env() -> Result<Self, ConfigError> {
        read(|variable| env::var(variable))
    }
}

/// `find` looks a variable up.
fn read(find: impl Fn(&str) -> Result<String, VarError>) -> Result<Verifier, ConfigError> {
    let find = |variable| match find(variable) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUtf8(variable)),
    };
    let token = find(TOKEN)?.ok_or(ConfigError::NotSet(TOKEN))?;
    let is_wecom = match find(PLATFORM)?.as_deref() {
        None => false,
        Some("wecom") => true,
        Some(_) => return Err(ConfigError::UnknownPlatform),
    };
    let (key, app_id) = (find(KEY)?.map(Zeroizing::new), find(APP_ID)?);
    match (key, app_id) {
        (None, None) if !is_wecom => Verifier::new(token),
        (None, _) => Err(ConfigError::NotSet(KEY)),
        (Some(_), None) => Err(ConfigError::NotSet(APP_ID)),
        (Some(key), Some(app_id)) => {
            let key = EncodingAesKey::new(key.as_str())?;
            if is_wecom {
                let none = app_id.is_empty();
                Verifier::wecom(token, key, if none { ReceiveId::empty() } else { ReceiveId::new(app_id)? })
            } else {
                Verifier::encrypted(token, key, ReceiveId::new(app_id)?)
            }
        }
    }
}
