//! Rows: what the protocol asks for.

use conformance::{Format, Peer};
use echostr::{
    Parameter, Rejection, Verifier,
    rejection::{BodyFault, EnvelopeFault, QueryFault},
};

use crate::case::{Case, Expected, JSON, XML};

pub(crate) fn cases(peer: &Peer) -> Vec<Case> {
    use Expected::{AsIs, Handshake, Refused, Sealed};

    let case = |name: &str, request: (String, String), expected| Case::post(name, request, expected);
    let xml = || peer.request(XML, Format::Xml);
    let edited = |edit: &dyn Fn(&mut String, &mut String)| {
        let (mut query, mut body) = xml();
        edit(&mut query, &mut body);
        (query, body)
    };
    let signed = |encrypt: String| {
        let body = format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
        (peer.query(&encrypt), body)
    };
    let stranger = Peer { receive_id: "wx0000000000000000".to_owned(), ..peer.clone() };
    let other_token = Peer { token: "another-token".to_owned(), ..peer.clone() };
    let other_key = Peer { key: "zbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(), ..peer.clone() };
    let frame = |length: u32, message: &[u8], padding: &[u8]| {
        let mut plain = b"0123456789abcdef".to_vec();
        plain.extend(length.to_be_bytes());
        plain.extend(message);
        plain.extend(padding);
        signed(peer.encrypt_blocks(&plain))
    };

    let mut cases = vec![
        // What passes
        Case::get(
            "handshake",
            peer.handshake("4375120948345356249"),
            Handshake("4375120948345356249".to_owned()),
        ),
        case("a message in XML", xml(), Sealed(XML.to_owned(), Format::Xml)),
        case("a message in JSON", peer.request(JSON, Format::Json), Sealed(JSON.to_owned(), Format::Json)),
        case(
            "JSON keys in lower case",
            edited(&|query, body| {
                (*query, *body) = peer.request(JSON, Format::Json);
                *body = body.replace("ToUserName", "tousername").replace("\"Encrypt\"", "\"encrypt\"");
            }),
            Sealed(JSON.to_owned(), Format::Json),
        ),
        case(
            "compatible mode: the plain copy is dropped",
            edited(&|_, body| {
                *body = body.replace("<Encrypt>", "<Content><![CDATA[forged]]></Content>\n    <Encrypt>");
            }),
            Sealed(XML.to_owned(), Format::Xml),
        ),
        case(
            "white space around the text",
            edited(&|_, body| *body = body.replace("<![CDATA[", "\n <![CDATA[ ").replace("]]>", " ]]>\n")),
            Sealed(XML.to_owned(), Format::Xml),
        ),
        case(
            "the handler answers success",
            peer.request("<xml>answer success</xml>", Format::Xml),
            AsIs(200, "success"),
        ),
        case(
            "the handler answers nothing",
            peer.request("<xml>answer nothing</xml>", Format::Xml),
            AsIs(200, ""),
        ),
        case(
            "the handler answers 500",
            peer.request("<xml>answer 500</xml>", Format::Xml),
            AsIs(500, "broken"),
        ),
        case(
            "the handler answers 201",
            peer.request("<xml>answer 201</xml>", Format::Xml),
            AsIs(201, "created"),
        ),
        case(
            "the handler's answer is compressed",
            peer.request("<xml>answer gzip</xml>", Format::Xml),
            AsIs(500, "internal error"),
        ),
        case("XML in a body of JSON", peer.request(XML, Format::Json), Sealed(XML.to_owned(), Format::Xml)),
        case("JSON in a body of XML", peer.request(JSON, Format::Xml), Sealed(JSON.to_owned(), Format::Json)),
        // What does not
        case(
            "the body without Encrypt",
            edited(&|_, body| *body = XML.to_owned()),
            Refused(Rejection::Body(BodyFault::NoEncrypt)),
        ),
        case(
            "the URL without msg_signature",
            edited(&|query, _| *query = query.replace("msg_signature=", "x=")),
            Refused(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        ),
        case("an empty Encrypt", signed(String::new()), Refused(Rejection::Body(BodyFault::NoEncrypt))),
        case(
            "an Encrypt of one block",
            signed("AAAAAAAAAAAAAAAAAAAAAA==".to_owned()),
            Refused(Rejection::Body(BodyFault::NoEncrypt)),
        ),
        case(
            "two Encrypts, and the other one is signed by nobody",
            edited(&|_, body| *body = body.replace("</xml>", "<Encrypt>AAAA</Encrypt></xml>")),
            Sealed(XML.to_owned(), Format::Xml),
        ),
        case(
            "a document type and an entity, which nobody reads",
            edited(&|_, body| {
                *body = body.replace("<Encrypt>", "<Content>&e;</Content><Encrypt>");
                body.insert_str(0, "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>");
            }),
            Sealed(XML.to_owned(), Format::Xml),
        ),
        case("another token", other_token.request(XML, Format::Xml), Refused(Rejection::WrongSignature)),
        case(
            "one digit of msg_signature",
            edited(&|query, _| {
                let (before, signature) = query.split_once("msg_signature=").expect("a signature");
                let other = if signature.starts_with('0') { "1" } else { "0" };
                *query = format!("{before}msg_signature={other}{}", signature.split_at(1).1);
            }),
            Refused(Rejection::WrongSignature),
        ),
        case(
            "one character of the cipher text",
            edited(&|_, body| {
                let (before, text) = body.split_once("<Encrypt><![CDATA[").expect("a text");
                let other = if text.starts_with('A') { "B" } else { "A" };
                *body = format!("{before}<Encrypt><![CDATA[{other}{}", text.split_at(1).1);
            }),
            Refused(Rejection::WrongSignature),
        ),
        case(
            "another receive id",
            stranger.request(XML, Format::Xml),
            Refused(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
        ),
        case(
            "not base64, but signed",
            signed("A".repeat(45)),
            Refused(Rejection::Envelope(EnvelopeFault::NotBase64)),
        ),
        case(
            "half a block, but signed",
            signed(format!("{}=", "A".repeat(47))),
            Refused(Rejection::Envelope(EnvelopeFault::CipherLength)),
        ),
        case(
            "padding of 0",
            frame(0, b"wx5823bf96d3", &[]).clone(),
            Refused(Rejection::Envelope(EnvelopeFault::Padding)),
        ),
        case(
            "a length beyond the end",
            frame(500, b"", &[12; 12]),
            Refused(Rejection::Envelope(EnvelopeFault::LengthField)),
        ),
        case(
            "a message that is not UTF-8",
            frame(4, &[255; 4], &[8; 8]),
            Refused(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
        ),
    ];
    let (query, body) = other_key.request(XML, Format::Xml);
    cases.push(case("another key", (query, body), Refused(Rejection::Envelope(EnvelopeFault::Padding))));
    if peer.is_wecom {
        let plain = Verifier::new(peer.token.as_str()).expect("a token").sign(1_540_176_606, "1854606751");
        let encrypt = peer.encrypt(XML.as_bytes());
        let captured_echo = peer.encrypt(b"4375120948345356249");
        let echostr = encrypt.replace('+', "%2B").replace('=', "%3D");
        cases.push(Case::get(
            "a captured message sent as a handshake",
            format!("{}&echostr={echostr}", peer.query(&encrypt)),
            Refused(Rejection::Envelope(EnvelopeFault::MessageAsEcho)),
        ));
        cases.push(case(
            "a captured handshake sent as a message",
            signed(captured_echo),
            Refused(Rejection::Envelope(EnvelopeFault::EchoAsMessage)),
        ));
        cases.push(Case::get(
            "a handshake with the plain signature only",
            format!("{plain}&echostr=4711"),
            Refused(Rejection::Query(QueryFault::Missing(Parameter::MsgSignature))),
        ));
    } else {
        cases.push(Case::get(
            "a handshake with further parameters",
            format!("{}&encrypt_type=aes&msg_signature=00", peer.handshake("4711")),
            Handshake("4711".to_owned()),
        ));
    }
    cases
}
