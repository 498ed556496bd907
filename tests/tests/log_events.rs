//! A subscriber that takes events and nothing else, which says no where it is only asked whether anybody listens.

use std::sync::atomic::{AtomicUsize, Ordering};

use conformance::{Connection, Protocol, Server, Subject, TOKEN, Wechat};
use echostr::Verifier;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

static CALLBACKS: AtomicUsize = AtomicUsize::new(0);

struct Callbacks;

impl<S: Subscriber> Layer<S> for Callbacks {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "echostr::callback" {
            CALLBACKS.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn is_event(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
}

#[tokio::test]
async fn every_adapter_logs_to_a_subscriber_for_events_only() {
    let events = Callbacks.with_filter(filter_fn(is_event));
    tracing_subscriber::registry().with(events).init();
    let verifier = Verifier::new(TOKEN).expect("a token");
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Verified(verifier.clone()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let path = format!("/wx?{}", verifier.sign(1_540_176_606, "1854606751"));

        connection.send("POST", &path, "<xml/>").await.expect("a reply");
        assert_eq!(CALLBACKS.swap(0, Ordering::SeqCst), 1, "{subject:?}");

        connection.send("POST", &path.replace("1854606751", "1"), "<xml/>").await.expect("a reply");
        assert_eq!(CALLBACKS.swap(0, Ordering::SeqCst), 0, "{subject:?}: a refused request is no callback");
    }
}
