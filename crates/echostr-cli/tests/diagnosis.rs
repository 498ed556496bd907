//! A failed handshake: one broken server for each diagnosis, in both languages.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a helper that fails must fail the test"
)]

#[expect(dead_code, reason = "each test takes the part it needs")]
mod support;

use std::time::Duration;

use support::{
    TOKEN,
    command::{Run, echostr},
    reference::{Mode, Reference},
    server::{ClosedPort, Request, Response, Server},
};

/// What the one sentence must name: of each group at least one word.
struct Diagnosis<'a> {
    code: i32,
    en: &'a [&'a [&'a str]],
    zh: &'a [&'a [&'a str]],
}

fn echo(request: &Request) -> &str {
    request.parameter("echostr").expect("a handshake")
}

/// A handshake with a server that answers the echostr in a wrong way.
fn diagnosed(behave: impl Fn(&str) -> Response + Send + Sync + Clone + 'static, diagnosis: &Diagnosis<'_>) {
    for lang in ["en", "zh"] {
        let behave = behave.clone();
        let server = Server::start(move |request| behave(echo(request)));
        let is_slow = diagnosis.code == 4;
        let handshake = if is_slow { handshake_within_a_second } else { handshake };
        names(&handshake(&server.url(), lang), lang, diagnosis);
        // Whatever the answer says, nothing else is asked for.
        for request in server.requests() {
            assert_eq!((&*request.method, request.path()), ("GET", "/wx"));
        }
    }
}

fn handshake(url: &str, lang: &str) -> Run {
    echostr(["handshake", url, "--token", TOKEN, "--lang", lang]).run()
}

/// Where there never is a whole answer, so that waiting for it is no risk.
fn handshake_within_a_second(url: &str, lang: &str) -> Run {
    echostr(["handshake", url, "--token", TOKEN, "--timeout", "1", "--lang", lang]).run()
}

#[track_caller]
fn names(run: &Run, lang: &str, diagnosis: &Diagnosis<'_>) {
    assert_eq!(run.code, diagnosis.code, "exit code: {run:#?}");
    let wanted = if lang == "zh" { diagnosis.zh } else { diagnosis.en };
    let all = run.all();
    let is_named = |line: &str| wanted.iter().all(|group| group.iter().any(|word| line.contains(word)));
    assert_eq!(
        all.lines().filter(|line| is_named(line)).count(),
        1,
        "not one line that names the cause and the cure, {wanted:?}: {run:#?}"
    );
}

#[test]
fn the_right_server_needs_none() {
    for mode in Mode::ALL {
        let server = Reference::new(mode).start();
        echostr(["handshake", &server.url()]).args(mode.options()).run().expect(0);
        server.only_request();
    }
}

#[test]
fn quoted_by_json() {
    diagnosed(
        |echo| Response::new(200, "Content-Type: application/json\r\n", format!("\"{echo}\"")),
        &Diagnosis {
            code: 1,
            en: &[&["JSON", "quote"], &["text"]],
            zh: &[&["JSON", "引号"], &["文本", "text"]],
        },
    );
}

#[test]
fn byte_order_mark() {
    diagnosed(
        |echo| Response::text(200, format!("\u{feff}{echo}")),
        &Diagnosis {
            code: 1,
            en: &[&["BOM", "byte order mark"], &["without", "remove", "save"]],
            zh: &[&["BOM"], &["保存", "去掉", "无 BOM"]],
        },
    );
}

#[test]
fn white_space() {
    for (before, after) in [(" ", ""), ("", " "), ("\t", "")] {
        diagnosed(
            move |echo| Response::text(200, format!("{before}{echo}{after}")),
            &Diagnosis { code: 1, en: &[&["white space", "space"]], zh: &[&["空白", "空格"]] },
        );
    }
}

#[test]
fn newline() {
    for end in ["\n", "\r\n"] {
        diagnosed(
            move |echo| Response::text(200, format!("{echo}{end}")),
            &Diagnosis { code: 1, en: &[&["newline", "line break", "line end"]], zh: &[&["换行"]] },
        );
    }
}

#[test]
fn html_page() {
    diagnosed(
        |_| {
            Response::new(
                200,
                "Content-Type: text/html\r\n",
                "<!DOCTYPE html>\n<html><body>Welcome</body></html>",
            )
        },
        &Diagnosis {
            code: 1,
            en: &[&["HTML"], &["route", "path", "URL", "page"]],
            zh: &[&["HTML"], &["路由", "路径", "URL", "地址"]],
        },
    );
}

#[test]
fn gzip() {
    diagnosed(
        |echo| {
            let headers = "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n";
            Response::new(200, headers, gzipped(echo.as_bytes()))
        },
        &Diagnosis {
            code: 1,
            en: &[&["gzip", "compress"], &["off", "exempt", "without", "disable"]],
            zh: &[&["gzip", "压缩"], &["关闭", "排除", "不要", "关掉"]],
        },
    );
}

/// One block that is stored as it is.
fn gzipped(content: &[u8]) -> Vec<u8> {
    let crc = !content.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320))
    });
    let length = u16::try_from(content.len()).expect("short");
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(content);
    bytes.extend(crc.to_le_bytes());
    bytes.extend(u32::from(length).to_le_bytes());
    bytes
}

#[test]
fn redirect() {
    for status in [301, 302, 307, 308] {
        diagnosed(
            // Who follows it would find the right answer.
            move |echo| Response::new(status, "Location: /wx/\r\n", echo),
            &Diagnosis {
                code: 1,
                en: &[&["redirect"], &["/wx/", "final"]],
                zh: &[&["重定向", "跳转"], &["/wx/", "最终"]],
            },
        );
    }
}

#[test]
fn unauthorized_and_forbidden() {
    for status in [401, 403] {
        diagnosed(
            move |_| Response::text(status, "forbidden"),
            &Diagnosis {
                code: 1,
                en: &[&[&status.to_string()], &["token"], &["clock", "time"]],
                zh: &[&[&status.to_string()], &["token", "Token", "令牌"], &["时钟", "时间"]],
            },
        );
    }
}

#[test]
fn not_found_and_not_allowed() {
    for status in [404, 405] {
        diagnosed(
            move |_| Response::text(status, "nothing here"),
            &Diagnosis {
                code: 1,
                en: &[&[&status.to_string()], &["route", "path"], &["GET"], &["POST"]],
                zh: &[&[&status.to_string()], &["路由", "路径"], &["GET"], &["POST"]],
            },
        );
    }
}

#[test]
fn created() {
    diagnosed(
        |echo| Response::text(201, echo),
        &Diagnosis { code: 1, en: &[&["201"], &["200"]], zh: &[&["201"], &["200"]] },
    );
}

#[test]
fn empty() {
    diagnosed(
        |_| Response::text(200, ""),
        &Diagnosis { code: 1, en: &[&["empty", "nothing"], &["echostr"]], zh: &[&["空"], &["echostr"]] },
    );
}

#[test]
fn chunked_for_ever() {
    diagnosed(
        |echo| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{echo}\r\n",
                echo.len()
            );
            Response::Endless(head.into(), b"1\r\n \r\n".to_vec())
        },
        &Diagnosis {
            code: 4,
            en: &[&["chunked"], &["Content-Length", "end", "close"]],
            zh: &[&["chunked", "分块"], &["Content-Length", "结束", "关闭"]],
        },
    );
}

#[test]
fn connection_refused() {
    let port = ClosedPort::new();
    for lang in ["en", "zh"] {
        let diagnosis = Diagnosis {
            code: 3,
            en: &[&["refused", "listen", "connect"], &["start", "port"]],
            zh: &[&["拒绝", "监听", "连接"], &["启动", "端口"]],
        };
        names(&handshake(&port.url(), lang).one_line_error(), lang, &diagnosis);
    }
}

#[test]
fn over_five_seconds() {
    for lang in ["en", "zh"] {
        let server = Server::always(Response::Silence);
        let run = handshake_within_a_second(&server.url(), lang);
        assert!(run.took >= Duration::from_secs(1), "gives up too early: {run:?}");
        names(&run, lang, &Diagnosis { code: 4, en: &[&["5 s", "1 s"]], zh: &[&["5 秒", "1 秒", "5 s"]] });
    }
}
