//! The sender in the URL and the one in the body.

use std::sync::Once;

use echostr::Callback;

use crate::incoming::Incoming;

/// Said once: whoever tells of it means the server's configuration, not one message.
static SAID: Once = Once::new();

/// Tells of a plain message whose URL and body name two senders. Neither is signed then; in encrypted mode the body is.
pub(super) fn compare(incoming: &Incoming, callback: &Callback) {
    if let (Incoming::Message(message), false, Some(openid)) =
        (incoming, callback.is_encrypted(), callback.openid())
        && message.from_user_name.as_deref().is_some_and(|from| from != openid)
    {
        SAID.call_once(|| {
            tracing::warn!(
                "a message's FromUserName is not the openid in its URL: in plain mode the signature covers neither, so \
                 somebody may have changed one of them; encrypted mode proves the sender (said once)"
            );
        });
    }
}
