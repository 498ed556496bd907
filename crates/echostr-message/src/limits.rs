//! What a document may have at most. Far above anything that the platforms send.

/// Bytes of a document. Messages have a few KiB.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Elements of XML, or values of JSON. Messages have some dozens.
pub const MAX_NODES: usize = 16_384;

/// Levels below the root, and levels of a card that is written. The deepest known document has 8.
pub const MAX_DEPTH: usize = 32;
