//! `echostr decrypt`: opens a body or the text of an `Encrypt`, offline, whoever signed it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::{
    commands::{common::Common, input::Text},
    platform::{candidates::candidates, seal},
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
    },
};

pub(crate) fn run(common: &Common, input: &Text) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    let text = input.read(lang)?;
    let (document, id) = open(common, text.trim(), lang)?;
    let document = String::from_utf8_lossy(&document);
    if output.verbose > 0 {
        output.trace(&say!(lang, "receive id: {id}", "末尾的 ID:{id}"));
    }
    output.result(&json!({ "document": document, "receive_id": id }), &document);
    Ok(Exit::Fine)
}

/// Opens the first text that can be opened; says of the longest one why it cannot.
fn open(common: &Common, text: &str, lang: Lang) -> Result<(Vec<u8>, String), Failure> {
    let texts =
        if text.starts_with(['<', '{', '\u{feff}']) { candidates(text.as_bytes()) } else { bare(text) };
    let Some(key) = common.key() else {
        return Err(Failure::usage(say!(
            lang,
            "no key: give the EncodingAESKey with --aes-key or WECHAT_ENCODING_AES_KEY",
            "没有密钥：请用 --aes-key 或环境变量 WECHAT_ENCODING_AES_KEY 给出 EncodingAESKey"
        )));
    };
    let mut first = None;
    for encrypt in texts {
        match seal::decrypt(&key, common.appid.as_deref(), &encrypt, lang) {
            Ok(opened) => return Ok(opened),
            Err(failure) => drop(first.get_or_insert(failure)),
        }
    }
    Err(first.unwrap_or_else(|| {
        Failure::usage(say!(
            lang,
            "there is no Encrypt to decrypt: give a body in XML or JSON, or the base64 text itself",
            "找不到 Encrypt：请给出 XML 或 JSON 消息体，或 base64 文本本身"
        ))
    }))
}

/// The base64 text itself, escaped as in a query or not.
fn bare(text: &str) -> Vec<String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let is_base64 = !decoded.is_empty() && BASE64_STANDARD.decode(&decoded).is_ok();
    is_base64.then_some(decoded).into_iter().collect()
}
