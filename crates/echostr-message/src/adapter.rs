//! What the writer of an extractor needs, and an app does not: the steps from a verified request to the message that its
//! handler asks for.
//!
//! [`Reading::of`] the [`Callback`](echostr::Callback) that the middleware has left, `push` the body piece by piece, `finish` to
//! get a [`Message`](crate::Message). Every error on the way is an [`Unread`], whose [`answer`](Unread::answer) goes out in the
//! handler's place; it is logged already.
//!
//! Where there is no middleware, as in an app on a framework that has no adapter, an [`Exchange`] goes all the way from the request
//! to its answer.

pub use crate::extract::{Asked, Exchange, Output, Reading, Reason, Received, Unread};
