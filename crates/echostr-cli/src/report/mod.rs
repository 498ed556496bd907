//! How things are told: lines for people, JSON objects, reports for other programs. Only commands speak to it.

pub(crate) mod cases;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod terminal;

use std::io;

use crate::suite::event::Event;

/// Writes what the suite's runner tells.
pub(crate) trait Reporter {
    /// Called for each event, in order.
    fn tell(&mut self, event: &Event<'_>);

    /// Called when all has been told.
    ///
    /// # Errors
    ///
    /// If the report cannot be written.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
