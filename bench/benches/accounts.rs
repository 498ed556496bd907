//! Many accounts on one server: what `per_request` costs as they grow, each request for another one.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::{collections::HashMap, hint::black_box};

use bench::turns::Turns;
use echostr_tower::{EchostrLayer, EitherBody, Verifier};
use futures_util::FutureExt as _;
use http::{Request, Response};
use http_body_util::Empty;
use tower::{Layer as _, Service as _, service_fn};

/// As many requests for one account as for many, since they fall out of the caches themselves.
const REQUESTS: usize = 100_000;

fn main() {
    let mut turns = Turns::default();
    for accounts in [1, 1_000, 100_000] {
        turns.add(format!("{accounts} accounts"), requests(accounts));
    }
    println!("{}", turns.run());
}

fn requests(accounts: usize) -> impl FnMut() {
    let verifiers: HashMap<String, Verifier> =
        (0..accounts).map(|account| (path(account), verifier(account))).collect();
    // In an order that no prefetcher knows.
    let requests: Vec<Request<()>> = (0..REQUESTS)
        .map(|n| {
            let scattered =
                n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xd6e8_feb8_6659_fd93);
            let account = (scattered >> 20).checked_rem(accounts).unwrap_or(0);
            let uri = format!("{}?{}", path(account), verifier(account).sign(1_540_176_606, "1854606751"));
            Request::post(uri).body(()).expect("a request")
        })
        .collect();

    let layer = EchostrLayer::per_request(move |parts| verifiers.get(parts.uri.path()).cloned());
    let mut service = layer.layer(service_fn(|_: Request<EitherBody<Empty<bytes::Bytes>>>| async {
        Ok::<_, std::convert::Infallible>(Response::new(Empty::<bytes::Bytes>::new()))
    }));
    let mut next = (0..requests.len()).cycle();
    move || {
        let request = next.next().and_then(|n| requests.get(n)).expect("a request").clone();
        let response = service.call(black_box(request).map(|()| EitherBody::inner(Empty::new())));
        let response = response.now_or_never().expect("nothing to wait for").expect("infallible");
        assert_eq!(response.status(), 200);
    }
}

fn path(account: usize) -> String {
    format!("/wx/account-{account}")
}

fn verifier(account: usize) -> Verifier {
    Verifier::new(format!("token-of-{account}")).expect("a token")
}
