//! Queries that two parsers read in two ways.

use crate::{
    net::{query::escape, request::Request},
    platform::{requests, sign::sign},
    suite::cases::{
        builder::{Builder, changed},
        case::Needs,
        genuine::OVERLONG,
        signatures::fourth,
    },
    words::{exit::Failure, lang::say},
};

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    tuple_of_a_handshake(builder)?;
    encoded_keys(builder)?;
    other_keys(builder)?;
    over_long(builder)?;
    not_utf8(builder)?;
    nonce_moved(builder)
}

fn tuple_of_a_handshake(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let (get, _) = builder.get()?;
    let post = builder.post()?;
    let tuple = ["signature", "msg_signature", "timestamp", "nonce"];
    let is_of_it = |(key, _): &&(String, String)| tuple.contains(&key.as_str());
    let parameters = get.parameters.iter().filter(is_of_it).cloned().collect();
    let what = say!(lang, "POST under the parameters of a handshake", "用验证请求的参数发送 POST");
    builder.refuse("post-with-get-triple", what, Needs::CapturedUrl, Request { parameters, ..post });
    builder.before(get);
    Ok(())
}

fn encoded_keys(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let signature = builder.signature_of_post();
    let needs = builder.beside_a_tuple();
    for (id, name, key, value) in [
        ("nonce", "nonce", "%6eonce".to_owned(), "1".to_owned()),
        ("signature", signature, signature.replace("signature", "sign%61ture"), "0".repeat(40)),
        ("timestamp", "timestamp", "times%74amp".to_owned(), "1".to_owned()),
    ] {
        let request = builder.post()?.and(&key, value);
        let what = say!(lang, "POST, a second {name} as {key}", "POST，第二个 {name} 写作 {key}");
        builder.refuse(&format!("post-encoded-key-{id}"), what, needs, request);
    }
    Ok(())
}

/// The genuine tuple with one name written in another way: who reads it in spite of that has read it right.
fn other_keys(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let needs = builder.beside_a_tuple();
    for (id, key) in
        [("array", "nonce[]"), ("twice-encoded", "%256eonce"), ("zero", "nonce%00"), ("case", "NONCE")]
    {
        let request = builder.post()?.rename("nonce", key);
        let what = say!(lang, "POST, {key} instead of nonce", "POST，用 {key} 代替 nonce");
        builder.refuse(&format!("post-key-{id}"), what, needs, request);
    }
    Ok(())
}

fn over_long(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let mut request = Builder::with_signatures(builder.post()?, changed);
    request.parameters.insert(0, ("own".to_owned(), "x".repeat(OVERLONG)));
    let what = say!(lang, "POST, forged behind a query of 9 KB", "POST，在 9 KB 长的查询之后伪造签名");
    builder.refuse("post-over-long", what, Needs::Nothing, request);

    let mut metadata = builder.metadata.next();
    metadata.nonce = "7".repeat(OVERLONG);
    let document = builder.document(&metadata)?;
    let request = requests::callback(builder.account, &metadata, document.as_bytes())?;
    let what = say!(lang, "POST, a signed nonce of 9 KB", "POST，9 KB 长的 nonce，已签名");
    builder.refuse("post-over-long-nonce", what, Needs::Token, request);
    Ok(())
}

fn not_utf8(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let request = builder.post()?;
    let nonce = [0xff, 0xfe, b'1'];
    let fourth = fourth(builder, &request);
    let (token, timestamp) = (builder.account.token.as_bytes(), request.get("timestamp").to_owned());
    let signature = sign([token, timestamp.as_bytes(), &nonce]);
    let msg_signature = sign([token, timestamp.as_bytes(), &nonce, fourth.as_bytes()]);
    let request = request.set("nonce", escape(nonce));
    let request = request.set("signature", signature).set("msg_signature", msg_signature);
    let what = say!(lang, "POST, a signed nonce that is not UTF-8", "POST，不是 UTF-8 的 nonce，已签名");
    builder.refuse("post-not-utf8", what, Needs::Token, request);
    Ok(())
}

/// There is no separator in what is signed.
fn nonce_moved(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let request = builder.post()?;
    let mut parts = [request.get("timestamp"), request.get("nonce")];
    parts.sort_unstable();
    let moved = parts.concat();
    let request = request.set("timestamp", moved).set("nonce", "");
    let what = say!(lang, "POST, the nonce moved into the timestamp", "POST，nonce 的数字全部移入 timestamp");
    let needs = builder.beside_a_tuple();
    builder.refuse("post-nonce-moved", what, needs, request);
    Ok(())
}
