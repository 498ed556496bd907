//! Requests and responses as a whole, for `-v`.

use crate::{
    net::{reply::Reply, request::Request},
    words::text::{millis, one_line, printable},
};

pub(super) fn request(url: &str, request: &Request, headers: &[(&str, String)]) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let mut text = format!("> {} /{path} HTTP/1.1", request.method());
    for (name, value) in headers {
        text.push_str(&format!("\n> {name}: {value}"));
    }
    if let Some(body) = &request.body {
        text.push_str("\n>");
        push_body(&mut text, body);
    }
    text
}

pub(super) fn reply(reply: &Reply) -> String {
    let mut text = format!("< {} ({:.1} ms)", reply.status, millis(reply.elapsed));
    for (name, value) in &reply.headers {
        text.push_str(&format!("\n< {name}: {}", one_line(value)));
    }
    text.push_str("\n<");
    push_body(&mut text, &reply.body);
    if let Some(cut) = reply.cut {
        text.push_str(&format!("\n* {cut:?}"));
    }
    text
}

fn push_body(text: &mut String, body: &[u8]) {
    if !body.is_empty() {
        text.push('\n');
        text.push_str(printable(&String::from_utf8_lossy(body)).trim_end_matches('\n'));
    }
}
