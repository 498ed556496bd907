//! Rows: what happened to a request on the way, and the reason that says so.

use conformance::{Format, Peer};
use data_encoding::BASE64;
use echostr::{
    Rejection,
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};

use crate::case::{Case, Expected, XML};

pub(crate) fn cases(peer: &Peer) -> Vec<Case> {
    [bodies(peer), documents(peer), queries(peer)].into_iter().flatten().collect()
}

fn bodies(peer: &Peer) -> Vec<Case> {
    let (query, body) = peer.request(XML, Format::Xml);
    let case = |name: &str, body: Vec<u8>, fault| {
        Case::post(name, (query.clone(), body), Expected::Refused(Rejection::Body(fault)))
    };
    let escaped = |byte: u8| format!("%{byte:02X}");
    let form: String = body.bytes().map(escaped).collect();
    let utf16: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = |text: &str| text.as_bytes().to_vec();
    let (before, encrypt) = body.split_once("<Encrypt><![CDATA[").expect("a text");
    let (encrypt, after) = encrypt.split_once("]]>").expect("its end");
    let with = |written: String| format!("{before}<Encrypt><![CDATA[{written}]]>{after}").into_bytes();
    let (one, two) = encrypt.split_at(64);
    vec![
        case("an empty body", vec![], BodyFault::Empty),
        case("white space alone", text(" \r\n"), BodyFault::Empty),
        case("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec(), BodyFault::Compressed),
        case("base64 as a whole", BASE64.encode(body.as_bytes()).into_bytes(), BodyFault::Base64),
        case("in quotes", serde_json::Value::from(&*body).to_string().into_bytes(), BodyFault::Quoted),
        case("like a form", form.clone().into_bytes(), BodyFault::FormEncoded),
        case("in a field of a form", format!("xml={form}").into_bytes(), BodyFault::FormEncoded),
        case("UTF-16", utf16.clone(), BodyFault::Utf16),
        case("UTF-16 with a mark", [b"\xff\xfe".to_vec(), utf16].concat(), BodyFault::Utf16),
        case("neither XML nor JSON", text("success"), BodyFault::NotADocument),
        case("no candidate", text(XML), BodyFault::NoEncrypt),
        case("no candidate in JSON", text("{\"Encrypt\":\"AAAA\"}"), BodyFault::NoEncrypt),
        case("broken into lines", with(format!("{one}\r\n{two}")), BodyFault::BrokenIntoLines),
        case("broken into lines by Java", with(format!("{one}&#13;\n{two}")), BodyFault::BrokenIntoLines),
        case(
            "escaped for a URL",
            with(encrypt.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")),
            BodyFault::EscapedAgain,
        ),
        case(
            "escaped for JSON in XML",
            with(encrypt.replace('/', "\\/").replace('+', "\\u002b")),
            BodyFault::EscapedAgain,
        ),
    ]
}

/// Signed, decrypted, and no message.
fn documents(peer: &Peer) -> Vec<Case> {
    if !peer.is_wecom {
        return vec![];
    }
    let case = |document: &str, fault| {
        let request = peer.request(document, Format::Json);
        Case::post(
            format!("{document:?} for a message"),
            request,
            Expected::Refused(Rejection::Envelope(fault)),
        )
    };
    vec![
        case("", EnvelopeFault::EmptyMessage),
        case("\u{feff}", EnvelopeFault::EmptyMessage),
        case("[{\"MsgType\":\"text\"}]", EnvelopeFault::ListAsMessage),
        case("some text", EnvelopeFault::NoDocument),
    ]
}

fn queries(peer: &Peer) -> Vec<Case> {
    let (query, body) = peer.request(XML, Format::Xml);
    let case = |name: &str, query: String, fault| {
        Case::post(name, (query, body.clone()), Expected::Refused(Rejection::Query(fault)))
    };
    let mut cases = vec![
        case("the query twice", format!("{query}&{query}"), QueryFault::Repeated),
        case("the query twice, with a ?", format!("{query}?{query}"), QueryFault::Repeated),
        case(
            "the query twice behind the user's own",
            format!("id=1&{query}?id=1&{query}"),
            QueryFault::Repeated,
        ),
        case("&amp;", query.replace('&', "&amp;"), QueryFault::HtmlEscaped),
        case("×tamp", query.replace("&timestamp", "%C3%97tamp"), QueryFault::HtmlEscaped),
        case("escaped as a whole", query.replace('&', "%26").replace('=', "%3D"), QueryFault::EscapedAgain),
    ];
    if peer.is_wecom {
        let handshake = peer.handshake("4375120948345356249");
        let twice = handshake.replace("%3D", "%253D");
        let expected = Expected::Refused(Rejection::Query(QueryFault::EscapedAgain));
        cases.push(Case::get("a handshake escaped once more", twice, expected));
    }
    cases
}
