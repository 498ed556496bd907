//! actix-web: what a middleware is wrapped around, and what not.

use std::{net::SocketAddr, sync::mpsc, thread};

use actix_web::{App, HttpServer, web};
use echostr_actix::{Callback, Message};

use crate::support::{Hits, ask, forged, listener, signed, verifier};

async fn actix_guarded(hits: web::Data<Hits>, _: web::ReqData<Callback>) -> &'static str {
    hits.hit()
}

/// Asks for a message instead, which cannot be had without a `Callback` either.
async fn actix_typed(hits: web::Data<Hits>, _: Message) -> &'static str {
    hits.hit()
}

async fn actix_open(hits: web::Data<Hits>) -> &'static str {
    hits.hit()
}

type Configure = fn(&mut web::ServiceConfig);

fn actix(configure: Configure) -> (SocketAddr, Hits) {
    let (listener, addr) = listener();
    let hits = Hits::default();
    let data = web::Data::new(hits.clone());
    let (started, wait) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || App::new().app_data(data.clone()).configure(configure);
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener);
            let server = server.expect("a socket").run();
            started.send(()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    wait.recv().expect("actix-web starts");
    (addr, hits)
}

fn wechat() -> echostr_actix::Echostr {
    echostr_actix::Echostr::new(verifier())
}

#[tokio::test]
async fn shapes_that_protect() {
    let shapes: [(&str, &str, Configure); 4] = [
        ("resource", "/wx", |app| {
            app.service(web::resource("/wx").wrap(wechat()).route(web::post().to(actix_guarded)));
        }),
        ("resource, every method", "/wx", |app| {
            app.service(web::resource("/wx").wrap(wechat()).to(actix_guarded));
        }),
        ("scope", "/api/wx", |app| {
            app.service(web::scope("/api").wrap(wechat()).route("/wx", web::post().to(actix_guarded)));
        }),
        ("scope with a default", "/api/wx", |app| {
            app.service(web::scope("/api").wrap(wechat()).default_service(web::to(actix_guarded)));
        }),
    ];
    for (shape, path, configure) in shapes {
        let (addr, hits) = actix(configure);
        for method in ["POST", "GET", "PUT"] {
            assert_eq!(ask(addr, method, &forged(path)).await.status, 403, "{shape}, {method}");
        }
        assert_eq!(hits.count(), 0, "{shape}");
        let echo = ask(addr, "GET", &format!("{}&echostr=4711", signed(path))).await;
        assert_eq!((echo.status.as_u16(), echo.body.as_str()), (200, "4711"), "{shape}");
        assert_eq!(ask(addr, "POST", &signed(path)).await.status, 200, "{shape}");
        assert_eq!(hits.count(), 1, "{shape}: the signed message");
    }
}

macro_rules! shapes_that_do_not_protect {
    ($handler:ident) => {{
        let shapes: [(&str, Configure); 4] = [
            ("a sibling of the same path", |app| {
                let only_put = web::resource("/wx").guard(actix_web::guard::Put()).wrap(wechat());
                app.service(only_put.to($handler)).service(web::resource("/wx").to($handler));
            }),
            ("beside the scope", |app| {
                app.service(web::scope("/api").wrap(wechat()).route("/wx", web::to($handler)))
                    .route("/wx", web::to($handler));
            }),
            ("the default behind a protected resource", |app| {
                app.service(web::resource("/other").wrap(wechat()).to($handler))
                    .default_service(web::to($handler));
            }),
            ("no middleware", |app| {
                app.route("/wx", web::to($handler));
            }),
        ];
        shapes
    }};
}

#[tokio::test]
async fn shapes_that_do_not_protect_fail_closed() {
    let shapes = shapes_that_do_not_protect!(actix_guarded).into_iter();
    for (shape, configure) in shapes.chain(shapes_that_do_not_protect!(actix_typed)) {
        let (addr, hits) = actix(configure);
        // actix-web's answer to request data that is missing.
        assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 500, "{shape}");
        assert_eq!(ask(addr, "POST", &signed("/wx")).await.status, 500, "{shape}");
        assert_eq!(hits.count(), 0, "{shape}");
    }
    // The control: the same shape with a handler that does not ask for `Callback` runs for a forged request.
    let (addr, hits) = actix(|app| {
        let only_put = web::resource("/wx").guard(actix_web::guard::Put()).wrap(wechat());
        app.service(only_put.to(actix_guarded)).service(web::resource("/wx").to(actix_open));
    });
    assert_eq!(ask(addr, "POST", &forged("/wx")).await.status, 200);
    assert_eq!(hits.count(), 1);
}
