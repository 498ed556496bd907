//! Encrypts and decrypts as the platform does.

use echostr::{EncodingAesKey, Opened, ReceiveId, Rejection, Verified, Verifier};

use crate::{
    net::query::escape,
    platform::{
        account::{Account, config_error},
        candidates::candidates,
        refusal::Refusal,
        sign::sign,
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// The text of `Encrypt` for `document`, in any mode that has a key.
pub(crate) fn encrypt(account: &Account, document: &str) -> Result<String, Failure> {
    let sealed = account.verifier().sign_encrypted(0, "0", document);
    let sealed = sealed.map_err(|error| Failure::usage(error.to_string()))?;
    // The core gives it inside a document, which is XML unless this one is JSON.
    let found = candidates(sealed.body.as_bytes()).into_iter().next();
    found.ok_or_else(|| Failure::usage("the core sealed nothing"))
}

/// Opens the text of an `Encrypt` that is signed with `signature`, in a request or a reply.
pub(crate) fn open(
    account: &Account,
    encrypt: &str,
    timestamp: &str,
    nonce: &str,
    signature: &str,
) -> Result<Vec<u8>, Refusal> {
    let query = format!(
        "msg_signature={}&timestamp={}&nonce={}",
        escape(signature),
        escape(timestamp),
        escape(nonce)
    );
    Ok(open_with(account.verifier(), &query, encrypt)?.document.to_vec())
}

/// Opens what is sealed with the account's key, however it is signed.
pub(crate) fn open_whoever_signed(account: &Account, encrypt: &str) -> Result<Vec<u8>, Refusal> {
    let (timestamp, nonce) = ("0", "0");
    open(account, encrypt, timestamp, nonce, &account.msg_signature(timestamp, nonce, encrypt))
}

/// Opens the text of an `Encrypt` whoever signed it; `id` is whom it must be meant for, anybody without one. Gives the document
/// and the id behind it.
pub(crate) fn decrypt(
    key: &str,
    id: Option<&str>,
    encrypt: &str,
    lang: Lang,
) -> Result<(Vec<u8>, String), Failure> {
    // The signature is made here, so that the core opens what it did not verify: the caller asked for no more.
    let (token, timestamp, nonce) = ("decrypt", "0", "0");
    let receive_id = match id {
        None | Some("") => Ok(ReceiveId::any()),
        Some(id) => ReceiveId::new(id),
    };
    let verifier = EncodingAesKey::new(key)
        .and_then(|key| Verifier::wecom(token, key, receive_id?))
        .map_err(|error| Failure::usage(config_error(error, lang)))?;
    let signature = sign([token, timestamp, nonce, encrypt].map(str::as_bytes));
    let query = format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}");
    let opened = open_with(&verifier, &query, encrypt);
    let handshake = format!("{query}&echostr={}", escape(encrypt));
    if let (Err(_), Ok(Verified::Handshake(echo))) = (&opened, verifier.verify("GET", &handshake)) {
        // A handshake's id is checked, but not handed out.
        return Ok((echo.into_owned().into_bytes(), id.unwrap_or_default().to_owned()));
    }
    let opened = opened.map_err(|refusal| {
        let why = refusal.sentence(lang);
        Failure::wrong(say!(lang, "cannot be decrypted: {why}", "无法解密：{why}"))
    })?;
    let id = opened.callback.receive_id().unwrap_or_default().to_owned();
    Ok((opened.document.to_vec(), id))
}

fn open_with(verifier: &Verifier, query: &str, encrypt: &str) -> Result<Opened, Refusal> {
    // The core opens a text only where it belongs: XML in XML, JSON in JSON.
    let bodies = [
        format!("<xml><Encrypt>{encrypt}</Encrypt></xml>"),
        serde_json::json!({ "Encrypt": encrypt }).to_string(),
    ];
    let mut opened = Err(Rejection::NoEncrypt.into());
    for body in bodies {
        opened = opened.or_else(|_| open_body(verifier, query, body));
    }
    opened
}

fn open_body(verifier: &Verifier, query: &str, body: String) -> Result<Opened, Refusal> {
    match verifier.verify("POST", query)? {
        Verified::Envelope(mut envelope) => {
            envelope.push(body.into_bytes().into())?;
            Ok(envelope.open()?)
        }
        Verified::Handshake(_) | Verified::Callback(_) => Err(Rejection::NoEncrypt.into()),
    }
}
