//! Where the examples write what they have to say.

use std::{env, fs::File, io};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    prelude::*,
};

/// Shows events on the terminal; writes what WeChat sends to the file `WECHAT_LOG`, if set, one line a request. The guard is
/// to be kept until the end.
///
/// # Errors
///
/// A line for the user, if the file cannot be written.
pub fn log() -> Result<Option<WorkerGuard>, String> {
    // Below `INFO` for echostr, so that requests without any of WeChat's parameters are seen too.
    let levels = Targets::new().with_default(LevelFilter::INFO).with_target("echostr", LevelFilter::DEBUG);
    let terminal = fmt::layer().with_writer(io::stderr).with_filter(levels);
    let Ok(path) = env::var("WECHAT_LOG") else {
        tracing_subscriber::registry().with(terminal).init();
        return Ok(None);
    };
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| format!("cannot write to WECHAT_LOG={path}: {error}"))?;
    let (file, guard) = tracing_appender::non_blocking(file);
    let wechat = Targets::new().with_target("echostr::callback", LevelFilter::INFO);
    let file = fmt::layer().with_ansi(false).with_writer(file).with_filter(wechat);
    tracing_subscriber::registry().with(terminal).with(file).init();
    // Lines are written in the background; the guard writes the last ones when it is dropped.
    Ok(Some(guard))
}
