//! What a verifier was configured with: the secrets, and what is accepted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
// With vector instructions: the standard library is slow to validate a message in Chinese.
use simdutf8::basic::from_utf8;

use crate::{
    EncodingAesKey, Parameter, ReceiveId, Rejection, Signature,
    claim::{Claim, unix_time},
    config::Token,
    crypto::{SealError, cipher},
    rejection::{BodyFault, EnvelopeFault},
    signature::SignatureBase,
};

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// The current token first, then the previous ones.
    pub(crate) tokens: Vec<Token>,
    pub(crate) mode: Mode,
    /// What the operator calls the account, if anything.
    pub(crate) account: Option<Arc<str>>,
    pub(crate) limits: Limits,
    /// Shared by the clones of the verifier: one warning is enough.
    pub(crate) warned_of_encryption: Arc<AtomicBool>,
    #[cfg(debug_assertions)]
    pub(crate) unverified: bool,
}

/// What a genuine request must keep to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_age: Option<Duration>,
    pub(crate) body: usize,
    pub(crate) body_timeout: Duration,
}

/// Which signature must hold. Decided here and never by what a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// `signature`, always.
    Plain,
    /// Safe or compatible mode: `signature` for the handshake, `msg_signature` for everything else.
    Encrypted(Encryption),
    /// `msg_signature`, always.
    WeCom(Encryption),
}

#[derive(Clone, Debug)]
pub(crate) struct Encryption {
    /// The current key first, then the previous ones.
    pub(crate) aes_keys: Vec<EncodingAesKey>,
    pub(crate) receive_id: ReceiveId,
}

/// Whose token the signature of a request is made with. Only a comparison that held makes one, so it is the proof that a
/// [`Callback`](crate::Callback) asks for.
pub(crate) struct Signer<'p> {
    pub(crate) token: &'p Token,
    pub(crate) policy: &'p Policy,
}

/// A message that was verified and decrypted, and with which secrets.
pub(crate) struct Decrypted<'p> {
    pub(crate) signer: Signer<'p>,
    pub(crate) key: &'p EncodingAesKey,
    pub(crate) message: Bytes,
    pub(crate) receive_id: Arc<str>,
}

impl Mode {
    /// The one of the two signatures that need not be there.
    #[inline]
    pub(crate) const fn unsigned(&self) -> Parameter {
        match self {
            Self::Plain => Parameter::MsgSignature,
            Self::Encrypted(_) | Self::WeCom(_) => Parameter::Signature,
        }
    }

    /// The parameter with the signature that must hold. Configuration decides, never what the request carries.
    #[inline]
    pub(crate) const fn signature(&self, is_handshake: bool) -> Parameter {
        match (self, is_handshake) {
            (Self::Plain, _) | (Self::Encrypted(_), true) => Parameter::Signature,
            (Self::Encrypted(_), false) | (Self::WeCom(_), _) => Parameter::MsgSignature,
        }
    }
}

impl Policy {
    /// The console page is in safe or compatible mode, and this verifier in plain mode: the handler gets cipher text then.
    #[cold]
    pub(crate) fn warn_of_encryption(&self) {
        if !self.warned_of_encryption.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a genuine message says encrypt_type=aes, and this verifier is in plain mode, so the handler cannot read it: \
                 choose plain mode (明文模式) on the console page, or build the verifier with Verifier::encrypted"
            );
        }
    }

    pub(crate) const fn is_wecom(&self) -> bool {
        match self.mode {
            Mode::Plain | Mode::Encrypted(_) => false,
            Mode::WeCom(_) => true,
        }
    }

    /// Who made `signature` over the claim's timestamp and nonce.
    #[inline]
    pub(crate) fn signer_of(&self, claim: &Claim, signature: &Signature) -> Result<Signer<'_>, Rejection> {
        let (timestamp, nonce) = (claim.timestamp.as_bytes(), claim.nonce.as_bytes());
        self.signer(signature, |token| [token.as_bytes(), timestamp, nonce])
    }

    /// The token with which `parts` have the signature that is `claimed`. All are tried, each compared in constant time.
    #[inline]
    fn signer<'s: 'p, 'p, const PARTS: usize>(
        &'s self,
        claimed: &Signature,
        parts: impl Fn(&'s Token) -> [&'p [u8]; PARTS],
    ) -> Result<Signer<'s>, Rejection> {
        let mut found = None;
        // Two at a time: one hash waits for itself, and the processor works on the other meanwhile.
        for tokens in self.tokens.chunks(2) {
            let mut bases = [SignatureBase::BLANK; 2];
            for (base, token) in bases.iter_mut().zip(tokens) {
                base.join(parts(token));
            }
            for (base, token) in bases.iter().zip(tokens) {
                if *claimed == Signature::of(base) {
                    found = found.or(Some(Signer { token, policy: self }));
                }
            }
        }
        found.ok_or(Rejection::WrongSignature)
    }

    /// Who made the claim's signature over an `Encrypt`.
    pub(crate) fn signer_of_encrypt(&self, claim: &Claim, encrypt: &str) -> Result<Signer<'_>, Rejection> {
        let (timestamp, nonce) = (claim.timestamp.as_bytes(), claim.nonce.as_bytes());
        self.signer(&claim.signature, |token| [token.as_bytes(), timestamp, nonce, encrypt.as_bytes()])
    }

    /// Decrypts the text of an `Encrypt` that somebody is known to have signed: AES never runs on what a forger made.
    pub(crate) fn decrypt_signed<'p>(
        &'p self,
        signer: Signer<'p>,
        encrypt: &str,
    ) -> Result<Decrypted<'p>, Rejection> {
        let (key, message, receive_id) = self.encryption()?.decrypt(encrypt)?;
        Ok(Decrypted { signer, key, message, receive_id })
    }

    /// Decrypts the text of an `Encrypt` for the side that has signed it itself.
    pub(crate) fn decrypt(&self, encrypt: &str) -> Result<(Bytes, Arc<str>), Rejection> {
        let (_, message, receive_id) = self.encryption()?.decrypt(encrypt)?;
        Ok((message, receive_id))
    }

    const fn encryption(&self) -> Result<&Encryption, Rejection> {
        match &self.mode {
            Mode::Plain => Err(Rejection::Body(BodyFault::NoEncrypt)),
            Mode::Encrypted(encryption) | Mode::WeCom(encryption) => Ok(encryption),
        }
    }

    /// The clock is a function because reading it takes time, and most verifiers never look at it.
    pub(crate) fn check_age(&self, claim: &Claim, now: impl FnOnce() -> SystemTime) -> Result<(), Rejection> {
        match self.limits.max_age {
            Some(max_age) if !is_fresh(&claim.timestamp, now(), max_age) => Err(Rejection::Stale),
            _ => Ok(()),
        }
    }
}

/// A timestamp from 2^64 seconds on is never fresh.
fn is_fresh(timestamp: &str, now: SystemTime, max_age: Duration) -> bool {
    let Some(sent) = unix_time(timestamp) else { return false };
    let distance = match now.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(now) => Some(now.abs_diff(sent)),
        // A clock before 1970 is as far below it as the error says.
        Err(before) => sent.checked_add(before.duration()),
    };
    distance.is_some_and(|distance| distance <= max_age)
}

impl Encryption {
    /// Encrypts as the platform does: with the current key and the first receive id.
    pub(crate) fn encrypt(&self, text: &str) -> Result<String, SealError> {
        let key = self.aes_keys.first().ok_or(SealError::PlainMode)?;
        cipher::encrypt(key, text.as_bytes(), self.receive_id.first())
    }

    /// Decrypts with the first key that fits.
    fn decrypt(&self, base64: &str) -> Result<(&EncodingAesKey, Bytes, Arc<str>), Rejection> {
        let mut refused = None;
        for key in &self.aes_keys {
            // Decoded for each key, as decrypting in place destroys the text; a copy would take more memory.
            match self.decrypt_with(key, cipher::decode(base64)?) {
                Ok((message, receive_id)) => return Ok((key, message, receive_id)),
                // What the current key says is what the operator needs to know.
                Err(rejection) => refused = refused.or(Some(rejection)),
            }
        }
        Err(refused.unwrap_or(Rejection::Envelope(EnvelopeFault::Padding)))
    }

    fn decrypt_with(
        &self,
        key: &EncodingAesKey,
        mut buffer: Vec<u8>,
    ) -> Result<(Bytes, Arc<str>), Rejection> {
        let layout = cipher::decrypt(key, &mut buffer)?;
        let buffer = Bytes::from(buffer);
        let receive_id =
            buffer.get(layout.receive_id).ok_or(Rejection::Envelope(EnvelopeFault::LengthField))?;
        if !self.receive_id.accepts(receive_id) {
            return Err(Rejection::Envelope(EnvelopeFault::WrongReceiveId));
        }
        let receive_id = from_utf8(receive_id).map_err(|_| Rejection::Envelope(EnvelopeFault::NotUtf8))?;
        let message = buffer.get(layout.message).ok_or(Rejection::Envelope(EnvelopeFault::LengthField))?;
        from_utf8(message).map_err(|_| Rejection::Envelope(EnvelopeFault::NotUtf8))?;
        // A view of the same memory, not a copy.
        Ok((buffer.slice_ref(message), receive_id.into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn policy(tokens: &[String]) -> Policy {
        Policy {
            tokens: tokens.iter().map(|token| Token::new(token.as_str()).unwrap()).collect(),
            mode: Mode::Plain,
            account: None,
            limits: Limits { max_age: None, body: 0, body_timeout: Duration::ZERO },
            warned_of_encryption: Arc::default(),
            #[cfg(debug_assertions)]
            unverified: false,
        }
    }

    /// The plain twin: one token after the other, until one fits.
    fn naive<'t>(tokens: &'t [String], claimed: &Signature, timestamp: &str, nonce: &str) -> Option<&'t str> {
        let signs = |token: &&String| Signature::compute([token.as_str(), timestamp, nonce]) == *claimed;
        tokens.iter().find(signs).map(String::as_str)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Tokens may be alike, and of any length: one that fills more than a block stands beside one that does not.
        #[test]
        fn as_one_token_at_a_time(
            tokens in vec(prop_oneof!["[ab]{1,2}", "[a-z]{1,80}"], 1..7), who: prop::sample::Index, other in "[c-z]{1,60}",
        ) {
            let (timestamp, nonce) = ("1540176606", "1854606751");
            let policy = policy(&tokens);
            for signed_by in [&tokens[who.index(tokens.len())], &other] {
                let claimed = Signature::compute([signed_by.as_str(), timestamp, nonce]);
                let claim = Claim {
                    timestamp: timestamp.parse().unwrap(),
                    nonce: nonce.parse().unwrap(),
                    openid: Default::default(),
                    signature: claimed,
                };
                let found = policy.signer_of(&claim, &claimed).map(|signer| signer.token.as_str()).ok();
                prop_assert_eq!(found, naive(&tokens, &claimed, timestamp, nonce));
            }
        }
    }
}
