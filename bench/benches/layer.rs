//! The middleware of each framework in process: bare app, no-op layer, echostr, the middleware written by hand.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

use bench::{
    turns::Turns,
    works::{self, Work},
};

fn main() {
    table("axum, a layer around the finished `Router`", works::axum());
    table("axum, through `Router::layer`", works::axum_layer());
    table("actix-web", works::actix());
    table("warp", works::warp());
}

fn table<const N: usize>(heading: &str, works: [Work; N]) {
    let mut turns = Turns::default();
    for (name, work) in works {
        turns.add(name, work);
    }
    println!("#### {heading}\n\n{}", turns.run());
}
