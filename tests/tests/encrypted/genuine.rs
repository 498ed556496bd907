//! Rows: genuine messages that look odd, and their neighbours that are not genuine.

use conformance::{Format, Peer};
use echostr::{
    Rejection, Verifier,
    rejection::{QueryFault, WiringFault},
};

use crate::case::{Case, Expected, JSON, XML};

/// What users type, as it stands in the plain copy of compatible mode.
const TYPED: [&str; 11] = [
    "]]></Content>",
    "<status><id><![CDATA[1]]></id></status>",
    "]]> & b",
    "if a[b[0]]>1 && c<2",
    "]]><!DOCTYPE html>",
    "]]></Content><Encrypt>x</Encrypt><Content><![CDATA[",
    "\",\"Encrypt\":\"x\"}{",
    "\\u0041\\n\\",
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
     BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB= CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC= DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD=",
    "============================================================",
];

pub(crate) fn cases(peer: &Peer) -> Vec<Case> {
    [typed(peer), written(peer), queries(peer)].into_iter().flatten().collect()
}

fn typed(peer: &Peer) -> Vec<Case> {
    let mut cases = vec![];
    for typed in TYPED {
        let xml =
            format!("<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{typed}]]></Content></xml>");
        let json = format!("{{\"MsgType\":\"text\",\"Content\":{}}}", serde_json::Value::from(typed));
        for (document, format) in [(xml, Format::Xml), (json, Format::Json)] {
            for is_copy_first in [true, false] {
                let request = peer.compatible(&document, is_copy_first);
                let name = format!("compatible mode, {typed} in {format:?}, in front: {is_copy_first}");
                cases.push(Case::post(name, request, Expected::Sealed(document.clone(), format)));
            }
            // The control: the same body under the signature of another message.
            let (_, body) = peer.compatible(&document, true);
            let (query, _) = peer.request("<xml>another</xml>", Format::Xml);
            let name = format!("{typed} in {format:?}, and another text is signed");
            cases.push(Case::post(name, (query, body), Expected::Refused(Rejection::WrongSignature)));
        }
    }
    cases
}

/// The forms in which an envelope is written.
fn written(peer: &Peer) -> Vec<Case> {
    let (query, body) = peer.request(JSON, Format::Json);
    let (before, encrypt) = body.split_once("ncrypt\":\"").expect("a text");
    let (encrypt, after) = encrypt.split_once('"').expect("its end");
    let json = |written: String| format!("{before}ncrypt\":\"{written}\"{after}");
    let unicode = encrypt.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
    let case = |name: &str, body: String| {
        Case::post(name, (query.clone(), body), Expected::Sealed(JSON.to_owned(), Format::Json))
    };
    let mut cases = vec![
        case("JSON of Gson", json(encrypt.replace('=', "\\u003d").replace('+', "\\u002b"))),
        case(
            "JSON of .NET",
            json(encrypt.replace('+', "\\u002B").replace('/', "\\u002F").replace('=', "\\u003D")),
        ),
        case("JSON of PHP", json(encrypt.replace('/', "\\/"))),
        case("every character escaped in JSON", json(unicode)),
        case("line breaks round the text in JSON", json(format!("\\r\\n{encrypt}\\n"))),
        case("a mark", format!("\u{feff}{body}")),
        case("white space and a mark", format!(" \r\n\u{feff}{body}")),
        case("a mark and white space", format!("\u{feff}\n\t{body}\n")),
    ];
    for document in [format!("\u{feff}{JSON}"), format!("\n{JSON}"), format!("\u{feff} {JSON}")] {
        for envelope in [Format::Xml, Format::Json] {
            let name = format!("{document:?} in an envelope of {envelope:?}");
            cases.push(Case::post(
                name,
                peer.request(&document, envelope),
                Expected::Sealed(document.clone(), Format::Json),
            ));
        }
    }
    let document = format!("\u{feff}{XML}");
    cases.push(Case::post(
        "a mark in the document of XML",
        peer.request(&document, Format::Json),
        Expected::Sealed(document, Format::Xml),
    ));
    if !peer.is_wecom {
        for format in [Format::Xml, Format::Json] {
            let name = format!("text in an envelope of {format:?}");
            cases.push(Case::post(
                name,
                peer.request("some text", format),
                Expected::Sealed("some text".to_owned(), format),
            ));
        }
    }
    cases
}

fn queries(peer: &Peer) -> Vec<Case> {
    let (query, body) = peer.request(XML, Format::Xml);
    let case = |name: &str, query: String, expected| Case::post(name, (query, body.clone()), expected);
    let opened = || Expected::Sealed(XML.to_owned(), Format::Xml);
    let refused = |fault| Expected::Refused(Rejection::Query(fault));
    let plain = Verifier::new(peer.token.as_str()).expect("a token").sign(1_540_176_606, "1854606751");
    use echostr::Parameter::{Echostr, EncryptType, MsgSignature, Openid, Signature};

    let mut cases = vec![
        case("an empty echostr", format!("{query}&echostr="), refused(QueryFault::Empty(Echostr))),
        case(
            "an empty openid twice",
            format!("{}&openid=&openid=", query.replace("&openid=", "&own=")),
            refused(QueryFault::Duplicate(Openid)),
        ),
    ];
    if peer.is_wecom {
        // The first echo whose text has a `+`.
        let with_plus = |echo: u64| (peer.handshake(&echo.to_string()), echo);
        let (handshake, echo) =
            (1_000_000_000..).map(with_plus).find(|(query, _)| query.contains("%2B")).expect("one of many");
        let echoed = || Expected::Handshake(echo.to_string());
        cases.extend([
            Case::get("an echostr with %2B", handshake.clone(), echoed()),
            Case::get("an echostr with +", handshake.replace("%2B", "+"), echoed()),
            Case::get("an echostr with %20 for +", handshake.replace("%2B", "%20"), echoed()),
            Case::get(
                "an echostr with - for +",
                handshake.replace("%2B", "-"),
                Expected::Refused(Rejection::WrongSignature),
            ),
            case("three empty ones", format!("signature=&{query}&openid=&encrypt_type="), opened()),
            case("a plain message", plain, refused(QueryFault::Missing(MsgSignature))),
        ]);
        return cases;
    }
    let (_, rest) = query.split_once('&').expect("a signature in front");
    let (openid, _) =
        query.split_once("&openid=").map(|(_, rest)| rest.split_once('&').expect("more")).expect("an openid");
    let console = || Expected::Refused(Rejection::Wiring(WiringFault::ConsoleInPlainMode));
    cases.extend([
        case("an empty signature", format!("signature=&{rest}"), opened()),
        case("an empty openid", query.replace(openid, ""), opened()),
        case("an empty encrypt_type", query.replace("encrypt_type=aes", "encrypt_type="), opened()),
        case(
            "a signature twice, once empty",
            format!("{query}&signature="),
            refused(QueryFault::Duplicate(Signature)),
        ),
        case(
            "an encrypt_type twice, once empty",
            format!("encrypt_type&{query}"),
            refused(QueryFault::Duplicate(EncryptType)),
        ),
        case(
            "an empty msg_signature",
            format!("{plain}&msg_signature="),
            refused(QueryFault::Empty(MsgSignature)),
        ),
        case(
            "a wrong signature beside a right msg_signature",
            format!("signature={}&{rest}", "0".repeat(40)),
            Expected::Refused(Rejection::WrongSignature),
        ),
        case("a plain message, and the console page in plain mode", plain.clone(), console()),
        case(
            "the same with an openid and encrypt_type=raw",
            format!("{plain}&openid=o1&encrypt_type=raw"),
            console(),
        ),
        case(
            "the same, forged",
            plain.replace("1854606751", "1"),
            Expected::Refused(Rejection::WrongSignature),
        ),
        case(
            "encrypted, and msg_signature lost",
            format!("{plain}&encrypt_type=aes"),
            refused(QueryFault::Missing(MsgSignature)),
        ),
    ]);
    cases
}
