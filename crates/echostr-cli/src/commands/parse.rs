//! `echostr parse`: a document's family, kind and fields, offline, in one line of JSON.

use std::path::PathBuf;

use clap::Args;

use crate::{
    commands::{common::Common, input::read_at_most},
    platform::{
        candidates::candidates,
        parsed::{Parsed, Unreadable},
        seal,
    },
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
    },
};

/// Bytes of the longest document that the types read, in base64 and with an envelope around it. Of what is longer so many bytes are
/// read, which are too many for the types.
const LONGEST_BODY: u64 = 2 * 1024 * 1024;

#[derive(Args, Debug)]
pub(crate) struct Parse {
    /// The document, decrypted, or with the key an encrypted body; without it or with `-` standard input
    #[arg(value_name = "FILE")]
    document: Option<PathBuf>,
}

/// What was read, and what is to be said of it.
struct Outcome {
    parsed: Parsed,
    note: Option<String>,
}

/// Tells its failures itself: standard output has the one line of JSON or nothing, with `--json` too.
pub(crate) fn run(common: &Common, options: &Parse) -> Exit {
    let mut output = common.output();
    output.json = false;
    let lang = output.lang;
    let outcome = read_at_most(LONGEST_BODY, options.document.as_deref(), lang)
        .and_then(|body| parse(common, &body, lang))
        .and_then(|Outcome { parsed, note }| {
            let line = parsed.line().map_err(|error| Failure::wrong(error.to_string()))?;
            Ok((line, note))
        });
    match outcome {
        Ok((line, note)) => {
            if let Some(note) = note {
                output.warning(&note);
            }
            output.result(&serde_json::Value::Null, &line);
            Exit::Fine
        }
        Err(failure) => {
            output.failure(&failure);
            failure.exit
        }
    }
}

/// A document that has no `Encrypt` is what it says, whatever base64 a user typed into it. Of anything else the key decides: what it
/// opens is the document.
fn parse(common: &Common, body: &[u8], lang: Lang) -> Result<Outcome, Failure> {
    let plain = Parsed::read(body);
    let is_plain = plain.as_ref().is_ok_and(|parsed| !parsed.is_plain_copy());
    let sealed = if is_plain { vec![] } else { candidates(body) };
    let refused = |why: Unreadable| Failure::wrong(why.sentence(lang));
    let mut unopened = None;
    if let Some(key) = common.key() {
        for encrypt in &sealed {
            match seal::decrypt(&key, common.appid.as_deref(), encrypt, lang) {
                Ok((document, _)) => {
                    let note = say!(
                        lang,
                        "decrypted; no signature was checked: anybody with a captured body could have sent it",
                        "已解密，但没有检查签名：拿到过消息体的任何人都可能发送它"
                    );
                    return Ok(Outcome {
                        parsed: Parsed::read(&document).map_err(refused)?,
                        note: Some(note),
                    });
                }
                Err(failure) => drop(unopened.get_or_insert(failure)),
            }
        }
    }
    match plain {
        Ok(parsed) => {
            let note = unopened.map(|failure| {
                let why = failure.message;
                say!(
                    lang,
                    "the plain copy is shown; its Encrypt: {why}",
                    "显示的是明文部分；其中的 Encrypt：{why}"
                )
            });
            Ok(Outcome { parsed, note })
        }
        // The envelope of a message that is encrypted.
        Err(why) if why.is_no_message() && !sealed.is_empty() => Err(unopened.unwrap_or_else(|| {
            Failure::wrong(say!(
                lang,
                "the body is encrypted: give the EncodingAESKey with --aes-key or WECHAT_ENCODING_AES_KEY",
                "消息体是加密的：请用 --aes-key 或环境变量 WECHAT_ENCODING_AES_KEY 给出 EncodingAESKey"
            ))
        })),
        Err(why) => Err(refused(why)),
    }
}
