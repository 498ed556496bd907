//! A recorded callback: one JSON object a line, without secrets.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    net::query::{decoded, pairs},
    words::secrets::REDACTED,
};

/// Headers and parameters that carry somebody's credentials.
const CREDENTIALS: [&str; 12] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "access_token",
    "token",
    "secret",
    "password",
    "key",
    "appsecret",
];

/// How many digits of a signature are shown: enough to find it again, useless to a forger.
const SHOWN_DIGITS: usize = 8;

/// Digits of a signature.
const DIGITS: usize = 40;

/// Stands for the rest of a signature.
const REST: char = '…';

pub(crate) fn is_signature(key: &str) -> bool {
    matches!(key, "signature" | "msg_signature")
}

pub(crate) fn is_wechat(key: &str) -> bool {
    is_signature(key) || matches!(key, "timestamp" | "nonce" | "echostr" | "openid" | "encrypt_type")
}

/// The value of a parameter or a header as it may be shown.
pub(crate) fn masked(name: &str, value: &str) -> String {
    if is_signature(name) && value.chars().count() > SHOWN_DIGITS {
        return value.chars().take(SHOWN_DIGITS).chain([REST]).collect();
    }
    if CREDENTIALS.contains(&name.to_ascii_lowercase().as_str()) {
        return REDACTED.to_owned();
    }
    shortened(value)
}

/// A proxy may repeat the URL in a header: every run of 40 hexadecimal digits is shortened.
fn shortened(value: &str) -> String {
    let pieces = value.split_inclusive(|c: char| !c.is_ascii_hexdigit()).map(|piece| {
        let run = piece.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        if run.len() < DIGITS {
            return piece.to_owned();
        }
        let shown: String = run.chars().take(SHOWN_DIGITS).chain([REST]).collect();
        piece.replace(run, &shown)
    });
    pieces.collect()
}

/// The query with its secrets masked, everything else byte for byte.
pub(crate) fn masked_query(query: &str) -> String {
    let pairs = pairs(query).map(|(key, value)| match value {
        None => key.to_owned(),
        Some(value) => format!("{key}={}", masked(&decoded(key), value)),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether this is what is left of a signature.
pub(crate) fn is_masked(value: &str) -> bool {
    value.ends_with(REST)
}

/// What is left of a masked signature.
pub(crate) fn shown_digits(value: &str) -> &str {
    value.trim_end_matches(REST)
}

/// The body, which need not be text.
pub(crate) fn put_body(object: &mut Map<String, Value>, body: &[u8]) {
    match str::from_utf8(body) {
        Ok(text) => object.insert("body".to_owned(), text.into()),
        Err(_) => object.insert("body_base64".to_owned(), BASE64_STANDARD.encode(body).into()),
    };
}

/// A line of the record.
pub(crate) struct Record {
    pub(crate) method: String,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Record {
    /// `Err` says what is wrong with the line.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let method = text("method").ok_or("`method` is missing")?.to_owned();
        if !matches!(method.as_str(), "GET" | "POST") {
            return Err(format!("the method {method}"));
        }
        let query = text("query").ok_or("`query` is missing")?.to_owned();
        let body = match (text("body"), text("body_base64")) {
            (Some(body), _) => body.as_bytes().to_vec(),
            (None, Some(body)) => BASE64_STANDARD.decode(body).map_err(|error| error.to_string())?,
            (None, None) => vec![],
        };
        Ok(Self { method, query, body })
    }
}

/// The parameters of a query as they are shown: decoded, in their order.
pub(crate) fn parameters(query: &str) -> Value {
    pairs(query)
        .map(|(key, value)| {
            let key = decoded(key);
            let value = masked(&key, &decoded(value.unwrap_or_default()));
            json!([key, value])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Record, masked, masked_query};

    #[test]
    fn secrets_are_masked() {
        let signature = "6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";
        assert_eq!(
            masked_query(&format!("id=1&signature={signature}&flag&token=abc&nonce=%41")),
            "id=1&signature=6a62fc79…&flag&token=[REDACTED]&nonce=%41"
        );
        assert_eq!(
            masked("X-Original-URI", &format!("/wx?signature={signature}&a")),
            "/wx?signature=6a62fc79…&a"
        );
        assert_eq!(masked("Cookie", "a=b"), "[REDACTED]");
    }

    #[test]
    fn broken_lines() {
        for line in ["", "{", "[]", "{}", r#"{"method":"PUT","query":""}"#, r#"{"method":"GET"}"#] {
            assert!(Record::parse(line).is_err(), "{line}");
        }
    }
}
