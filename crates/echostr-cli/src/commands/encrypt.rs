//! `echostr encrypt`: encrypts a document as the platform does, offline.

use serde_json::json;

use crate::{
    commands::{common::Common, input::Text},
    platform::{mode::Mode, requests},
    words::{
        exit::{Exit, Failure},
        lang::say,
    },
};

pub(crate) fn run(common: &Common, input: &Text) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    let mut common = common.clone();
    // Without a mode it is the key that asks for one.
    common.mode = common.mode.or_else(|| common.aes_key.is_none().then_some(Mode::Safe));
    // The plain copy of compatible mode is not what was asked for.
    common.mode = common.mode.map(|mode| if mode == Mode::Compat { Mode::Safe } else { mode });
    let account = common.account(lang)?;
    if !account.is_encrypted() {
        return Err(Failure::usage(say!(
            lang,
            "plain mode encrypts nothing: use --mode safe",
            "明文模式不加密：请使用 --mode safe"
        )));
    }
    let document = input.read(lang)?;
    let request = requests::callback(&account, &common.metadata(), document.as_bytes())?;
    let body = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let object = json!({ "query": request.query(), "body": body });
    if output.verbose > 0 {
        output.trace(&format!("POST ?{}", request.query()));
    }
    output.result(&object, body.trim_end());
    Ok(Exit::Fine)
}
