//! The three example servers, as their users start them.
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

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use support::{
    APP_ID, KEY, TOKEN,
    command::{Background, echostr},
    reference::Mode,
};

const APPS: [&str; 3] = ["axum-app", "actix-app", "warp-app"];

/// The example servers do not tell safe from compatible mode.
const MODES: [Mode; 4] = Mode::ALL;

/// The folder of the example servers, which are built at the first call: they are packages of their own.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let this = env::current_exe().expect("a path");
        // <target>/<profile>/deps/<this test>
        let folder = this.ancestors().nth(2).expect("cargo's layout").to_owned();
        let target = folder.parent().expect("cargo's layout");
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet", "--target-dir"]).arg(target);
        for app in APPS {
            build.args(["-p", app]);
        }
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let built = build.output().expect("cargo starts");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        folder
    })
}

fn start(app: &str, variables: &[(&str, &str)]) -> (Background, String) {
    let mut command = Command::new(folder().join(app));
    command.env_clear().env("ECHOSTR_ADDR", "127.0.0.1:0").envs(variables.iter().copied());
    let server = Background::start(&mut command);
    let url = format!("{}/wx", server.url());
    (server, url)
}

fn variables(mode: Mode) -> Vec<(&'static str, &'static str)> {
    let mut variables = vec![("WECHAT_TOKEN", TOKEN)];
    if mode.is_encrypted() {
        variables.extend([("WECHAT_ENCODING_AES_KEY", KEY), ("WECHAT_APP_ID", APP_ID)]);
    }
    if mode == Mode::Wecom {
        variables.push(("WECHAT_PLATFORM", "wecom"));
    }
    variables
}

fn every_command(app: &str) {
    for mode in MODES {
        let (_server, url) = start(app, &variables(mode));
        let run = |args: &[&str]| echostr(args).args(mode.options()).run().expect(0);
        run(&["handshake", &url]);
        run(&["send", &url, "text", "你好"]).says(&["你说：你好"]);
        run(&["event", &url, "subscribe"]);
        run(&["check", &url]);
    }
}

#[test]
fn axum() {
    every_command("axum-app");
}

#[test]
fn actix() {
    every_command("actix-app");
}

#[test]
fn warp() {
    every_command("warp-app");
}

/// The line of the README's first screen.
#[test]
fn check_of_the_axum_app_as_it_starts_is_quick() {
    let (_server, url) = start("axum-app", &[]);
    let run = echostr(["check", &url, "--token", "weixin"]).run().expect(0);
    assert!(run.took < Duration::from_secs(2), "{:?}", run.took);
}

#[test]
fn a_server_of_another_token_or_mode_does_not_pass() {
    let (_server, url) = start("axum-app", &variables(Mode::Safe));
    echostr(["handshake", &url, "--token", "another"]).run().expect(1).says(&["403", "token"]);
    echostr(["send", &url, "text", "hi", "--token", TOKEN]).run().expect(1);
    echostr(["check", &url, "--token", TOKEN]).run().expect(1);
}

/// The lines that tell of a delivery, in order: the first word, the key, and the attempt if one is named.
fn deliveries(said: &str) -> Vec<(String, String, String)> {
    let lines = said.lines().filter_map(|line| {
        let (what, rest) = line.split_once(" key=")?;
        let known = ["started", "handled", "late"].contains(&what);
        let (key, attempt) = rest.split_once(" attempt=").unwrap_or((rest, ""));
        known.then(|| (what.to_owned(), key.to_owned(), attempt.to_owned()))
    });
    lines.collect()
}

fn shows_its_deliveries(app: &str) {
    let send = |url: &str, text: &str| echostr(["send", url, "text", text, "--token", "weixin"]).run();
    let told = |server: &Background, count: usize| {
        let said = server.wait_for("a delivery", |said| deliveries(said).len() >= count);
        let told = deliveries(&said);
        let (key, attempts): (_, Vec<_>) =
            (told[0].1.clone(), told.iter().map(|(what, _, attempt)| format!("{what} {attempt}")).collect());
        assert!(!key.is_empty() && told.iter().all(|(_, of, _)| *of == key), "{said}");
        attempts
    };

    let (server, url) = start(app, &[]);
    send(&url, "fail 1").expect(0).says(&["500", "你说：fail 1"]);
    assert_eq!(told(&server, 3), ["started 1", "started 2", "handled 2"]);

    let (server, url) = start(app, &[("WECHAT_DEADLINE", "0.2")]);
    send(&url, "睡 1").expect(0).says(&["200 `success`"]);
    assert_eq!(told(&server, 3), ["started 1", "handled 1", "late "]);

    // The first send may not settle, so it is there when the reply comes.
    let (server, url) = start(app, &[("WECHAT_PATIENCE", "all"), ("WECHAT_DEADLINE", "0.2")]);
    send(&url, "sleep 0.5").expect(0).says(&["你说：sleep 0.5"]);
    assert_eq!(told(&server, 2), ["started 1", "handled 1"]);

    // The control: without a ledger every send is a first one.
    let (server, url) = start(app, &[("WECHAT_LEDGER", "off")]);
    send(&url, "fail 1").expect(1);
    let told = deliveries(&server.said());
    assert!(
        told.len() > 2 && told.iter().all(|(what, _, attempt)| what == "started" && attempt == "1"),
        "{told:?}"
    );
}

#[test]
fn axum_shows_its_deliveries() {
    shows_its_deliveries("axum-app");
}

#[test]
fn actix_shows_its_deliveries() {
    shows_its_deliveries("actix-app");
}

#[test]
fn warp_shows_its_deliveries() {
    shows_its_deliveries("warp-app");
}

/// What runs detached ends before the server does: the platform believes it delivered.
#[cfg(unix)]
#[test]
fn ctrl_c_waits_for_what_has_been_answered_with_success() {
    for app in APPS {
        let (mut server, url) = start(app, &[("WECHAT_DEADLINE", "0.2")]);
        echostr(["send", &url, "text", "sleep 1.5", "--token", "weixin"])
            .run()
            .expect(0)
            .says(&["200 `success`"]);
        server.interrupt();
        assert_eq!(server.ended(), Some(0), "{app}: {}", server.said());
        let said = server.said();
        let told: Vec<_> = deliveries(&said).into_iter().map(|(what, ..)| what).collect();
        assert_eq!(told, ["started", "handled", "late"], "{app}");
    }
}

#[test]
fn a_setting_of_the_ledger_that_says_nothing_is_named() {
    for app in APPS {
        for (variable, value, cure) in [
            ("WECHAT_LEDGER", "memroy", "memory or off"),
            ("WECHAT_LEDGER", "", "memory or off"),
            ("WECHAT_LEDGER", "redis://127.0.0.1:1", "cannot be used"),
            ("WECHAT_PATIENCE", "", "one or all"),
            ("WECHAT_DEADLINE", "-1", "seconds"),
            ("WECHAT_DEADLINE", "4,5", "seconds"),
        ] {
            let mut command = Command::new(folder().join(app));
            command.env_clear().env("ECHOSTR_ADDR", "127.0.0.1:0").env(variable, value);
            let mut server = Background::start(&mut command);
            assert_eq!(server.ended(), Some(1), "{app} {variable}");
            server.wait_for("the cure", |said| said.contains(variable) && said.contains(cure));
        }
    }
}
