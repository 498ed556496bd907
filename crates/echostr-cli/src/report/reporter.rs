//! Writes what the suite tells.

use std::io;

use crate::suite::run::event::Event;

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
