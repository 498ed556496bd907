//! What is genuine, but not of now or not the first of its kind.

use crate::{
    net::request::Request,
    platform::requests,
    suite::cases::{builder::Builder, case::Needs},
    words::{exit::Failure, lang::say},
};

/// Ten years.
const FAR: u64 = 315_360_000;

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let now = builder.metadata.timestamp;
    for (name, what, needs, timestamp) in [
        (
            "post-timestamp-past",
            say!(lang, "POST signed ten years ago", "十年前签名的 POST"),
            Needs::Replay,
            now.saturating_sub(FAR),
        ),
        (
            // Nobody can have captured it yet.
            "post-timestamp-future",
            say!(lang, "POST signed in ten years", "十年后签名的 POST"),
            Needs::Token,
            now.saturating_add(FAR),
        ),
    ] {
        let mut metadata = builder.metadata.next();
        metadata.timestamp = timestamp;
        let document = builder.document(&metadata)?;
        let request = requests::callback(builder.account, &metadata, document.as_bytes())?;
        builder.refuse(name, what, needs, request);
    }

    let metadata = builder.metadata.next();
    let (mut first, mut second) = (metadata.clone(), metadata);
    (first.timestamp, second.timestamp) = (now, now.saturating_add(1));
    // Another time of creation, and so another message.
    let document = builder.document(&second)?;
    second.timestamp = now;
    let second = requests::callback(builder.account, &second, document.as_bytes())?;
    let document = builder.document(&first)?;
    let first = requests::callback(builder.account, &first, document.as_bytes())?;
    let request = Request { parameters: first.parameters.clone(), ..second };
    let what = say!(lang, "POST again with another body", "POST 重放，换了消息体");
    builder.refuse("post-replay-other-body", what, Needs::CapturedUrl, request);
    builder.before(first);

    let first = builder.post()?;
    let (timestamp, nonce) = (first.get("timestamp").to_owned(), first.get("nonce").to_owned());
    let request = first.set("timestamp", nonce).set("nonce", timestamp);
    let what = say!(lang, "POST with timestamp and nonce swapped", "POST，timestamp 与 nonce 互换");
    let needs = builder.beside_a_tuple();
    builder.refuse("post-swapped", what, needs, request);
    Ok(())
}
