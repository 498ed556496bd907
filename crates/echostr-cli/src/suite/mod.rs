//! What `check` sends, and what must come of it.

pub(crate) mod cases;
