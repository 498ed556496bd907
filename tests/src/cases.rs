//! The table: every row of what the middleware promises, as a request and its result.

use std::time::{SystemTime, UNIX_EPOCH};

use echostr::{Parameter, Rejection, Signature, rejection::QueryFault};

/// The token of every server under test: the one of the handshake published in 2018.
pub const TOKEN: &str = "weixin";

/// That handshake.
const PUBLISHED: &str = "timestamp=1540176606&echostr=3892692869596528638&nonce=1854606751\
                         &signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";

/// The same without `echostr`.
const SIGNED: &str =
    "signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba&timestamp=1540176606&nonce=1854606751";

const SIGNATURE: &str = "signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";

/// A request and what must come of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the case is about.
    pub name: &'static str,
    /// The method.
    pub method: &'static str,
    /// The raw query.
    pub query: String,
    /// What must come of it.
    pub expected: Expected,
}

/// What must come of a request.
#[derive(Clone, Debug)]
pub enum Expected {
    /// The handshake is answered with this text; the handler does not run.
    Handshake(&'static str),
    /// The handler runs, once.
    Callback,
    /// Refused for this reason; the handler does not run.
    Refused(Rejection),
}

/// The cases that hold for every verifier of [`TOKEN`] without `max_age`.
#[must_use]
pub fn always() -> Vec<Case> {
    use Expected::{Callback, Handshake};
    use Parameter::{Echostr, EncryptType, MsgSignature, Nonce, Openid, Timestamp};

    let case = |name, method, query: &str, expected| Case { name, method, query: query.to_owned(), expected };
    let refused = |name, query: &str, why| case(name, "POST", query, Expected::Refused(why));
    let malformed =
        |name, query: &str, which| refused(name, query, Rejection::Query(QueryFault::Malformed(which)));
    let replaced = |from, to| SIGNED.replace(from, to);
    let and = |more: &str| format!("{SIGNED}&{more}");

    let mut cases = vec![
        // What passes
        case("the published handshake", "GET", PUBLISHED, Handshake("3892692869596528638")),
        case(
            "the handshake in the platform's order",
            "GET",
            &format!("{SIGNATURE}&echostr=3892692869596528638&timestamp=1540176606&nonce=1854606751"),
            Handshake("3892692869596528638"),
        ),
        case(
            "an echostr with escapes and a plus",
            "GET",
            &and("echostr=a%2Bb+c%3D%3c%E4%BD%A0"),
            Handshake("a+b+c=<你"),
        ),
        case(
            "parameters of the user's own",
            "GET",
            &format!("id=743&{PUBLISHED}&x=%20"),
            Handshake("3892692869596528638"),
        ),
        case("a message", "POST", SIGNED, Callback),
        case("a message with openid", "POST", &and("openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M"), Callback),
        case(
            "a message in safe mode's URL",
            "POST",
            &and(&format!("encrypt_type=aes&msg_{SIGNATURE}")),
            Callback,
        ),
        case("a message with an echostr", "POST", PUBLISHED, Callback),
        case("a GET without echostr", "GET", SIGNED, Callback),
        case("a PUT with an echostr", "PUT", PUBLISHED, Callback),
        case("a DELETE", "DELETE", SIGNED, Callback),
        case(
            "an upper-case signature",
            "POST",
            &replaced("6a62fc79ddf83b3ff96e5cbd068b983f88f192ba", "6A62FC79DDF83B3FF96E5CBD068B983F88F192BA"),
            Callback,
        ),
        case("an empty openid", "POST", &and("openid="), Callback),
        case("an empty encrypt_type", "POST", &and("encrypt_type="), Callback),
        case("an empty msg_signature", "POST", &and("msg_signature"), Callback),
        case("all three empty", "POST", &format!("openid=&encrypt_type&{SIGNED}&msg_signature="), Callback),
        case("an escaped key and value", "POST", &replaced("nonce=18", "%6eonce=%318"), Callback),
        // What does not
        case("a scanner", "GET", "", Expected::Refused(Rejection::Query(QueryFault::NoParameters))),
        refused("no query", "", Rejection::Query(QueryFault::NoParameters)),
        refused("a query of others", "id=743&x=1", Rejection::Query(QueryFault::NoParameters)),
        refused(
            "signature missing",
            "timestamp=1540176606&nonce=1854606751",
            Rejection::Query(QueryFault::Missing(Parameter::Signature)),
        ),
        refused(
            "timestamp missing",
            &replaced("&timestamp=1540176606", ""),
            Rejection::Query(QueryFault::Missing(Timestamp)),
        ),
        refused(
            "nonce missing",
            &replaced("&nonce=1854606751", ""),
            Rejection::Query(QueryFault::Missing(Nonce)),
        ),
        refused(
            "a key in upper case",
            &replaced("nonce", "Nonce"),
            Rejection::Query(QueryFault::Missing(Nonce)),
        ),
        refused(
            "signature empty",
            &replaced(SIGNATURE, "signature="),
            Rejection::Query(QueryFault::Empty(Parameter::Signature)),
        ),
        refused(
            "timestamp empty",
            &replaced("1540176606", ""),
            Rejection::Query(QueryFault::Empty(Timestamp)),
        ),
        refused(
            "nonce empty, moved into timestamp",
            &replaced("1540176606&nonce=1854606751", "15401766061854606751&nonce="),
            Rejection::Query(QueryFault::Empty(Nonce)),
        ),
        refused(
            "nonce without a value",
            &replaced("nonce=1854606751", "nonce"),
            Rejection::Query(QueryFault::Empty(Nonce)),
        ),
        refused("echostr empty", &and("echostr="), Rejection::Query(QueryFault::Empty(Echostr))),
        refused(
            "signature twice",
            &and(SIGNATURE),
            Rejection::Query(QueryFault::Duplicate(Parameter::Signature)),
        ),
        refused(
            "timestamp twice",
            &and("timestamp=1540176606"),
            Rejection::Query(QueryFault::Duplicate(Timestamp)),
        ),
        refused("nonce twice", &and("nonce=1"), Rejection::Query(QueryFault::Duplicate(Nonce))),
        refused(
            "nonce twice, once escaped",
            &and("%6e%6Fnce=1"),
            Rejection::Query(QueryFault::Duplicate(Nonce)),
        ),
        refused(
            "echostr twice",
            &format!("{PUBLISHED}&echostr=1"),
            Rejection::Query(QueryFault::Duplicate(Echostr)),
        ),
        refused("the query twice", &and(SIGNED), Rejection::Query(QueryFault::Repeated)),
        refused(
            "the query twice, with a ?",
            &format!("{SIGNED}?{SIGNED}"),
            Rejection::Query(QueryFault::Repeated),
        ),
        refused("&amp;", &replaced("&", "&amp;"), Rejection::Query(QueryFault::HtmlEscaped)),
        refused("×tamp", &replaced("&timestamp", "%C3%97tamp"), Rejection::Query(QueryFault::HtmlEscaped)),
        refused(
            "escaped as a whole",
            &replaced("=", "%3D").replace('&', "%26"),
            Rejection::Query(QueryFault::EscapedAgain),
        ),
        refused(
            "escaped once more",
            &replaced("1854606751", "%2531854606751"),
            Rejection::Query(QueryFault::EscapedAgain),
        ),
        refused(
            "openid twice, both empty",
            &and("openid=&openid="),
            Rejection::Query(QueryFault::Duplicate(Openid)),
        ),
        refused("openid twice", &and("openid=a&openid=b"), Rejection::Query(QueryFault::Duplicate(Openid))),
        refused(
            "encrypt_type twice",
            &and("encrypt_type=raw&encrypt_type=aes"),
            Rejection::Query(QueryFault::Duplicate(EncryptType)),
        ),
        refused(
            "msg_signature twice",
            &and("msg_signature=a&msg_signature=b"),
            Rejection::Query(QueryFault::Duplicate(MsgSignature)),
        ),
        malformed("a letter in the timestamp", &replaced("1540176606", "154017660x"), Timestamp),
        malformed("a sign before the timestamp", &replaced("1540176606", "%2B1540176606"), Timestamp),
        malformed("a space before the timestamp", &replaced("1540176606", "%201540176606"), Timestamp),
        malformed("a timestamp of 21 digits", &replaced("1540176606", "000000000001540176606"), Timestamp),
        malformed("a nonce of 33 bytes", &replaced("1854606751", &"1".repeat(33)), Nonce),
        malformed("a nonce that is not UTF-8", &replaced("1854606751", "%ff"), Nonce),
        malformed("a signature of 39 digits", &replaced("192ba", "192b"), Parameter::Signature),
        malformed("a signature of 41 digits", &replaced("192ba", "192baa"), Parameter::Signature),
        malformed("a signature with another letter", &replaced("192ba", "192bg"), Parameter::Signature),
        malformed("an openid of 65 bytes", &and(&format!("openid={}", "o".repeat(65))), Openid),
        refused(
            "a bare percent sign",
            &replaced("1854606751", "1854606751%"),
            Rejection::Query(QueryFault::BadEscape),
        ),
        refused(
            "an escape that is none",
            &replaced("1854606751", "%zz"),
            Rejection::Query(QueryFault::BadEscape),
        ),
        refused("a broken escape elsewhere", &and("discount=50%"), Rejection::Query(QueryFault::BadEscape)),
        refused("a query over 8 KiB", &and(&"x".repeat(8 * 1024)), Rejection::Query(QueryFault::TooLong)),
        refused("one digit of the signature", &replaced("192ba", "192bb"), Rejection::WrongSignature),
        refused(
            "one digit of the timestamp",
            &replaced("1540176606", "1540176607"),
            Rejection::WrongSignature,
        ),
        refused("one digit of the nonce", &replaced("1854606751", "1854606752"), Rejection::WrongSignature),
        refused("another token", &signed("another", "1540176606", "1854606751"), Rejection::WrongSignature),
        refused("no token at all", &signed("", "1540176606", "1854606751"), Rejection::WrongSignature),
    ];
    for (name, method) in [
        ("a forged handshake", "GET"),
        ("a forged PUT", "PUT"),
        ("a forged OPTIONS", "OPTIONS"),
        ("a forged HEAD", "HEAD"),
    ] {
        let query = PUBLISHED.replace("192ba", "192bb");
        cases.push(case(name, method, &query, Expected::Refused(Rejection::WrongSignature)));
    }
    cases
}

/// The cases of a verifier whose `max_age` is five minutes.
///
/// # Panics
///
/// If the machine's clock stands before 1970.
#[must_use]
pub fn with_max_age() -> Vec<Case> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
    let at = |name, timestamp: u64, expected| Case {
        name,
        method: "POST",
        query: signed(TOKEN, &timestamp.to_string(), "1854606751"),
        expected,
    };
    let stale = Expected::Refused(Rejection::Stale);
    vec![
        at("now", now, Expected::Callback),
        at("two minutes ago", now.saturating_sub(120), Expected::Callback),
        at("in two minutes", now.saturating_add(120), Expected::Callback),
        at("ten minutes ago", now.saturating_sub(600), stale.clone()),
        at("in ten minutes", now.saturating_add(600), stale.clone()),
        at("1970", 0, stale.clone()),
        at("the end of time", u64::MAX, stale.clone()),
        Case {
            name: "timestamp and nonce swapped",
            method: "POST",
            query: signed(TOKEN, "1854606751", &now.to_string()),
            expected: stale,
        },
    ]
}

fn signed(token: &str, timestamp: &str, nonce: &str) -> String {
    let signature = Signature::compute([token, timestamp, nonce]);
    format!("signature={signature:x}&timestamp={timestamp}&nonce={nonce}")
}
