//! Encrypts and decrypts as the platform does.

use echostr::{EncodingAesKey, Parameter, ReceiveId, Rejection, Signature, Verifier, rejection::QueryFault};

use crate::{
    platform::{
        account::{Account, config_error},
        refusal::Refusal,
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// The text of `Encrypt` for `document`, in any mode that has a key.
pub(crate) fn encrypt(account: &Account, document: &str) -> Result<String, Failure> {
    account.verifier().platform().encrypt(document).map_err(|error| Failure::usage(error.to_string()))
}

/// Opens the text of an `Encrypt` that is signed with `signature`, in a request or a reply.
pub(crate) fn open(
    account: &Account,
    encrypt: &str,
    timestamp: &str,
    nonce: &str,
    signature: &str,
) -> Result<Vec<u8>, Refusal> {
    let malformed = Rejection::Query(QueryFault::Malformed(Parameter::MsgSignature));
    let claimed = Signature::parse(signature).map_err(|_| malformed)?;
    if claimed != Signature::compute([account.token.as_str(), timestamp, nonce, encrypt]) {
        return Err(Rejection::WrongSignature.into());
    }
    open_whoever_signed(account, encrypt)
}

/// Opens what is sealed with the account's key, however it is signed.
pub(crate) fn open_whoever_signed(account: &Account, encrypt: &str) -> Result<Vec<u8>, Refusal> {
    Ok(account.verifier().platform().decrypt(encrypt)?.text.to_vec())
}

/// Opens the text of an `Encrypt` whoever signed it; `id` is whom it must be meant for, anybody without one. Gives the document
/// and the id behind it.
pub(crate) fn decrypt(
    key: &str,
    id: Option<&str>,
    encrypt: &str,
    lang: Lang,
) -> Result<(Vec<u8>, String), Failure> {
    let receive_id = match id {
        None | Some("") => Ok(ReceiveId::any()),
        Some(id) => ReceiveId::new(id),
    };
    // A token is needed to make a verifier, and nothing here is signed with it.
    let verifier = EncodingAesKey::new(key)
        .and_then(|key| Verifier::encrypted("no signature is looked at", key, receive_id?))
        .map_err(|error| Failure::usage(config_error(error, lang)))?;
    let opened = verifier.platform().decrypt(encrypt).map_err(|rejection| {
        let why = Refusal::from(rejection).sentence(lang);
        Failure::wrong(say!(lang, "cannot be decrypted: {why}", "无法解密：{why}"))
    })?;
    Ok((opened.text.to_vec(), opened.receive_id.to_string()))
}
