//! A bot for WeChat in a rocket app, on the core. Start it with `cargo run -p rocket-app` in `examples/other`.

use echostr::Verifier;
use echostr_message::adapter::{Exchange, Output};
use rocket::{Data, Request, Response, data::ToByteUnit as _, http::Method, http::Status, route};

#[derive(Clone)]
struct Wechat(Verifier);

async fn exchange(verifier: &Verifier, request: &Request<'_>, data: Data<'_>) -> Result<Output, Output> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let query = uri.query().map_or("", |query| query.as_str());
    let exchange = Exchange::begin(verifier, method, uri.path().as_str(), query)?;
    let body = data.open(exchange.body_limit().bytes()).into_bytes().await.ok();
    let body = body.filter(|body| body.is_complete()).map(|body| body.into_inner().into());
    let received = exchange.receive(body)?;
    Ok(received.reply(example_shared::answer(received.asked())))
}

#[rocket::async_trait]
impl route::Handler for Wechat {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        let (Ok(output) | Err(output)) = exchange(&self.0, request, data).await;
        let mut response = Response::new();
        response.set_status(Status::new(output.status()));
        for (name, value) in output.headers() {
            response.set_raw_header(name, value);
        }
        response.set_sized_body(None, std::io::Cursor::new(output.into_body()));
        route::Outcome::Success(response)
    }
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wechat = Wechat(example_shared::verifier()?);
    let routes = [Method::Get, Method::Post].map(|method| route::Route::new(method, "/wx", wechat.clone()));
    rocket::build().mount("/", routes).launch().await?;
    Ok(())
}
