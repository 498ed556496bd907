//! A script as echostr: whoever opens the link must not run it.

use crate::{
    net::query::{decoded, escape},
    platform::sign::sign,
    suite::cases::{
        builder::Builder,
        case::{Echo, Needs},
    },
    words::{exit::Failure, lang::say},
};

const SCRIPT: &str = "<script>alert(1)</script>";

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let echo = || Echo {
        texts: vec![SCRIPT.to_owned(), escape(SCRIPT)],
        script: Some(SCRIPT.to_owned()),
        ..Echo::default()
    };
    let request = builder.get()?.0.set("echostr", escape(SCRIPT));
    let request = Builder::with_signatures(request, |_| "0".repeat(40));
    let what = say!(lang, "a script as echostr, with a bad signature", "以脚本作 echostr，签名错误");
    builder.refuse_get("get-echostr-script", what, Needs::Nothing, request, echo());

    let mut request = builder.get()?.0.set("echostr", escape(SCRIPT));
    if builder.is_wecom() {
        let (timestamp, nonce) = (request.get("timestamp").to_owned(), decoded(request.get("nonce")));
        let parts = [builder.account.token.as_str(), &timestamp, &nonce, SCRIPT];
        request = request.set("msg_signature", sign(parts.map(str::as_bytes)));
    }
    let what = say!(lang, "a script as echostr, rightly signed", "以脚本作 echostr，签名正确");
    let echo = Echo { is_signed: true, ..echo() };
    builder.refuse_get("get-echostr-script-signed", what, Needs::Token, request, echo);
    Ok(())
}
