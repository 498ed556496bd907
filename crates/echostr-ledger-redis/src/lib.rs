#![doc = include_str!("../README.md")]

mod answer;
mod args;
mod clock;
mod connection;
mod error;
mod fallback;
mod flights;
mod keeper;
mod ledger;
mod link;
mod names;
mod reply;
mod scripts;
mod settings;
mod steps;
mod store;
mod times;
mod watches;

pub use error::ConnectError;
pub use ledger::RedisLedger;
pub use settings::{OnCrash, RedisSettings, WhenUnavailable};

impl RedisLedger {
    /// Connects with the default [settings](RedisSettings): `redis://[user:password@]host[:port][/database]`.
    ///
    /// # Errors
    ///
    /// As [`RedisSettings::connect`].
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        RedisSettings::new().connect(url).await
    }
}
