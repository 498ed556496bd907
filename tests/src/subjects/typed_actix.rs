//! actix-web, with typed handlers.

use std::{net::TcpListener, sync::mpsc, thread};

use actix_web::{App, dev::Server, web};
use echostr_actix::{Bot, Echostr, Incoming, Message, Notice, Reply, ReplyError};

use crate::subjects::{
    actix::{listen, settings, show_reason},
    handler::Hits,
    subject::{Running, Subject, Wechat},
};

pub(crate) const SUBJECTS: &[Subject] = &[
    // `Resource::wrap`, as the README shows it.
    Subject::new("TypedActixResource", resource),
    // `Scope::wrap`.
    Subject::new("TypedActixScope", scope),
];

async fn on_message(hits: web::Data<Hits>, message: Message) -> Result<Reply, ReplyError> {
    hits.on_message(&message)
}

async fn on_notice(hits: web::Data<Hits>, notice: Notice) -> Reply {
    hits.on_notice(&notice)
}

async fn on_bot(hits: web::Data<Hits>, bot: Bot) -> Result<Reply, ReplyError> {
    hits.on_bot(&bot)
}

async fn on_incoming(hits: web::Data<Hits>, incoming: Incoming) -> Result<Reply, ReplyError> {
    hits.on_incoming(&incoming)
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/message", web::post().to(on_message))
        .route("/notice", web::post().to(on_notice))
        .route("/bot", web::post().to(on_bot))
        .route("/incoming", web::post().to(on_incoming));
}

fn resource(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |echostr, hits, listener| {
        listen(listener, move || {
            let resource = |path, route| web::resource(path).wrap(echostr.clone()).route(route);
            App::new()
                .app_data(hits.clone())
                .service(resource("/message", web::post().to(on_message)))
                .service(resource("/notice", web::post().to(on_notice)))
                .service(resource("/bot", web::post().to(on_bot)))
                .service(resource("/incoming", web::post().to(on_incoming)))
                .wrap_fn(show_reason)
        })
    })
}

fn scope(wechat: Wechat, hits: Hits, listener: TcpListener) -> Running {
    serve(wechat, hits, listener, |echostr, hits, listener| {
        listen(listener, move || {
            let scope = web::scope("").wrap(echostr.clone()).configure(routes);
            App::new().app_data(hits.clone()).service(scope).wrap_fn(show_reason)
        })
    })
}

/// Serves what `protect` makes, or the control, in a thread of its own.
fn serve(
    wechat: Wechat,
    hits: Hits,
    listener: TcpListener,
    protect: fn(Echostr, web::Data<Hits>, TcpListener) -> Server,
) -> Running {
    let (handle, started) = mpsc::channel();
    let (echostr, hits) = (settings(wechat), web::Data::new(hits));
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = match echostr {
                None => listen(listener, move || App::new().app_data(hits.clone()).configure(routes)),
                Some(echostr) => protect(echostr, hits, listener),
            };
            handle.send(server.handle()).expect("the test waits");
            server.await.expect("actix-web serves");
        });
    });
    Running::Actix(started.recv().expect("actix-web starts"))
}
