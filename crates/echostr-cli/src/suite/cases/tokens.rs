//! Signed with another token: one that nobody has, and those of tutorials.

use crate::{
    platform::requests,
    suite::cases::{
        builder::Builder,
        case::{Needs, Part},
    },
    words::{exit::Failure, lang::say},
};

/// Signs what must be refused.
pub(super) const OTHER: &str = "echostrOtherToken";

/// Tokens of tutorials, sample code and official examples: the first ones a forger tries.
pub(crate) const TUTORIALS: [&str; 13] = [
    "wechat",
    "weixin",
    "token",
    "test",
    "123456",
    "mytoken",
    "your_token",
    "tokenhere",
    "weixin4j",
    "pamtest",
    "spamtest",
    "QDG6eK",
    "AAAAA",
];

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let own = builder.account.token.clone();
    let other = builder.account.with_token(if own == OTHER { "echostrThirdToken" } else { OTHER }, lang)?;

    let metadata = builder.metadata.next();
    let echo = metadata.echostr();
    let request = requests::handshake(&other, &metadata, &echo)?;
    let what = say!(lang, "GET signed with another token", "GET 用另一个 Token 签名");
    let echo = builder.echo_of(&request, &echo);
    builder.refuse_get("get-other-token", what, Needs::Nothing, request, echo);
    builder.is(Part::OtherTokenGet);

    let metadata = builder.metadata.next();
    let document = builder.document(&metadata)?;
    let request = requests::callback(&other, &metadata, document.as_bytes())?;
    let what = say!(lang, "POST signed with another token", "POST 用另一个 Token 签名");
    builder.refuse("post-other-token", what, Needs::Nothing, request);
    builder.is(Part::OtherToken);

    // Whoever knows that it works may have chosen it for a test, so this is shown and no more.
    for token in TUTORIALS.into_iter().filter(|token| *token != own) {
        let account = builder.account.with_token(token, lang)?;
        let metadata = builder.metadata.next();
        let echo = metadata.echostr();
        let request = requests::handshake(&account, &metadata, &echo)?;
        let what = say!(
            lang,
            "GET signed with “{token}”, a token of tutorials",
            "GET 用教程里的 Token“{token}”签名"
        );
        let mut echo = builder.echo_of(&request, &echo);
        echo.is_of_a_tutorial = true;
        builder.refuse_get(&format!("get-tutorial-token-{token}"), what, Needs::Token, request, echo);
    }
    Ok(())
}
