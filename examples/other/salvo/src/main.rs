//! A bot for WeChat in a salvo app, on the core. Start it with `cargo run -p salvo-app` in `examples/other`.

use echostr::Verifier;
use echostr_message::adapter::{Exchange, Output};
use salvo::{Listener as _, Request, Response, Router, Server, conn::TcpListener, handler, http::StatusCode};

struct Wechat(Verifier);

async fn exchange(verifier: &Verifier, request: &mut Request) -> Result<Output, Output> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let exchange = Exchange::begin(verifier, method, uri.path(), uri.query().unwrap_or_default())?;
    let body = request.payload_with_max_size(exchange.body_limit()).await.ok().cloned();
    let received = exchange.receive(body)?;
    Ok(received.reply(example_shared::answer(received.asked())))
}

#[handler]
impl Wechat {
    async fn handle(&self, request: &mut Request, response: &mut Response) {
        let (Ok(output) | Err(output)) = exchange(&self.0, request).await;
        response.status_code(StatusCode::from_u16(output.status()).unwrap_or_default());
        for (name, value) in output.headers() {
            drop(response.add_header(name, value, true));
        }
        let body = output.into_body();
        // Without it salvo sends chunks, which WeChat refuses.
        drop(response.add_header("content-length", body.len(), true));
        drop(response.write_body(body));
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::with_path("wx").goal(Wechat(example_shared::verifier()?));
    Server::new(TcpListener::new(example_shared::addr()?).bind().await).serve(app).await;
    Ok(())
}
