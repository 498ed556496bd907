//! What stands below everything else: languages, exit codes, and how text of others is made fit to show.

pub(crate) mod exit;
pub(crate) mod lang;
pub(crate) mod secrets;
pub(crate) mod text;
