//! `completions`.

use crate::support::command::echostr;

#[test]
fn completions_name_every_subcommand() {
    let commands = [
        "handshake",
        "send",
        "event",
        "check",
        "sign",
        "verify",
        "encrypt",
        "decrypt",
        "parse",
        "listen",
        "replay",
        "completions",
    ];
    for shell in ["bash", "zsh", "fish"] {
        let run = echostr(["completions", shell]).run().expect(0).says(&commands).says(&["allow-remote"]);
        assert_eq!(run.stderr, "");
    }
    echostr(["completions", "tcl"]).run().expect(2);
    echostr(["--help"]).run().expect(0).says(&commands);
}
