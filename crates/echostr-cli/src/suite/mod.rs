//! What `check` sends, and what must come of it. A case is data, a verdict a function of the evidence; the runner sends and tells
//! of it in events.

pub(crate) mod cases;
pub(crate) mod run;
pub(crate) mod verdict;
