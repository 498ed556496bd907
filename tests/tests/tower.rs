//! What tower asks of a middleware: the service that is called is the one that was polled ready, at once or after a body.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use allocation_counter::measure;
use bytes::Bytes;
use conformance::TOKEN;
use echostr::adapter::Decision;
use echostr_tower::{Callback, EchostrLayer, EitherBody, EncodingAesKey, ReceiveId, Verifier};
use http::{Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame};
use tokio::task::JoinSet;
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt, service_fn};

fn layer() -> EchostrLayer {
    EchostrLayer::new(Verifier::new(TOKEN).expect("a token"))
}

fn request<B>(nonce: &str, body: B) -> Request<B> {
    let query = Verifier::new(TOKEN).expect("a token").sign(1_540_176_606, "1854606751");
    let uri = format!("/wx?{}", query.replace("1854606751", nonce));
    Request::post(uri).body(body).expect("a request")
}

/// A service that insists on being polled ready before each call, as tower allows it to.
#[derive(Default)]
struct Strict {
    ready: bool,
    calls: Arc<AtomicUsize>,
}

/// A clone is a service that nobody has polled ready yet.
impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { ready: false, calls: Arc::clone(&self.calls) }
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without having been polled ready");
        self.calls.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new(Full::default())))
    }
}

#[tokio::test]
async fn the_inner_service_is_the_one_that_was_polled_ready() {
    let strict = Strict::default();
    let calls = Arc::clone(&strict.calls);
    let service = layer().layer(strict);
    for (nonce, status, expected) in [("1854606751", 200, 1), ("1", 403, 1), ("1854606751", 200, 2)] {
        // A clone each time, as servers do.
        let response = service.clone().oneshot(request(nonce, Full::default())).await.expect("infallible");
        assert_eq!(response.status(), status);
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
    // And the same one again after a refusal, which has used up no readiness.
    let mut service = service;
    for (nonce, expected) in [("1", 2), ("1854606751", 3), ("1", 3), ("1854606751", 4)] {
        let service =
            ServiceExt::<Request<EitherBody<Full<Bytes>>>>::ready(&mut service).await.expect("infallible");
        service.call(request(nonce, EitherBody::inner(Full::default()))).await.expect("infallible");
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn the_service_that_was_polled_ready_is_called_after_the_body_too() {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let verifier = Verifier::encrypted(TOKEN, key, ReceiveId::any()).expect("a token");
    let strict = Strict::default();
    let calls = Arc::clone(&strict.calls);
    let mut service = EchostrLayer::new(verifier.clone()).layer(strict);
    for expected in 1..=3 {
        let sealed = verifier.sign_encrypted(1_540_176_606, "1854606751", "<xml/>").expect("a key");
        let request = Request::post(format!("/wx?{}", sealed.query)).body(Full::from(sealed.body));
        let service = ServiceExt::<Request<Full<Bytes>>>::ready(&mut service).await.expect("infallible");
        let response = service.call(request.expect("a request")).await.expect("infallible");
        assert_eq!(response.status(), 200);
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_under_a_concurrency_limit() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = ServiceBuilder::new().layer(layer()).concurrency_limit(2).service(service_fn(
        move |_: Request<Full<Bytes>>| {
            let calls = Arc::clone(&counted);
            async move {
                tokio::task::yield_now().await;
                calls.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
            }
        },
    ));
    let mut tasks = JoinSet::new();
    for i in 0..200 {
        let service = service.clone();
        let genuine = i % 2 == 0;
        let nonce = if genuine { "1854606751" } else { "1" };
        tasks.spawn(async move {
            let response = service.oneshot(request(nonce, Full::default())).await.expect("infallible");
            assert_eq!(response.status() == 200, genuine);
        });
    }
    tasks.join_all().await;
    assert_eq!(calls.load(Ordering::SeqCst), 100);
}

/// Polls a future that is ready at once.
fn now<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing is awaited in plain mode"),
    }
}

/// What a middleware that only puts a `Callback` into the request would do: the least that is possible.
#[derive(Clone)]
struct Insert<S> {
    inner: S,
    callback: Callback,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Insert<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.callback.clone());
        self.inner.call(request)
    }
}

#[test]
fn plain_mode_allocates_nothing_but_the_callback_in_the_extensions() {
    let inner = service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let request = || request("1854606751", Full::default());
    let verifier = Verifier::new(TOKEN).expect("a token");
    let Ok(Decision::Callback(callback)) = verifier.verify("POST", request().uri().query().expect("a query"))
    else {
        unreachable!("it is signed")
    };

    let (genuine, again) = (request(), request());
    let mut least = Insert { inner, callback };
    let least = measure(|| drop(now(least.call(genuine)).expect("infallible")));
    let mut layered = layer().layer(inner);
    let layered = measure(|| drop(now(layered.call(again)).expect("infallible")));
    assert!(least.count_total > 0, "the counter counts");
    assert_eq!(layered.count_total, least.count_total);
}

/// A body is at its end once there is nothing more to come, and not before: servers go by it.
#[test]
fn a_body_says_where_it_ends() {
    let full = |text: &'static str| EitherBody::inner(Full::new(Bytes::from_static(text.as_bytes())));
    let bytes = |text: &'static str| EitherBody::from(Bytes::from_static(text.as_bytes()));
    let default = EitherBody::<Full<Bytes>>::default();
    for (mut body, text) in
        [(full("a"), "a"), (full(""), ""), (bytes("a"), "a"), (bytes(""), ""), (default, "")]
    {
        assert_eq!(body.is_end_stream(), text.is_empty(), "{body:?}");
        assert_eq!(body.size_hint().exact(), Some(text.len() as u64), "{body:?}");
        match now(body.frame()) {
            Some(frame) => assert_eq!(frame.expect("infallible").into_data().expect("data"), text),
            None => assert_eq!(text, ""),
        }
        assert!(body.is_end_stream(), "{body:?}");
        assert!(now(body.frame()).is_none(), "{body:?}");
    }
}

/// A body that never comes.
struct Never;

impl Body for Never {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

impl From<Bytes> for Never {
    fn from(_: Bytes) -> Self {
        Self
    }
}

/// Who is refused for the body's length or time may still be sending, so that the answer ends the connection. HTTP/2 has no such
/// header.
#[tokio::test]
async fn only_answers_before_the_end_of_the_body_close_the_connection() {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let verifier = Verifier::encrypted(TOKEN, key, ReceiveId::any()).expect("a token");
    let verifier = verifier.body_timeout(Duration::from_millis(1));
    let query = verifier.sign_encrypted(1_540_176_606, "4711", "<xml/>").expect("a key").query;
    let layer = EchostrLayer::new(verifier);
    for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
        for (query, length, status) in
            [(&*query, 65_537, 413), (&*query, 100, 408), (&query.replace("4711", "1"), 100, 403)]
        {
            let strict = Strict::default();
            let calls = Arc::clone(&strict.calls);
            let request =
                Request::post(format!("/wx?{query}")).version(version).header("content-length", length);
            let response = layer.layer(strict).oneshot(request.body(Never).expect("a request")).await;
            let response = response.expect("infallible");
            let closes = response.headers().get("connection").is_some_and(|value| value == "close");
            assert_eq!(response.status(), status, "{version:?}");
            assert_eq!(closes, status != 403 && version != Version::HTTP_2, "{version:?}, {status}");
            assert_eq!(calls.load(Ordering::SeqCst), 0, "{version:?}, {status}");
        }
    }
}
