//! What users type must not break out of a reply; a chunked handshake is a warning.

use crate::{
    report::check,
    rule_3_forged_post::sender,
    support::{
        TOKEN,
        command::echostr,
        reference::{Mode, Reference, reply},
        server::{Request, Response, Server},
        xml,
    },
};

/// A bot that repeats what users write.
fn parrot(split: bool) -> Server {
    let right = Reference::new(Mode::Plain);
    Server::start(move |request: &Request| match right.judged(request) {
        Some(_) if request.method == "POST" => {
            let fields = xml::fields(request.text());
            let Some(content) = fields.get("Content") else { return Response::text(200, "success") };
            let content = if split { content.replace("]]>", "]]]]><![CDATA[>") } else { content.clone() };
            Response::text(200, reply(&content).replace("o_1", &sender(request)))
        }
        Some(echo) => Response::text(200, echo),
        None => Response::text(403, "forbidden"),
    })
}

#[test]
fn a_users_end_of_section_is_said_so() {
    let server = parrot(false);
    let report = check(Mode::Plain, &server).exits(1);
    assert_eq!(report.result("message-text-markup"), "failed");
    let note = &report.line("message-text-markup").note;
    assert!(note.contains("`]]>`") && note.contains("CDATA") && !note.contains("expected"), "{note}");
    assert_eq!(report.result("message-text"), "passed");
    for (lang, words) in [("en", ["`]]>`", "the user typed"]), ("zh", ["“]]>”", "用户输入"])] {
        let send = ["send", &server.url(), "text", "a ]]> b", "--token", TOKEN, "--lang", lang];
        echostr(send).run().expect(1).says(&words);
        // What is well-formed all the same is worse.
        let injected = "]]></Content><FuncFlag>1</FuncFlag><Content><![CDATA[";
        let send = ["send", &server.url(), "text", injected, "--token", TOKEN, "--lang", lang];
        echostr(send).run().expect(1).says(&words);
    }
    // The control.
    let server = parrot(true);
    assert_eq!(check(Mode::Plain, &server).exits(0).result("message-text-markup"), "passed");
    echostr(["send", &server.url(), "text", "a ]]> b", "--token", TOKEN]).run().expect(0);
}

#[test]
fn broken_xml_of_its_own_is_not_the_users() {
    let server = Server::always(Response::text(200, "<xml><Content><![CDATA[hi]]></Content>"));
    let run = echostr(["send", &server.url(), "text", "a ]]> b", "--token", TOKEN]).run().expect(1);
    assert!(!run.all().contains("the user typed"), "{run:#?}");
}

#[test]
fn a_chunked_handshake_is_a_warning() {
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| {
        match right.judged(request) {
        Some(echo) if request.method == "GET" => Response::Bytes(
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{echo}\r\n0\r\n\r\n",
                echo.len()
            )
            .into(),
        ),
        answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
    }
    });
    let report = check(Mode::Plain, &server).exits(0);
    assert_eq!(report.result("handshake"), "warning");
    for (lang, word) in [("en", "chunked"), ("zh", "分块")] {
        let run = echostr(["handshake", &server.url(), "--token", TOKEN, "--lang", lang]).run().expect(0);
        assert!(run.stderr.contains(word), "{run:#?}");
        let run =
            echostr(["check", &server.url(), "--lang", lang]).args(Mode::Plain.options()).run().expect(0);
        assert!(run.stdout.contains(word), "{run:#?}");
    }
    let run = echostr(["handshake", &server.url(), "--token", TOKEN, "--json"]).run().expect(0);
    assert_eq!((&run.json()[0]["ok"], &run.json()[0]["diagnosis"]), (&true.into(), &"chunked".into()));
}

#[test]
fn a_message_that_alone_is_refused_is_not_a_wrong_token() {
    for (word, en, zh) in [("]]]]><![CDATA[>", "`]]>`", "“]]>”"), ("voice", "this kind", "这种类型")]
    {
        let right = Reference::new(Mode::Plain);
        let server = Server::start(move |request| {
            let is_odd = String::from_utf8_lossy(&request.body).contains(word);
            if is_odd { Response::text(403, "forbidden") } else { right.answer(request) }
        });
        for (lang, words, token) in [("en", en, "token"), ("zh", zh, "Token")] {
            let run =
                echostr(["check", &server.url(), "--lang", lang]).args(Mode::Plain.options()).run().expect(1);
            let lines: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("  ✗")).collect();
            assert!(lines.len() == 1 && lines[0].contains(words) && !lines[0].contains(token), "{run:#?}");
        }
    }
}
