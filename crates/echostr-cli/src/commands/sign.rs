//! `echostr sign`: signs a request, offline.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::{
    commands::{common::Common, input::read},
    net::{request::Request, target::Target},
    platform::{documents, requests},
    words::exit::{Exit, Failure},
};

/// Where a curl line goes that names no URL.
const URL: &str = "http://127.0.0.1:3000/wx";

#[derive(Args, Debug)]
pub(crate) struct Sign {
    /// The URL of the callback; without it only the query is printed
    url: Option<String>,
    /// Prints a curl line
    #[arg(long)]
    curl: bool,
    /// Signs a handshake instead of a message
    #[arg(long)]
    handshake: bool,
    /// The echostr of the handshake [default: made from timestamp and nonce]
    #[arg(long, value_name = "TEXT")]
    echostr: Option<String>,
    /// The content of the text message
    #[arg(long, value_name = "TEXT", default_value = "hello", conflicts_with = "file")]
    text: String,
    /// The document to sign for; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["handshake", "echostr"])]
    file: Option<PathBuf>,
}

pub(crate) fn run(common: &Common, options: &Sign) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    let account = common.account(lang)?;
    let metadata = common.metadata();
    let target = options.url.as_deref().or(options.curl.then_some(URL));
    // Nothing is sent, so any machine will do.
    let target = target.map(|url| Target::new(url, true, lang)).transpose()?;
    let request = if options.handshake || options.echostr.is_some() {
        let echo = options.echostr.clone().unwrap_or_else(|| metadata.echostr());
        requests::handshake(&account, &metadata, &echo)?
    } else {
        let document = match &options.file {
            Some(file) => read(Some(file), lang)?,
            None => documents::text(&options.text, &metadata, account.mode, lang)?.into_bytes(),
        };
        requests::callback(&account, &metadata, &document)?
    };
    let url = target.as_ref().map_or_else(|| request.query(), |target| target.with(&request.query()));
    let body = request.body.as_deref().map(String::from_utf8_lossy);
    let object = json!({ "method": request.method(), "url": url, "query": request.query(), "body": &body });
    let text = if options.curl {
        curl(&url, &request)
    } else {
        // In plain mode the signature does not cover the body; in encrypted modes it holds for no other.
        let covered = body.filter(|_| account.is_encrypted());
        covered.map_or_else(|| url.clone(), |body| format!("{url}\n{}", body.trim_end()))
    };
    output.result(&object, &text);
    Ok(Exit::Fine)
}

/// A line for a POSIX shell.
fn curl(url: &str, request: &Request) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut line = "curl -i -A Mozilla/4.0 -H 'Pragma: no-cache'".to_owned();
    if let Some(body) = &request.body {
        line.push_str(&format!(" -H 'Content-Type: {}'", request.content_type));
        // Line breaks between the fields mean nothing, and a line should stay one.
        let body = String::from_utf8_lossy(body).replace(">\n<", "><");
        line.push_str(&format!(" --data-binary {}", quote(body.trim_end())));
    }
    line.push(' ');
    line.push_str(&quote(url));
    line
}
