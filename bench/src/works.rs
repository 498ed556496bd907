//! What is measured in process: the decision, and the apps as plain function calls, where one signed request goes in and the
//! response comes out, without a socket.

use std::{array, convert::Infallible, fmt::Debug, hint::black_box};

use actix_web::{
    App,
    body::MessageBody,
    dev::{Service as ActixService, ServiceResponse},
    http::Method,
    rt::System,
    test::init_service,
    web::ServiceConfig,
};
use axum::body::Body;
use bytes::Bytes;
use echostr::{
    Verifier,
    adapter::{Decision, candidates},
};
use echostr_message::{Incoming, Kind};
use futures_util::FutureExt as _;
use http::{Request, Response};
use http_body_util::Empty;
use sha1::block_api;
use tower::Service;
use warp::{Filter, Rejection, Reply};

use crate::{Text, actix_app, axum_app, warp_app};

/// Something to be measured, and its name.
pub type Work = (&'static str, Box<dyn FnMut()>);

/// Works that are compared with the first of them.
pub struct Group {
    /// What they have in common.
    pub name: &'static str,
    /// The works.
    pub works: Vec<Work>,
}

/// All of them.
#[must_use]
pub fn groups() -> Vec<Group> {
    let mut groups = vec![verify(), find(), parse()];
    groups.extend(middleware());
    groups
}

/// The decision alone.
#[must_use]
pub fn verify() -> Group {
    let plain = crate::plain();
    let or_token = Verifier::new("Current1Token").and_then(|verifier| verifier.or_token(crate::TOKEN));
    let query = crate::signed();
    let handshake = format!("{query}&echostr=3892692869596528638");
    let works = vec![
        ("bare block of SHA-1", Box::new(bare_block()) as _),
        ("callback", decision(&plain, "POST", query.clone())),
        ("handshake", decision(&plain, "GET", handshake)),
        ("previous token", decision(&or_token.expect("a token"), "POST", query.clone())),
        ("escape in the nonce", decision(&plain, "POST", query.replace("nonce=1", "nonce=%31"))),
        ("forged", decision(&plain, "POST", query.replace("nonce=1", "nonce=2"))),
    ];
    Group { name: "verify", works }
}

/// Finding the signed text in a body: a usual one, and what takes longest for its length.
#[must_use]
pub fn find() -> Group {
    let found = |body: String, found: usize| -> Box<dyn FnMut()> {
        Box::new(move || assert_eq!(black_box(candidates(black_box(body.as_bytes()))).len(), found))
    };
    let usual = crate::request(&crate::encrypted(), Text::Chinese, 1 << 9).body;
    let usual = String::from_utf8(usual.into()).expect("UTF-8");
    let compatible = usual.replace("<Encrypt>", &format!("{}<Encrypt>", crate::text_message(30)));
    let full = |first: &str, piece: &str| first.to_owned() + &piece.repeat(FULL.div_ceil(piece.len()));
    let works = vec![
        ("body of 1 KiB", found(usual, 1)),
        ("body of compatible mode", found(compatible, 1)),
        ("16 KiB of one run", found(full("<", "A"), 1)),
        ("16 KiB of runs that are too short", found(full("<", &format!("{}<", "A".repeat(41))), 0)),
        ("16 KiB of tags", found(full("<", "<a>"), 0)),
        ("16 KiB of escapes in JSON", found(full("{", "\\n"), 0)),
        ("16 KiB of escaped digits in JSON", found(full("{", "\\u0041"), 1)),
        ("16 KiB of digits between escapes in JSON", found(full("{", "A\\n"), 0)),
    ];
    Group { name: "find", works }
}

/// Bytes of a body that is all of one kind.
const FULL: usize = 1 << 14;

/// What a forger can make this side do: each body as long as it may be, so that the reason is looked for all the same.
#[must_use]
pub fn refuse() -> Group {
    let verifier = crate::encrypted();
    let request = crate::request(&verifier, Text::Ascii, 1 << 9);
    let (_, msg_signature) = request.query.split_once("&timestamp").expect("a timestamp");
    let envelope = match verifier.verify("POST", &format!("timestamp{msg_signature}")) {
        Ok(Decision::Envelope(envelope)) => Some(envelope),
        _ => None,
    }
    .expect("an envelope");
    let refused = |first: &str, piece: &str| -> Box<dyn FnMut()> {
        let body = Bytes::from(first.to_owned() + &piece.repeat((65_000_usize).div_ceil(piece.len())));
        let envelope = envelope.clone();
        Box::new(move || {
            let mut envelope = envelope.clone();
            envelope.push(black_box(body.clone())).expect("within the limit");
            assert!(black_box(envelope.open()).is_err());
        })
    };
    let works = vec![
        ("one run", refused("<", "A")),
        ("four runs with a line break each", refused("<", &format!("{}\n", "A".repeat(16_000)))),
        ("four runs with an escape each", refused("<", &format!("{}%2B>", "A".repeat(16_000)))),
        ("escapes of XML", refused("<", "&#x3d;")),
        ("ampersands", refused("<", "&")),
        ("backslashes", refused("{", "\\")),
        ("escaped digits", refused("{", "\\u0041")),
        ("digits between line breaks", refused("{", "A\\n")),
        ("tags", refused("<", "<a>")),
    ];
    Group { name: "refuse", works }
}

/// Documents into typed messages.
#[must_use]
pub fn parse() -> Group {
    let works = vec![
        ("text message", parsing("Text", crate::text_message(30))),
        ("text message in JSON", parsing("Text", crate::text_message_in_json())),
        ("event", parsing("Scan", sample("Scan"))),
        ("largest event", parsing("SysApprovalChange", sample("SysApprovalChange"))),
        ("text message of 20 KB", parsing("Text", crate::text_message(20_000))),
        ("20 KB of fields", parsing("PicWeixin", crate::pictures(20_000))),
        ("40 KB of fields", parsing("PicWeixin", crate::pictures(40_000))),
    ];
    Group { name: "parse", works }
}

fn sample(name: &str) -> String {
    let kind = Kind::TABLE.iter().find(|kind| kind.name == name).expect("a kind");
    kind.document.to_owned()
}

/// Another kind, or an error, would be measured in the place of the one that is meant.
fn parsing(kind: &'static str, document: String) -> Box<dyn FnMut()> {
    Box::new(move || {
        let incoming = Incoming::parse(black_box(&document)).expect("a document");
        assert_eq!(black_box(&incoming).kind_name(), kind);
    })
}

/// The middleware of each framework, with a bare app or a layer that does nothing first.
#[must_use]
pub fn middleware() -> [Group; 4] {
    let around = vec![
        ("bare", axum(axum_app::bare())),
        ("no-op around the `Router`", axum(axum_app::no_op_around())),
        ("echostr around the `Router`", axum(axum_app::echostr_around())),
    ];
    let layer = vec![
        ("no-op", axum(axum_app::no_op())),
        ("echostr", axum(axum_app::echostr())),
        ("by hand, `from_fn`", axum(axum_app::hand_written())),
    ];
    let actix = vec![
        ("bare", actix(actix_app::bare)),
        ("no-op, `wrap_fn`", actix(actix_app::no_op)),
        ("echostr", actix(actix_app::echostr)),
        ("by hand, `from_fn`", actix(actix_app::hand_written)),
    ];
    // In warp a filter that does nothing is no filter.
    let warp = vec![
        ("bare", warp(warp_app::bare())),
        ("echostr", warp(warp_app::echostr())),
        ("by hand, a filter", warp(warp_app::hand_written())),
    ];
    [
        Group { name: "axum", works: around },
        Group { name: "axum, through `Router::layer`", works: layer },
        Group { name: "actix-web", works: actix },
        Group { name: "warp", works: warp },
    ]
}

/// The compression of the bytes that are hashed for [`signed`](crate::signed), and nothing else.
pub fn bare_block() -> impl FnMut() {
    let mut block = [0; 64];
    let hashed = b"15401766061854606751Zq8vT3nLw5Rk\x80";
    block.iter_mut().zip(hashed).for_each(|(to, from)| *to = *from);
    block[62] = 1; // 256 bits
    move || {
        let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
        block_api::compress(&mut state, array::from_ref(black_box(&block)));
        black_box(state);
    }
}

fn decision(verifier: &Verifier, method: &'static str, query: String) -> Box<dyn FnMut()> {
    let verifier = verifier.clone();
    Box::new(move || {
        _ = black_box(&verifier.verify(black_box(method), black_box(&query)));
    })
}

fn target() -> String {
    format!("/wx?{}", crate::signed())
}

fn axum<S, B>(service: S) -> Box<dyn FnMut()>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + 'static,
{
    tower(service, Body::empty)
}

fn warp<F>(app: F) -> Box<dyn FnMut()>
where
    F: Filter<Error = Rejection, Extract: Reply> + Clone + Send + Sync + 'static,
{
    tower(warp::service(app), Empty::<Bytes>::new)
}

fn tower<S, B, R>(mut service: S, body: fn() -> R) -> Box<dyn FnMut()>
where
    S: Service<Request<R>, Response = Response<B>, Error = Infallible> + 'static,
    R: 'static,
{
    let request = Request::post(target()).body(()).expect("a request");
    Box::new(move || {
        let response = service.call(black_box(&request).clone().map(|()| body()));
        assert_answered(response.now_or_never().map(|response| response.map(|response| response.status())));
    })
}

fn actix(app: fn(&mut ServiceConfig)) -> Box<dyn FnMut()> {
    Box::new(actix_requests(System::new().block_on(init_service(App::new().configure(app)))))
}

fn actix_requests<B: MessageBody>(
    service: impl ActixService<actix_http::Request, Response = ServiceResponse<B>, Error: Debug>,
) -> impl FnMut() {
    let uri: actix_web::http::Uri = target().parse().expect("a URI");
    move || {
        let mut request = actix_http::Request::new();
        request.head_mut().method = Method::POST;
        request.head_mut().uri = black_box(&uri).clone();
        let response = service.call(request).now_or_never();
        assert_answered(response.map(|response| response.map(|response| response.status().as_u16())));
    }
}

/// A request that is refused, or waited for, would be measured in the place of one that is answered.
fn assert_answered<E: Debug>(status: Option<Result<impl PartialEq<u16> + Debug, E>>) {
    let status = status.expect("nothing to wait for").expect("a response");
    assert!(status == 200, "{status:?}");
}
