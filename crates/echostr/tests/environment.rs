//! What the variables of the environment make of a verifier. Each case is a process of its own: a process has one environment,
//! and its tests run at once.

#![expect(clippy::expect_used, clippy::panic, reason = "what fails here must fail the test")]

use std::{
    env,
    process::{self, Command},
};

use echostr::{
    ConfigError, EncodingAesKey, ReceiveId, Verifier,
    adapter::{Decision, PlatformRequest},
};

const TEST: &str = "every_environment";
const CHILD: &str = "ECHOSTR_IS_CHILD";
const TOKEN: &str = "Zq8vT3nLw5Rk";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// Without its first character.
const SHORT_KEY: &str = "bcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const DOCUMENT: &str = "<xml><Content>hello</Content></xml>";

/// In the child: shows a message that the verifier signs, or its error.
fn show() -> ! {
    match Verifier::from_env() {
        Err(error) => println!("error {error:?}\n{error}"),
        Ok(verifier) if verifier.is_encrypted() => {
            let PlatformRequest { query, body, .. } =
                verifier.sign_encrypted(1_540_176_606, "1", DOCUMENT).expect("a message");
            println!("message {query}\n{}", body.replace('\n', ""));
        }
        Ok(verifier) => println!("message {}\n", verifier.sign(1_540_176_606, "1")),
    }
    process::exit(0);
}

/// What the child shows, in two lines.
fn shown(variables: &[(&str, &str)]) -> (String, String) {
    shown_with(|command| command.envs(variables.iter().copied()))
}

fn shown_with(set: impl FnOnce(&mut Command) -> &mut Command) -> (String, String) {
    let mut command = Command::new(env::current_exe().expect("a test"));
    command.args([TEST, "--exact", "--nocapture", "--test-threads=1"]).env_clear().env(CHILD, "1");
    let output = set(&mut command).output().expect("a child");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (_, text) = text.split_once(&format!("test {TEST} ... ")).unwrap_or(("", &text));
    let lines = text.lines().skip_while(|line| !line.starts_with("error ") && !line.starts_with("message "));
    let [first, second] = lines.collect::<Vec<_>>()[..] else { panic!("{text}") };
    (first.to_owned(), second.to_owned())
}

fn assert_passes(verifier: &Verifier, variables: &[(&str, &str)]) {
    let (query, body) = shown(variables);
    let query = query.strip_prefix("message ").unwrap_or_else(|| panic!("{variables:?}: {query} {body}"));
    match verifier.verify("POST", query) {
        Ok(Decision::Callback(_)) => assert!(!verifier.is_encrypted()),
        Ok(Decision::Envelope(mut envelope)) => {
            envelope.push(body.into()).expect("a short body");
            assert_eq!(envelope.open().expect("it opens").document, DOCUMENT);
        }
        other => panic!("{variables:?}: {other:?}"),
    }
}

#[test]
fn every_environment() {
    if env::var_os(CHILD).is_some() {
        show();
    }
    let key = || EncodingAesKey::new(KEY).expect("a key");
    let id = || ReceiveId::new("wx1").expect("an id");
    let (token, aes) = (("WECHAT_TOKEN", TOKEN), ("WECHAT_ENCODING_AES_KEY", KEY));
    let (app, no_app, wecom) =
        (("WECHAT_APP_ID", "wx1"), ("WECHAT_APP_ID", ""), ("WECHAT_PLATFORM", "wecom"));

    let verifier = |built: Result<Verifier, ConfigError>| built.expect("a verifier");
    assert_passes(&verifier(Verifier::new(TOKEN)), &[token]);
    assert_passes(&verifier(Verifier::encrypted(TOKEN, key(), id())), &[token, aes, app]);
    assert_passes(&verifier(Verifier::wecom(TOKEN, key(), id())), &[token, aes, app, wecom]);
    assert_passes(&verifier(Verifier::wecom(TOKEN, key(), ReceiveId::empty())), &[token, aes, no_app, wecom]);
    // Only WeCom's URL has no plain signature.
    assert!(shown(&[token, aes, app]).0.contains("message signature="));
    assert!(!shown(&[token, aes, app, wecom]).0.contains("message signature="));

    let cases: &[(ConfigError, &[(&str, &str)])] = &[
        (ConfigError::NotSet("WECHAT_TOKEN"), &[]),
        (ConfigError::NotSet("WECHAT_TOKEN"), &[aes, app]),
        (ConfigError::EmptyToken, &[("WECHAT_TOKEN", "")]),
        (ConfigError::NotSet("WECHAT_ENCODING_AES_KEY"), &[token, app]),
        (ConfigError::NotSet("WECHAT_ENCODING_AES_KEY"), &[token, no_app]),
        (ConfigError::NotSet("WECHAT_ENCODING_AES_KEY"), &[token, wecom]),
        (ConfigError::NotSet("WECHAT_ENCODING_AES_KEY"), &[token, app, wecom]),
        (ConfigError::NotSet("WECHAT_APP_ID"), &[token, aes]),
        (ConfigError::NotSet("WECHAT_APP_ID"), &[token, aes, wecom]),
        (ConfigError::EmptyReceiveId, &[token, aes, no_app]),
        (ConfigError::KeyLength(0), &[token, ("WECHAT_ENCODING_AES_KEY", ""), app]),
        (ConfigError::KeyLength(42), &[token, ("WECHAT_ENCODING_AES_KEY", SHORT_KEY), app]),
        (ConfigError::UnknownPlatform, &[token, aes, app, ("WECHAT_PLATFORM", "WeCom")]),
        (ConfigError::UnknownPlatform, &[token, ("WECHAT_PLATFORM", "")]),
    ];
    for (error, variables) in cases {
        let (first, sentence) = shown(variables);
        assert_eq!(first, format!("error {error:?}"), "{variables:?}");
        // It says which variable is missing, and shows no secret.
        if let ConfigError::NotSet(variable) = error {
            assert!(sentence.starts_with(&format!("{variable} is not set")), "{sentence}");
        }
        assert!(!sentence.contains(TOKEN) && !sentence.contains(SHORT_KEY), "{sentence}");
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text() {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};

    let (first, _) = shown_with(|command| command.env("WECHAT_TOKEN", OsString::from_vec(b"\xff".to_vec())));
    assert_eq!(first, "error NotUtf8(\"WECHAT_TOKEN\")");
}
