//! From a request to what its handler asks for: what the extractors of all frameworks share.

mod asked;
mod openid;
mod reading;
mod unread;

pub use asked::Asked;
pub use reading::Reading;
pub use unread::{Reason, Unread};
