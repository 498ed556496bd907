//! Small runs of the retry model: every adapter in both patiences, and the controls.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong in a test is to stop it"
)]

use std::{
    env,
    io::{self, Write as _},
    process::{Command, Output},
};

/// What the program ends with when a listen queue of this machine overflowed, which may be anybody's.
const NOT_VALID: i32 = 3;

/// Where there is no redis-server.
const LEFT_OUT: i32 = 5;

#[test]
fn every_message_is_handled_once_and_the_controls_fail() {
    // Slow enough that a machine that is busy with other tests can keep the times.
    let options =
        ["--messages", "300", "--control-messages", "100", "--rate", "150", "--speed", "3", "--at-once"];
    // Six runs with the ledger, nine without.
    passes(&options, 6 + 9);
}

#[test]
fn on_two_servers_that_share_a_redis_too() {
    let options =
        ["--store", "redis", "--messages", "100", "--control-messages", "50", "--rate", "100", "--at-once"];
    passes(&options, 6 + 3);
}

#[test]
fn while_redis_is_paused_and_killed_and_restarted_too() {
    let options = ["--store", "redis", "--adapter", "axum", "--trouble", "2", "--messages", "100"];
    let more = ["--control-messages", "50", "--rate", "25", "--at-once"];
    passes(&[&options[..], &more].concat(), 2 + 1);
}

fn passes(options: &[&str], runs: usize) {
    for _ in 0..3 {
        let output = Command::new(env!("CARGO_BIN_EXE_retry")).args(options).output().expect("it starts");
        let Output { status, stdout, stderr } = output;
        let (table, reasons) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        match status.code() {
            Some(NOT_VALID) => {}
            Some(LEFT_OUT) => {
                // Not by a macro, whose output of a test that passes nobody sees.
                let _ = write!(io::stderr(), "the retry model on Redis: {reasons}");
                assert!(env::var_os("CI").is_none(), "{reasons}");
                return;
            }
            code => {
                assert_eq!(code, Some(0), "\n{table}{reasons}");
                // With the head and its line.
                assert_eq!(table.lines().count(), 2 + runs, "\n{table}");
                return;
            }
        }
    }
    panic!("three runs in a row said nothing");
}
