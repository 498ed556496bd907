//! Many accounts on one server: what `per_request` costs as they grow, each request for another one.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::{collections::HashMap, convert::Infallible, hint::black_box, sync::Arc};

use bench::turns::Turns;
use bytes::Bytes;
use echostr_tower::{EchostrLayer, EitherBody, Verifier};
use futures_util::FutureExt as _;
use http::{Request, Response};
use http_body_util::Empty;
use tower::{Layer as _, Service as _, service_fn};

/// As many requests for one account as for many, since they fall out of the caches themselves.
const REQUESTS: usize = 100_000;

const ACCOUNTS: [usize; 3] = [1, 1_000, 100_000];

fn main() {
    let accounts = ACCOUNTS.map(Accounts::new);
    let (mut whole, mut lookup) = (Turns::default(), Turns::default());
    for accounts in &accounts {
        whole.add(accounts.name(), accounts.requests());
        lookup.add(accounts.name(), accounts.lookups());
    }
    println!("#### The layer with `per_request`\n\n{}", whole.run());
    println!(
        "#### Of that, looking the path up in the user's map and cloning what is found\n\n{}",
        lookup.run()
    );
}

struct Accounts {
    verifiers: Arc<HashMap<String, Verifier>>,
    requests: Vec<Request<()>>,
}

impl Accounts {
    fn new(accounts: usize) -> Self {
        let verifiers = (0..accounts).map(|account| (path(account), verifier(account))).collect();
        // In an order that no prefetcher knows.
        let requests = (0..REQUESTS).map(|n| {
            let scattered =
                n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xd6e8_feb8_6659_fd93);
            let account = (scattered >> 20).checked_rem(accounts).unwrap_or(0);
            let uri = format!("{}?{}", path(account), verifier(account).sign(1_540_176_606, "1854606751"));
            Request::post(uri).body(()).expect("a request")
        });
        Self { verifiers: Arc::new(verifiers), requests: requests.collect() }
    }

    fn name(&self) -> String {
        format!("{} accounts", self.verifiers.len())
    }

    fn requests(&self) -> impl FnMut() {
        let verifiers = Arc::clone(&self.verifiers);
        let layer = EchostrLayer::per_request(move |parts| verifiers.get(parts.uri.path()).cloned());
        let mut service = layer.layer(service_fn(|_: Request<EitherBody<Empty<Bytes>>>| async {
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        }));
        let mut requests = self.requests.iter().cycle();
        move || {
            let request = black_box(requests.next().expect("a request")).clone();
            let response = service.call(request.map(|()| EitherBody::inner(Empty::new())));
            let response = response.now_or_never().expect("nothing to wait for").expect("infallible");
            assert_eq!(response.status(), 200);
        }
    }

    fn lookups(&self) -> impl FnMut() {
        let mut requests = self.requests.iter().cycle();
        move || {
            let request = black_box(requests.next().expect("a request"));
            black_box(self.verifiers.get(request.uri().path()).cloned());
        }
    }
}

fn path(account: usize) -> String {
    format!("/wx/account-{account}")
}

fn verifier(account: usize) -> Verifier {
    Verifier::new(format!("token-of-{account}")).expect("a token")
}
