//! What these tests share.

use crate::support::{
    command::{Cli, echostr},
    reference::Mode,
};
use serde_json::Value;

pub(crate) const PLAIN: &str = include_str!("../../../echostr/tests/vectors/plain.json");
pub(crate) const ENCRYPTED: &str = include_str!("../../../echostr/tests/vectors/encrypted.json");
pub(crate) const NEGATIVE: &str = include_str!("../../../echostr/tests/vectors/negative.json");

pub(crate) fn vectors(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("a list")
}

/// A field of a vector; `None` where it does not apply.
pub(crate) fn text<'v>(vector: &'v Value, name: &str) -> Option<&'v str> {
    vector[name].as_str()
}

/// The options stand behind the name of the command.
pub(crate) fn with(mode: Mode, args: &[&str]) -> Cli {
    echostr(&args[..1]).args(mode.options()).args(&args[1..])
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Standard output without its last line end.
pub(crate) fn stdout(cli: Cli) -> String {
    let run = cli.run().expect(0);
    run.stdout.strip_suffix('\n').unwrap_or(&run.stdout).to_owned()
}
