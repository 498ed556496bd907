//! The verifier: built once, asked about every request.

mod platform;
#[cfg(debug_assertions)]
mod unverified;

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub use platform::{Decrypted, Platform, PlatformRequest};

use crate::{
    Callback, ConfigError, EncodingAesKey, Parameter, ReceiveId, Rejection,
    claim::Claim,
    config::Token,
    crypto::SealError,
    decision::Decision,
    envelope::{Envelope, is_echo},
    policy::{Encryption, Limits, Mode, Policy},
    query::{Query, explain},
    rejection::{EnvelopeFault, QueryFault, WiringFault},
};

/// Decides about every request: built once from the token, shared by all.
///
/// Cheap to clone: the clones share the secrets, which are wiped when the last one is dropped.
///
/// ```
/// use echostr::{Verifier, adapter::Decision};
///
/// let verifier = Verifier::new("weixin")?;
/// let query = "timestamp=1540176606&echostr=3892692869596528638&nonce=1854606751\
///              &signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";
///
/// match verifier.verify("GET", query) {
///     Ok(Decision::Handshake(echo)) => assert_eq!(echo, "3892692869596528638"),
///     Ok(Decision::Callback(_) | Decision::Envelope(_)) => unreachable!("a GET with `echostr` is a handshake"),
///     Err(rejection) => panic!("{rejection}"),
/// }
/// # Ok::<(), echostr::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    policy: Arc<Policy>,
}

/// Longest body that is taken in unless [`Verifier::body_limit`] says otherwise. Messages have a few KiB, the longest texts of
/// a WeCom bot about 40.
const BODY_LIMIT: usize = 64 * 1024;

/// Longest wait for a body unless [`Verifier::body_timeout`] says otherwise: the platform itself gives up after 5 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

impl Verifier {
    /// A verifier for `token`, the one that stands on the console page.
    ///
    /// A token that tutorials use, one under 3 characters and one with white space around it work, and are
    /// warned of in the log.
    ///
    /// # Errors
    ///
    /// If the token is empty: anybody can sign with the empty token.
    pub fn new(token: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self::with(Token::new(token)?, Mode::Plain))
    }

    /// A verifier for safe mode (安全模式) and compatible mode (兼容模式) of an Official Account, a mini program or the open
    /// platform.
    ///
    /// Every callback must be encrypted and signed with `msg_signature`; a plain one is refused even if its `signature`
    /// is right, since it is the configuration that decides, never the request. The handler sees the decrypted body,
    /// and its reply is encrypted. The handshake stays in plain text.
    ///
    /// ```
    /// use echostr::{EncodingAesKey, ReceiveId, Verifier};
    ///
    /// let verifier = Verifier::encrypted(
    ///     "the-token-of-the-console-page",
    ///     EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")?,
    ///     ReceiveId::new("wx5823bf96d3bd56c7")?, // the AppID
    /// )?;
    /// # Ok::<(), echostr::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the token is empty.
    pub fn encrypted(
        token: impl Into<String>,
        key: EncodingAesKey,
        receive_id: ReceiveId,
    ) -> Result<Self, ConfigError> {
        Ok(Self::with(Token::new(token)?, Mode::Encrypted(Encryption { aes_keys: vec![key], receive_id })))
    }

    /// A verifier for WeCom (企业微信) and its relatives: like [`encrypted`](Self::encrypted), and the handshake is
    /// encrypted too.
    ///
    /// # Errors
    ///
    /// If the token is empty.
    pub fn wecom(
        token: impl Into<String>,
        key: EncodingAesKey,
        receive_id: ReceiveId,
    ) -> Result<Self, ConfigError> {
        Ok(Self::with(Token::new(token)?, Mode::WeCom(Encryption { aes_keys: vec![key], receive_id })))
    }

    /// A verifier that verifies **nothing**: for a first personal demo, before there is a token.
    ///
    /// It answers any handshake and passes every request on, forged or not, with a [`Callback`] whose fields are
    /// whatever could be read: a text that is missing is empty, a signature that is missing all zeros. It warns in the log when it
    /// is built and at each request, and it does not exist in release builds (precisely: where `debug_assertions` are off), so
    /// that none can be shipped.
    ///
    /// An adapter's ledger tells messages apart by their signatures: leave it off here, or sign what you send.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn dangerous_unverified() -> Self {
        tracing::warn!(
            "dangerous_unverified: NOTHING is verified, anybody can forge messages. Never use it in public"
        );
        let mut verifier = Self::with_tokens(vec![], Mode::Plain);
        Arc::make_mut(&mut verifier.policy).unverified = true;
        verifier
    }

    fn with(token: Token, mode: Mode) -> Self {
        Self::with_tokens(vec![token], mode)
    }

    fn with_tokens(tokens: Vec<Token>, mode: Mode) -> Self {
        Self {
            policy: Arc::new(Policy {
                tokens,
                mode,
                account: None,
                limits: Limits { max_age: None, body: BODY_LIMIT, body_timeout: BODY_TIMEOUT },
                warned_of_encryption: Arc::default(),
                #[cfg(debug_assertions)]
                unverified: false,
            }),
        }
    }

    /// Accepts `previous` too: for the time of a change of token, during which the platform may still sign with
    /// the old one. May be called any number of times.
    ///
    /// # Errors
    ///
    /// If the token is empty.
    pub fn or_token(mut self, previous: impl Into<String>) -> Result<Self, ConfigError> {
        let previous = Token::new(previous)?;
        Arc::make_mut(&mut self.policy).tokens.push(previous);
        Ok(self)
    }

    /// Accepts messages encrypted with `previous` too: for the time of a change of key, during which the platform may
    /// still use the old one. May be called any number of times; a reply is encrypted with the key that opened the
    /// request.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyInPlainMode`] if the verifier has no current key.
    pub fn or_key(mut self, previous: EncodingAesKey) -> Result<Self, ConfigError> {
        match &mut Arc::make_mut(&mut self.policy).mode {
            Mode::Plain => return Err(ConfigError::KeyInPlainMode),
            Mode::Encrypted(encryption) | Mode::WeCom(encryption) => encryption.aes_keys.push(previous),
        }
        Ok(self)
    }

    /// Calls the account `name`: [`Callback::account`] then says which verifier passed a request, where there are several.
    ///
    /// ```
    /// use echostr::{Verifier, adapter::Decision};
    ///
    /// let shop = Verifier::new("a-token-of-the-shop")?.named("shop");
    /// let query = shop.sign(1540176606, "1854606751");
    /// let Ok(Decision::Callback(callback)) = shop.verify("POST", &query) else { panic!("it is one") };
    /// assert_eq!(callback.account(), Some("shop"));
    /// # Ok::<(), echostr::ConfigError>(())
    /// ```
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        Arc::make_mut(&mut self.policy).account = Some(name.into());
        self
    }

    /// Refuses a body of more than `bytes`, 64 KiB by default. It counts what arrives, not what `Content-Length` says.
    ///
    /// In plain mode the verifier reads no body; the limit then holds where one is read for a handler that asks for a message.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.policy).limits.body = bytes;
        self
    }

    /// Refuses a body that is not complete within `timeout`, 5 seconds by default: in encrypted mode, and in plain mode where an
    /// adapter's ledger has it read. Without a ledger plain mode reads no body.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.policy).limits.body_timeout = timeout;
        self
    }

    /// Refuses a timestamp more than `max_age` away from now, in the past or in the future. Off by default, as
    /// the platform knows no such rule; **recommended**, since without it a captured URL is valid for ever.
    ///
    /// Five minutes suit clocks that are a little wrong. The platform's retries repeat the first timestamp, so
    /// stay above one minute.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        Arc::make_mut(&mut self.policy).limits.max_age = Some(max_age);
        self
    }

    /// Whether callbacks must be encrypted: whether it was built by [`encrypted`](Self::encrypted) or
    /// [`wecom`](Self::wecom).
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        !matches!(self.policy.mode, Mode::Plain)
    }

    /// Decides about a request from its method and its raw query (without the `?`; `""` if there is none).
    ///
    /// A `GET` with a valid signature and an `echostr` is a handshake; every other request with a valid signature
    /// is a callback. Reads no body, and allocates only to decode an `echostr` that carries escapes.
    ///
    /// # Errors
    ///
    /// The reason for which the request must be refused. Do not call the handler then; answer
    /// [`Answer::refusal`](crate::adapter::Answer::refusal).
    pub fn verify<'q>(&self, method: &str, query: &'q str) -> Result<Decision<'q>, Rejection> {
        self.decide(SystemTime::now, method, query)
    }

    /// The same as [`verify`](Self::verify), at the time `now` instead of the system's.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_at<'q>(
        &self,
        now: SystemTime,
        method: &str,
        query: &'q str,
    ) -> Result<Decision<'q>, Rejection> {
        self.decide(|| now, method, query)
    }

    /// WeChat's own side, with this verifier's secrets: for tests and tools.
    #[must_use]
    pub fn platform(&self) -> Platform<'_> {
        Platform::new(&self.policy)
    }

    /// The query of a plain message that this verifier accepts: short for [`Platform::query`].
    ///
    /// ```
    /// let verifier = echostr::Verifier::new("weixin")?;
    /// assert_eq!(
    ///     verifier.sign(1540176606, "1854606751"),
    ///     "signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba&timestamp=1540176606&nonce=1854606751"
    /// );
    /// # Ok::<(), echostr::ConfigError>(())
    /// ```
    #[must_use]
    pub fn sign(&self, timestamp: u64, nonce: &str) -> String {
        self.platform().query(timestamp, nonce)
    }

    /// The query of a handshake that this verifier answers with `echo`: short for [`Platform::handshake`].
    ///
    /// # Errors
    ///
    /// [`SealError`], for WeCom only, whose handshake is encrypted.
    pub fn sign_handshake(&self, timestamp: u64, nonce: &str, echo: &str) -> Result<String, SealError> {
        self.platform().handshake(timestamp, nonce, echo)
    }

    /// An encrypted message that this verifier accepts: short for [`Platform::message`], but refuses plain mode.
    ///
    /// # Errors
    ///
    /// [`SealError::PlainMode`] if the verifier has no key.
    pub fn sign_encrypted(
        &self,
        timestamp: u64,
        nonce: &str,
        document: &str,
    ) -> Result<PlatformRequest, SealError> {
        if !self.is_encrypted() {
            return Err(SealError::PlainMode);
        }
        self.platform().message(timestamp, nonce, document)
    }

    /// The clock is a function because reading it takes time, and most verifiers never look at it.
    fn decide<'q>(
        &self,
        now: impl FnOnce() -> SystemTime,
        method: &str,
        query: &'q str,
    ) -> Result<Decision<'q>, Rejection> {
        #[cfg(debug_assertions)]
        if self.policy.unverified {
            return Ok(unverified::decide(&self.policy, method, query));
        }
        let (policy, raw, mut query) = (&*self.policy, query, Query::default());
        if let Err(rejection) = query.read(raw, policy.mode.unsigned()) {
            return Err(self.explain(raw, &query, rejection));
        }
        // Where an error arises: a decision is large, and a result with one would be moved to look at its error.
        let explained = |rejection| self.explain(raw, &query, rejection);
        let is_handshake = query.is_handshake(method);
        let claim = Claim::read(&query, policy.mode.signature(is_handshake)).map_err(explained)?;
        match (&policy.mode, is_handshake) {
            (Mode::Plain, false) => {
                let signer = policy.signer_of(&claim, &claim.signature).map_err(explained)?;
                policy.check_age(&claim, now)?;
                if query.says_encrypted() {
                    policy.warn_of_encryption();
                }
                Ok(Decision::Callback(Callback::proved(claim, &signer)))
            }
            (Mode::Plain | Mode::Encrypted(_), true) => {
                policy.signer_of(&claim, &claim.signature).map_err(explained)?;
                policy.check_age(&claim, now)?;
                Ok(Decision::Handshake(query.echostr().map_err(explained)?))
            }
            (Mode::Encrypted(_), false) => {
                policy.check_age(&claim, now)?;
                // Sent too, though not relied on: whoever cannot sign even that is sent away before the body is read.
                if let Some(signature) = query.signature_if_any().map_err(explained)? {
                    policy.signer_of(&claim, &signature).map_err(explained)?;
                }
                Ok(Decision::Envelope(Envelope::new(claim, Arc::clone(&self.policy))))
            }
            (Mode::WeCom(_), false) => {
                policy.check_age(&claim, now)?;
                Ok(Decision::Envelope(Envelope::new(claim, Arc::clone(&self.policy))))
            }
            (Mode::WeCom(_), true) => {
                policy.check_age(&claim, now)?;
                open_handshake(policy, &claim, &query).map_err(explained)
            }
        }
    }

    /// The reason with the best cure for what is refused.
    #[cold]
    fn explain(&self, raw: &str, query: &Query<'_>, rejection: Rejection) -> Rejection {
        let no_msg_signature = Rejection::Query(QueryFault::Missing(Parameter::MsgSignature));
        let rejection = if rejection == no_msg_signature && !query.says_encrypted() {
            without_encryption(&self.policy, query).unwrap_or(rejection)
        } else {
            rejection
        };
        explain(raw, query.has_escape, rejection)
    }
}

/// What a message is that says nothing of encryption and has a `signature`. Where that holds it is a genuine one in plain mode:
/// the commonest mismatch between the console page and a server.
#[cold]
fn without_encryption(policy: &Policy, query: &Query<'_>) -> Option<Rejection> {
    match policy.mode {
        Mode::Encrypted(_) => {}
        Mode::Plain | Mode::WeCom(_) => return None,
    }
    let claim = Claim::read(query, Parameter::Signature).ok()?;
    Some(match policy.signer_of(&claim, &claim.signature) {
        Ok(_) => Rejection::Wiring(WiringFault::ConsoleInPlainMode),
        Err(rejection) => rejection,
    })
}

/// The handshake of WeCom, which is encrypted.
#[cold]
fn open_handshake<'q>(policy: &Policy, claim: &Claim, query: &Query<'_>) -> Result<Decision<'q>, Rejection> {
    // A proxy that decodes once too often leaves a space of a `+`, and base64 has no space.
    let encrypt = query.echostr()?.replace(' ', "+");
    let signer = policy.signer_of_encrypt(claim, &encrypt)?;
    let echo = policy.decrypt_signed(signer, &encrypt)?.message;
    // Or the handshake would decrypt captured messages and replies for whoever asks.
    if !is_echo(&echo) {
        return Err(Rejection::Envelope(EnvelopeFault::MessageAsEcho));
    }
    let echo = String::from_utf8(echo.into()).map_err(|_| Rejection::Envelope(EnvelopeFault::NotUtf8))?;
    Ok(Decision::Handshake(Cow::Owned(echo)))
}
