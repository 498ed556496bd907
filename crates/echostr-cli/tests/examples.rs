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
