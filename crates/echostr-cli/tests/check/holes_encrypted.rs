//! One hole at a time: what only the encrypted modes can get wrong.

use std::collections::BTreeSet;

use echostr::ReceiveId;

use crate::{
    holes::caught_in,
    report::{check, unprotected},
    requests::{encrypt, is_right, is_right_but_for, neighbours, texts},
    support::{
        reference::{Hole, Mode, Reference},
        server::Request,
    },
};

/// The modes whose bodies differ.
pub(crate) const ENCRYPTED: [Mode; 2] = [Mode::Safe, Mode::Wecom];

#[test]
fn a_plain_body() {
    let has = |request: &Request, text: &str| String::from_utf8_lossy(&request.body).contains(text);
    let hole = |_| {
        Hole::accepts(move |request| {
            request.parameter("msg_signature").is_some()
                && has(request, "<Content>")
                && !has(request, "<Encrypt>")
        })
    };
    // Without `Encrypt` the body is plain too.
    caught_in(&ENCRYPTED, hole, &["post-plain-body", "post-encrypt-missing"]);
}

#[test]
fn the_downgrade_to_plain_mode() {
    let hole = |_| {
        Hole::accepts(|request| {
            // Each request decides its mode by itself.
            let is_plain = request.method == "POST" && request.parameter("msg_signature").is_none();
            is_plain && is_right(Mode::Plain, request)
        })
    };
    let downgrades = ["post-downgrade", "post-downgrade-raw"];
    caught_in(&[Mode::Wecom], hole, &downgrades);
    let cases = [&downgrades[..], &["post-msg-signature-missing", "post-with-get-triple"]].concat();
    caught_in(&[Mode::Safe], hole, &cases);
}

#[test]
fn no_encrypt_is_an_empty_one() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            request.method == "POST" && encrypt(request).is_empty() && is_right(mode, request)
        })
    };
    let cases = ["post-encrypt-missing", "post-encrypt-empty"];
    caught_in(&ENCRYPTED, hole, &cases);
}

#[test]
fn a_changed_cipher_text() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let encrypt = &texts(request)[2];
            let middle = encrypt.len() / 2;
            let others = (middle..middle + 4).flat_map(|at| neighbours(encrypt, at));
            request.method == "POST" && encrypt.len() > 100 && is_right_but_for(mode, request, 2, others)
        })
    };
    caught_in(&ENCRYPTED, hole, &["post-encrypt-changed"]);
}

#[test]
fn a_foreign_receive_id() {
    for mode in ENCRYPTED {
        let server = Reference::new(mode).silent().verifier(mode.verifier(ReceiveId::any())).start();
        let report = check(mode, &server);
        let mut cases = BTreeSet::from(["post-foreign-receive-id"]);
        if mode == Mode::Wecom {
            cases.insert("get-foreign-receive-id");
        }
        let let_in: BTreeSet<_> = report.let_in().difference(&unprotected(mode)).copied().collect();
        assert_eq!(let_in, cases, "{mode:?}");
        for case in cases {
            assert_eq!(report.result(case), "hardening");
        }
        report.exits(0);
    }
}

#[test]
fn a_document_type() {
    let rewritten = |request: &Request, body: String| Request { body: body.into(), ..request.clone() };
    let hole = |_| {
        Hole::reads(move |request| {
            let text = String::from_utf8_lossy(&request.body);
            rewritten(request, text.replace("<!DOCTYPE xml>\n", ""))
        })
    };
    caught_in(&ENCRYPTED, hole, &["post-dtd"]);
    let hole = |_| {
        Hole::reads(move |request| {
            let text = String::from_utf8_lossy(&request.body);
            let Some((entity, rest)) = text.split_once("\">]>\n") else { return request.clone() };
            let value = entity.split_once("<!ENTITY e \"").expect("it defines one").1;
            rewritten(request, rest.replace("&e;", value))
        })
    };
    caught_in(&ENCRYPTED, hole, &["post-dtd-entity"]);
}

/// Decides by the body whether there is anything to check.
#[test]
fn a_plain_body_of_anybody() {
    let has = |request: &Request, text: &str| String::from_utf8_lossy(&request.body).contains(text);
    let hole = |_| {
        Hole::accepts(move |request| {
            let is_signed = request.parameter("msg_signature").is_some();
            !is_signed && has(request, "<Content>") && !has(request, "<Encrypt>")
        })
    };
    let cases =
        ["post-plain-other-token", "post-plain-no-parameters", "post-downgrade", "post-downgrade-raw"];
    caught_in(&ENCRYPTED, hole, &cases);
}
