//! A bot for WeChat in a poem app, on the core. Start it with `cargo run -p poem-app` in `examples/other`.

use echostr::Verifier;
use echostr_message::adapter::{Exchange, Output};
use poem::{
    Body, EndpointExt as _, Request, Response, Route, Server, handler, http::StatusCode,
    listener::TcpListener, web::Data,
};

async fn exchange(verifier: &Verifier, request: &Request, body: Body) -> Result<Output, Output> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let exchange = Exchange::begin(verifier, method, uri.path(), uri.query().unwrap_or_default())?;
    let body = body.into_bytes_limit(exchange.body_limit()).await.ok();
    let received = exchange.receive(body)?;
    Ok(received.reply(example_shared::answer(received.asked())))
}

#[handler]
async fn wechat(request: &Request, body: Body, verifier: Data<&Verifier>) -> Response {
    let (Ok(output) | Err(output)) = exchange(&verifier, request, body).await;
    let mut response = Response::builder().status(StatusCode::from_u16(output.status()).unwrap_or_default());
    for (name, value) in output.headers() {
        response = response.header(name, value);
    }
    response.body(output.into_body())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Route::new().at("/wx", poem::get(wechat).post(wechat)).data(example_shared::verifier()?);
    Ok(Server::new(TcpListener::bind(example_shared::addr()?)).run(app).await?)
}
