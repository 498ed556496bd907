//! Every known answer that stands beside these files, through the public interface.
#![expect(clippy::expect_used, reason = "a helper that finds a broken vector fails the test, as it should")]

mod encrypted;
mod plain;
