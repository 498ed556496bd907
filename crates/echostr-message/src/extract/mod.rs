//! From a request to what its handler asks for: what the extractors of all frameworks share.

mod asked;
mod exchange;
mod openid;
mod reading;
mod unread;

pub use asked::Asked;
pub use exchange::{Exchange, Output, Received};
pub use reading::Reading;
pub use unread::{Reason, Unread};
