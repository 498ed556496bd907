//! `completions`.

use crate::support::command::echostr;

#[test]
fn completions_name_every_subcommand() {
    let commands = [
        "handshake",
        "send",
        "event",
        "kinds",
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
        // Every kind, where the script completes positional arguments.
        if shell != "fish" {
            run.says(&["templatesendjobfinish", "enter_agent", "notice/suite_ticket", "bot/feedback_event"]);
        }
    }
    echostr(["completions", "tcl"]).run().expect(2);
    echostr(["--help"]).run().expect(0).says(&commands);
}
