//! The middleware of each framework in process: bare app, no-op layer, echostr, the middleware written by hand.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

use bench::{turns::Turns, works};

fn main() {
    for group in works::middleware() {
        let mut turns = Turns::default();
        for (name, work) in group.works {
            turns.add(name, work);
        }
        println!("#### {}\n\n{}", group.name, turns.run());
    }
}
