//! warp: what falls through to other routes, and what not.

use std::net::SocketAddr;

use conformance::Reply;
use echostr_warp::{Callback, Message};
use warp::Filter as _;

use crate::support::{Hits, ask, forged, signed, tokio_listener, verifier};

fn warp<F>(route: F) -> SocketAddr
where
    F: warp::Filter<Error = warp::Rejection> + Clone + Send + Sync + 'static,
    F::Extract: warp::Reply,
{
    let (listener, addr) = tokio_listener();
    tokio::spawn(warp::serve(route).incoming(listener).run());
    addr
}

/// A route that anybody may call.
fn warp_open(
    hits: &Hits,
) -> impl warp::Filter<Extract = (&'static str,), Error = warp::Rejection> + Clone + Send + Sync + 'static {
    let hits = hits.clone();
    warp::any().and_then(move || std::future::ready(Ok::<_, warp::Rejection>(hits.hit())))
}

#[tokio::test]
async fn protect_lets_nothing_through_to_other_routes() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let wechat = warp::path("wx").and(echostr_warp::protect(verifier(), move |callback| {
        callback.and(warp::post()).map(move |_: Callback| counted.hit())
    }));
    let addr = warp(wechat.or(warp::path("wx").and(warp_open(&others))).or(warp_open(&others)));
    for method in ["POST", "GET", "PUT"] {
        assert_eq!(ask(addr, method, &forged("/wx")).await.status, 403, "{method}");
        assert_eq!(ask(addr, method, "/wx").await.status, 403, "{method} without a query");
    }
    let echo = ask(addr, "GET", &format!("{}&echostr=4711", signed("/wx"))).await;
    assert_eq!((echo.status.as_u16(), echo.body.as_str()), (200, "4711"));
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 0));
    // The controls: another path reaches the catch-all, and so does what the protected route itself passes on.
    assert_eq!(ask(addr, "POST", "/elsewhere").await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 1));
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 2));
}

#[tokio::test]
async fn protect_stands_before_open_branches_inside_it() {
    let (hits, others) = (Hits::default(), Hits::default());
    let (counted, open) = (hits.clone(), warp_open(&others));
    let wechat = echostr_warp::protect(verifier(), move |callback| {
        callback.and(warp::post()).map(move |_: Callback| counted.hit()).or(open)
    });
    let addr = warp(wechat);
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 403);
    assert_eq!(ask(addr, "PUT", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    // The control: a signed request does reach the open branch.
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (0, 1));
}

#[tokio::test]
async fn callback_needs_recover_before_or() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let route = echostr_warp::callback(verifier()).map(move |_| counted.hit());

    let recovered = warp(route.clone().recover(echostr_warp::recover).or(warp_open(&others)));
    assert_eq!(ask(recovered, "POST", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(recovered, "POST", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 0));

    // Without it the handler behind `callback` still does not run, but the next route does.
    let fallen = warp(route.clone().or(warp_open(&others)));
    assert_eq!(ask(fallen, "POST", &forged("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (1, 1));

    // And without a next route warp answers 500 with a text that gives nothing of the request away.
    let unrecovered = warp(route);
    let reply = ask(unrecovered, "GET", &format!("{}&echostr=4711", signed("/wx"))).await;
    assert_eq!(reply.status, 500);
    assert!(!reply.body.contains("4711"), "{}", reply.body);
    assert_eq!(hits.count(), 1);
}

/// `checked` is for routes behind the layer of `echostr-tower`; without it nobody has checked anything.
#[tokio::test]
async fn warp_checked_without_the_layer_fails_closed() {
    let hits = Hits::default();
    let (counted, typed) = (hits.clone(), hits.clone());
    let guarded = echostr_warp::checked(|callback| callback.map(move |_: Callback| counted.hit()));
    let typed = echostr_warp::checked(|message| message.map(move |_: Message| typed.hit()));
    for addr in [warp(guarded), warp(typed)] {
        for path in [forged("/wx"), signed("/wx"), "/wx".to_owned()] {
            assert_eq!(ask(addr, "POST", &path).await.status, 500, "{path}");
            assert_eq!(hits.count(), 0, "{path}");
        }
    }
    // The control: the same route without `checked` runs for a forged request.
    let addr = warp(warp_open(&hits));
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}

/// What `protect` cannot read does not reach the routes that follow it.
#[tokio::test]
async fn warp_protect_answers_what_it_cannot_read() {
    let (hits, others) = (Hits::default(), Hits::default());
    let counted = hits.clone();
    let wechat = echostr_warp::protect(verifier(), |message| message.map(move |_: Message| counted.hit()));
    let addr = warp(wechat.or(warp_open(&others)));
    let reply = ask(addr, "POST", &signed("/wx")).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "success"));
    assert_eq!((hits.count(), others.count()), (0, 0));
    // Another method is no message: a genuine request that the route turns down.
    assert_eq!(ask(addr, "PUT", &forged("/wx")).await.status, 403);
    assert_eq!((hits.count(), others.count()), (0, 0));
    assert_eq!(ask(addr, "PUT", &signed("/wx")).await.status, 200);
    assert_eq!((hits.count(), others.count()), (0, 1));
}

/// What is wrapped around `protect` gets its own answers too, and may make anything of them; the handler still does not run.
#[tokio::test]
async fn a_wrapper_outside_rewrites_the_answers() {
    let handshake = format!("{}&echostr=4711", signed("/wx"));
    let rewritten =
        |reply: &Reply| (reply.status.as_u16(), reply.body.clone()) == (200, "rewritten".to_owned());
    let hits = Hits::default();
    let (inside, outside) = (hits.clone(), hits.clone());

    let outside =
        echostr_warp::protect(verifier(), move |callback| callback.map(move |_: Callback| outside.hit()));
    let outside = warp(outside.with(warp::wrap_fn(|route| warp::any().and(route).map(|_| "rewritten"))));
    assert!(rewritten(&ask(outside, "GET", &handshake).await));
    assert!(rewritten(&ask(outside, "POST", &forged("/wx")).await));
    assert_eq!(hits.count(), 0);
    assert!(rewritten(&ask(outside, "POST", &signed("/wx")).await));
    assert_eq!(hits.count(), 1);

    let inside = warp(echostr_warp::protect(verifier(), move |callback| {
        let route = callback.map(move |_: Callback| inside.hit());
        route.with(warp::wrap_fn(|route| warp::any().and(route).map(|_| "rewritten")))
    }));
    assert_eq!(ask(inside, "GET", &handshake).await.body, "4711");
    assert_eq!(ask(inside, "POST", &forged("/wx")).await.status, 403);
    assert_eq!(hits.count(), 1);
    assert!(rewritten(&ask(inside, "POST", &signed("/wx")).await));
    assert_eq!(hits.count(), 2);
}
