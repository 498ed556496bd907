//! What came of a case, founded on the evidence alone.

pub(crate) mod baseline;
pub(crate) mod evidence;
pub(crate) mod forged_get;
mod forged_post;
mod genuine;
pub(crate) mod judge;
mod likeness;
pub(crate) mod outcome;
mod reflection;
pub(crate) mod seen;
