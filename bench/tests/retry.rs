//! A small run of the retry model: every adapter in both patiences, and the controls.

use std::process::Command;

/// What the program ends with when a listen queue of this machine overflowed, which may be anybody's.
const NOT_VALID: i32 = 3;

#[test]
fn every_message_is_handled_once_and_the_controls_fail() {
    // Slow enough that a machine that is busy with other tests can keep the times.
    let options =
        ["--messages", "300", "--control-messages", "100", "--rate", "150", "--speed", "3", "--at-once"];
    for _ in 0..3 {
        let output = Command::new(env!("CARGO_BIN_EXE_retry")).args(options).output().expect("it starts");
        let (table, reasons) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.code() {
            Some(NOT_VALID) => {}
            code => {
                assert_eq!(code, Some(0), "\n{table}{reasons}");
                // The head and its line, six runs with the ledger, nine without.
                assert_eq!(table.lines().count(), 2 + 6 + 9, "\n{table}");
                return;
            }
        }
    }
    panic!("three runs in a row said nothing");
}
