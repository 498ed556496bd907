//! What the tests of the command share: running it, servers for it to call, and a right server that wrong ones vary.

pub(crate) mod command;
pub(crate) mod reference;
pub(crate) mod server;
pub(crate) mod xml;

/// The token of every server here. Long and odd, so that it can be searched for in any output.
pub(crate) const TOKEN: &str = "Zq8vT3nLw5Rk";

/// The key of every server here.
pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// The id of every server here.
pub(crate) const APP_ID: &str = "wx5823bf96d3bd56c7";
