//! What only the encrypted modes can get wrong.

use crate::{
    net::{query::escape, request::Request},
    platform::{metadata::Metadata, requests, seal},
    suite::cases::{
        builder::{Builder, in_the_middle},
        case::{Expected, Group, Needs},
        tokens::OTHER,
    },
    words::{exit::Failure, lang::say},
};

/// Whom no account's messages are meant for.
const OTHER_ID: &str = "wx0000echostr0000ff";

/// Who has sent what is not signed.
const OTHER_USER: &str = "oEchostrCliOther000000000002";

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    if !builder.account.is_encrypted() {
        return Ok(());
    }
    unencrypted(builder)?;
    plain_bodies(builder)?;
    without_encrypt(builder)?;
    two_encrypts(builder)?;
    changed(builder)?;
    foreign(builder)?;
    document_types(builder)?;
    shifted(builder)
}

/// What anybody can write who has no key: a plain message, with a signature of another token's or without any.
fn unencrypted(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let metadata = builder.metadata.next();
    let plain = builder.document(&metadata)?.into_bytes();
    let (timestamp, nonce) = (metadata.timestamp.to_string(), metadata.nonce.as_str());
    let other = builder.account.with_token(OTHER, lang)?;
    let parameters = [
        ("signature", other.signature(&timestamp, nonce)),
        ("timestamp", timestamp),
        ("nonce", escape(nonce)),
        ("openid", escape(&metadata.openid)),
    ];
    let parameters = parameters.map(|(key, value)| (key.to_owned(), value)).into();
    let signed = Request { parameters, body: Some(plain), content_type: requests::CONTENT_TYPE };
    let bare = Request { parameters: vec![], ..signed.clone() };
    let what = say!(
        lang,
        "POST in plain mode, signed with another token",
        "POST 按明文模式发送，用另一个 Token 签名"
    );
    builder.refuse("post-plain-other-token", what, Needs::Nothing, signed);
    let what = say!(lang, "POST in plain mode without parameters", "POST 按明文模式发送，不带任何参数");
    builder.refuse("post-plain-no-parameters", what, Needs::Nothing, bare);
    Ok(())
}

/// A plain message under what a captured URL gives.
fn plain_bodies(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let (lang, account) = (builder.lang, builder.account);
    let (request, plain) = builder.post_with_document()?;
    let what = say!(lang, "POST, plain body under a msg_signature", "POST，有 msg_signature 而消息体是明文");
    builder.refuse("post-plain-body", what, Needs::CapturedUrl, request.with_body(plain));

    // Everything that plain mode has, rightly signed. WeCom's URLs do not have that signature.
    let needs = if builder.is_wecom() { Needs::Token } else { Needs::CapturedUrl };
    let mut downgraded = || {
        let metadata = builder.metadata.next();
        let plain = builder.document(&metadata)?;
        let timestamp = metadata.timestamp.to_string();
        let signature = account.signature(&timestamp, &metadata.nonce);
        let pairs = [
            ("signature", signature),
            ("timestamp", timestamp),
            ("nonce", escape(&metadata.nonce)),
            ("openid", escape(&metadata.openid)),
        ];
        let parameters = pairs.map(|(key, value)| (key.to_owned(), value)).into();
        let body = Some(plain.into_bytes());
        Ok::<_, Failure>(Request { parameters, body, content_type: requests::CONTENT_TYPE })
    };
    let (first, second) = (downgraded()?, downgraded()?.and("encrypt_type", "raw"));
    let what = say!(lang, "POST in plain mode, rightly signed", "POST 按明文模式发送，签名正确");
    builder.refuse("post-downgrade", what, needs, first);
    let what = say!(lang, "POST in plain mode, encrypt_type=raw", "POST 按明文模式发送，encrypt_type=raw");
    builder.refuse("post-downgrade-raw", what, needs, second);
    Ok(())
}

/// `msg_signature` as if `Encrypt` were empty: then it is `signature`, which a captured URL has beside it.
fn without_encrypt(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let needs = if builder.is_wecom() { Needs::Token } else { Needs::CapturedUrl };
    for (name, what, end) in [
        (
            "post-encrypt-missing",
            say!(lang, "POST, no Encrypt, signed as if empty", "POST，没有 Encrypt，按空串签名"),
            "</xml>",
        ),
        (
            "post-encrypt-empty",
            say!(lang, "POST, empty Encrypt, signed", "POST，Encrypt 为空，已签名"),
            "<Encrypt></Encrypt>\n</xml>",
        ),
    ] {
        let metadata = builder.metadata.next();
        let plain = builder.document(&metadata)?;
        let body = format!("{}{end}", plain.strip_suffix("</xml>").unwrap_or(&plain));
        builder.refuse(name, what, needs, requests::encrypted(builder.account, &metadata, "", body));
    }
    Ok(())
}

/// The two texts are of two users, so that a reply shows which one was read.
fn two_encrypts(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let (lang, account) = (builder.lang, builder.account);
    for is_first_signed in [true, false] {
        let metadata = builder.metadata.next();
        let other = Metadata { openid: OTHER_USER.to_owned(), ..metadata.clone() };
        let (signed, unsigned) = (builder.encrypt(&metadata)?, builder.encrypt(&other)?);
        let (one, two) = if is_first_signed { (&signed, &unsigned) } else { (&unsigned, &signed) };
        let body = format!(
            "<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt><![CDATA[{one}]]></Encrypt><Encrypt><![CDATA[{two}]]></Encrypt></xml>"
        );
        let request = requests::encrypted(account, &metadata, &signed, body);
        let (name, what) = if is_first_signed {
            let what =
                say!(lang, "POST, two Encrypts, the first one signed", "POST，两个 Encrypt，签名属于第一个");
            ("post-two-encrypts-first", what)
        } else {
            let what =
                say!(lang, "POST, two Encrypts, the second one signed", "POST，两个 Encrypt，签名属于第二个");
            ("post-two-encrypts-second", what)
        };
        let expected = Expected::NotHandledFor(OTHER_USER.to_owned());
        builder.add(name, what, Group::Forged(Needs::Token), expected, request);
    }
    Ok(())
}

fn changed(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let (lang, account) = (builder.lang, builder.account);
    let metadata = builder.metadata.next();
    let plain = builder.document(&metadata)?;
    let encrypt = seal::encrypt(account, &plain)?;
    let body = requests::envelope(account, &plain, &in_the_middle(&encrypt));
    let what = say!(lang, "POST, one character of the cipher text changed", "POST，密文改动一个字符");
    let request = requests::encrypted(account, &metadata, &encrypt, body);
    builder.refuse("post-encrypt-changed", what, Needs::CapturedUrl, request);
    Ok(())
}

fn foreign(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let foreign = builder.account.with_receive_id(OTHER_ID, lang)?;
    let metadata = builder.metadata.next();
    let plain = builder.document(&metadata)?;
    let request = requests::callback(&foreign, &metadata, plain.as_bytes())?;
    let what = say!(lang, "POST for another AppID, rightly signed", "POST 发给另一个 AppID，签名正确");
    builder.refuse("post-foreign-receive-id", what, Needs::Token, request);
    if builder.is_wecom() {
        let metadata = builder.metadata.next();
        let text = metadata.echostr();
        let request = requests::handshake(&foreign, &metadata, &text)?;
        let what = say!(lang, "GET for another CorpID, rightly signed", "GET 发给另一个 CorpID，签名正确");
        let echo = builder.echo_of(&request, &text);
        builder.refuse_get("get-foreign-receive-id", what, Needs::Token, request, echo);
    }
    Ok(())
}

fn document_types(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let (lang, account) = (builder.lang, builder.account);
    let metadata = builder.metadata.next();
    let encrypt = builder.encrypt(&metadata)?;
    let body = format!(
        "<!DOCTYPE xml>\n<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    );
    let what = say!(lang, "POST with a DTD", "POST 带有 DTD");
    let request = requests::encrypted(account, &metadata, &encrypt, body);
    builder.refuse("post-dtd", what, Needs::Token, request);

    let metadata = builder.metadata.next();
    let encrypt = builder.encrypt(&metadata)?;
    let body = format!(
        "<!DOCTYPE xml [<!ENTITY e \"{encrypt}\">]>\n<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt>&e;</Encrypt></xml>"
    );
    let what = say!(lang, "POST, Encrypt as an entity of a DTD", "POST，Encrypt 由 DTD 的实体给出");
    let request = requests::encrypted(account, &metadata, &encrypt, body);
    builder.refuse("post-dtd-entity", what, Needs::Token, request);
    Ok(())
}

/// A request whose hash still holds after part of the cipher text moved. None where the token's place among the sorted parts
/// leaves none.
fn shifted(builder: &mut Builder<'_>) -> Result<(), Failure> {
    const TRIES: usize = 24;
    let (lang, account) = (builder.lang, builder.account);
    let metadata = builder.metadata.next();
    let timestamp = metadata.timestamp.to_string();
    for _ in 0..TRIES {
        let encrypt = builder.encrypt(&metadata)?;
        let Some((head, rest)) = encrypt.split_at_checked(64) else { continue };
        let genuine = account.msg_signature(&timestamp, &metadata.nonce, &encrypt);
        let (late, more) = (format!("{timestamp}{head}"), format!("{}{head}", metadata.nonce));
        let body = requests::envelope(account, "<xml></xml>", rest);
        let request =
            requests::encrypted(account, &metadata, rest, body).set("msg_signature", genuine.as_str());
        let request = if account.msg_signature(&timestamp, &more, rest) == genuine {
            request.set("nonce", escape(more))
        } else if account.msg_signature(&late, &metadata.nonce, rest) == genuine {
            request.set("timestamp", escape(late))
        } else {
            continue;
        };
        let what = say!(
            lang,
            "POST, 64 characters moved from Encrypt in front of it",
            "POST，Encrypt 的前 64 个字符移入前面的参数"
        );
        builder.refuse("post-encrypt-shifted", what, Needs::CapturedUrl, request);
        return Ok(());
    }
    Ok(())
}
