//! A server to be measured from outside: `server axum|actix|warp bare|echostr|ledger|hand-written ADDRESS`. One thread.

use std::{env, error::Error, net::SocketAddr, process::ExitCode};

use actix_web::{App, HttpServer, web::ServiceConfig};
use axum::Router;
use bench::{actix_app, axum_app, warp_app};
use tokio::{net::TcpListener, runtime};
use warp::{Filter, Reply};

type Served = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [framework, variant, address] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        eprintln!("usage: server axum|actix|warp bare|echostr|ledger|hand-written ADDRESS");
        return ExitCode::from(2);
    };
    match serve(framework, variant, address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(framework: &str, variant: &str, address: &str) -> Served {
    let address = address.parse()?;
    match (framework, variant) {
        ("axum", "bare") => axum(axum_app::bare(), address),
        ("axum", "echostr") => axum(axum_app::echostr(), address),
        ("axum", "ledger") => axum(axum_app::ledger(), address),
        ("axum", "hand-written") => axum(axum_app::hand_written(), address),
        ("actix", "bare") => actix(actix_app::bare, address),
        ("actix", "echostr") => actix(actix_app::echostr, address),
        ("actix", "ledger") => actix(actix_app::ledger, address),
        ("actix", "hand-written") => actix(actix_app::hand_written, address),
        ("warp", "bare") => warp(warp_app::bare(), address),
        ("warp", "echostr") => warp(warp_app::echostr(), address),
        ("warp", "ledger") => warp(warp_app::ledger(), address),
        ("warp", "hand-written") => warp(warp_app::hand_written(), address),
        _ => Err(format!("there is no {framework} {variant}").into()),
    }
}

fn axum(app: Router, address: SocketAddr) -> Served {
    one_thread()?.block_on(async { Ok(axum::serve(TcpListener::bind(address).await?, app).await?) })
}

fn actix(app: fn(&mut ServiceConfig), address: SocketAddr) -> Served {
    let server = HttpServer::new(move || App::new().configure(app)).workers(1).bind(address)?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

fn warp<F>(app: F, address: SocketAddr) -> Served
where
    F: Filter<Error = warp::Rejection, Extract: Reply> + Clone + Send + Sync + 'static,
{
    one_thread()?.block_on(warp::serve(app).run(address));
    Ok(())
}

fn one_thread() -> std::io::Result<runtime::Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}
