use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, SystemTime},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Callback, ConfigError, Rejection, Signature, query::Query, token::Token};

/// Decides about every request: built once from the token, shared by all.
///
/// Cheap to clone: the clones share the secrets, which are wiped when the last one is dropped.
///
/// ```
/// use echostr::{Verified, Verifier};
///
/// let verifier = Verifier::new("weixin")?;
/// let query = "timestamp=1540176606&echostr=3892692869596528638&nonce=1854606751\
///              &signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";
///
/// match verifier.verify("GET", query) {
///     Ok(Verified::Handshake(echo)) => assert_eq!(echo, "3892692869596528638"),
///     Ok(Verified::Callback(_)) => unreachable!("a GET with `echostr` is a handshake"),
///     Err(rejection) => panic!("{rejection}"),
/// }
/// # Ok::<(), echostr::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    settings: Arc<Settings>,
}

#[derive(Clone, Debug)]
struct Settings {
    /// The current token first, then the previous ones.
    tokens: Vec<Token>,
    max_age: Option<Duration>,
    #[cfg(debug_assertions)]
    unverified: bool,
}

/// What a verified request is, and so what comes next.
#[derive(Clone, Debug)]
pub enum Verified<'q> {
    /// The console page asks for a proof that this server knows the token: answer exactly this text, as
    /// [`Answer::handshake`](crate::Answer::handshake) says. The handler has nothing to do with it.
    Handshake(Cow<'q, str>),
    /// A genuine callback: hand it on to the handler, together with the request.
    Callback(Callback),
}

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
        Ok(Self::with(Settings {
            tokens: vec![Token::new(token)?],
            max_age: None,
            #[cfg(debug_assertions)]
            unverified: false,
        }))
    }

    /// A verifier that verifies **nothing**: for a first personal demo, before there is a token.
    ///
    /// It answers any handshake and passes every request on, forged or not, with a [`Callback`] whose fields are
    /// whatever could be read: texts that are not there are empty, and so is a signature. It warns in the log when it is built and at each request, and it does not exist
    /// in release builds (precisely: where `debug_assertions` are off), so that none can be shipped.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn dangerous_unverified() -> Self {
        tracing::warn!(
            "dangerous_unverified: NOTHING is verified, anybody can forge messages. Never use it in public"
        );
        Self::with(Settings { tokens: vec![], max_age: None, unverified: true })
    }

    fn with(settings: Settings) -> Self {
        Self { settings: Arc::new(settings) }
    }

    /// Accepts `previous` too: for the time of a change of token, during which the platform may still sign with
    /// the old one. May be called any number of times.
    ///
    /// # Errors
    ///
    /// If the token is empty.
    pub fn or_token(mut self, previous: impl Into<String>) -> Result<Self, ConfigError> {
        let previous = Token::new(previous)?;
        Arc::make_mut(&mut self.settings).tokens.push(previous);
        Ok(self)
    }

    /// Refuses a timestamp more than `max_age` away from now, in the past or in the future. Off by default, as
    /// the platform knows no such rule; **recommended**, since without it a captured URL is valid for ever.
    ///
    /// Five minutes suit clocks that are a little wrong. The platform's retries repeat the first timestamp, so
    /// stay above one minute.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        Arc::make_mut(&mut self.settings).max_age = Some(max_age);
        self
    }

    /// Decides about a request from its method and its raw query (without the `?`; `""` if there is none).
    ///
    /// A `GET` with a valid signature and an `echostr` is a handshake; every other request with a valid signature
    /// is a callback. Reads no body, and allocates only to decode an `echostr` that carries escapes.
    ///
    /// # Errors
    ///
    /// The reason for which the request must be refused. Do not call the handler then; answer
    /// [`Answer::refusal`](crate::Answer::refusal).
    pub fn verify<'q>(&self, method: &str, query: &'q str) -> Result<Verified<'q>, Rejection> {
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
    ) -> Result<Verified<'q>, Rejection> {
        self.decide(|| now, method, query)
    }

    /// A query that this verifier accepts, signed with the current token: for tests and tools.
    ///
    /// `timestamp` is in seconds since 1970. The nonce is percent-encoded where it needs to be, and not checked:
    /// `verify` wants 1 to 32 bytes.
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
        let token = self.settings.tokens.first().map_or("", Token::as_str);
        let timestamp = timestamp.to_string();
        let signature = Signature::compute([token, &timestamp, nonce]);
        let nonce = utf8_percent_encode(nonce, NON_ALPHANUMERIC);
        format!("signature={signature:x}&timestamp={timestamp}&nonce={nonce}")
    }

    /// The clock is a function because reading it costs as much as parsing, and most verifiers never look at it.
    fn decide<'q>(
        &self,
        now: impl FnOnce() -> SystemTime,
        method: &str,
        query: &'q str,
    ) -> Result<Verified<'q>, Rejection> {
        #[cfg(debug_assertions)]
        if self.settings.unverified {
            return Ok(crate::unverified::decide(method, query));
        }
        let query = Query::parse(query)?;
        let claim = Callback::claimed(&query)?;
        let expected = self
            .settings
            .tokens
            .iter()
            .map(|token| Signature::compute([token.as_str(), claim.timestamp(), claim.nonce()]));
        if !claim.signature().matches_any(expected) {
            return Err(Rejection::WrongSignature);
        }
        if let Some(max_age) = self.settings.max_age
            && !is_fresh(&claim, now(), max_age)
        {
            return Err(Rejection::Stale);
        }
        if method == "GET"
            && let Some(echo) = query.echostr()?
        {
            return Ok(Verified::Handshake(echo));
        }
        Ok(Verified::Callback(claim))
    }
}

/// A timestamp beyond 2^64 seconds is never fresh.
fn is_fresh(claim: &Callback, now: SystemTime, max_age: Duration) -> bool {
    let Some(sent) = claim.since_epoch() else { return false };
    let distance = match now.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(now) => Some(now.abs_diff(sent)),
        // A clock before 1970 is as far below it as the error says.
        Err(before) => sent.checked_add(before.duration()),
    };
    distance.is_some_and(|distance| distance <= max_age)
}
