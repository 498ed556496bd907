//! From a document to a typed message, against reading the events of the same XML without keeping anything.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::hint::black_box;

use bench::{turns::Turns, works};
use quick_xml::{Reader, events::Event};

fn main() {
    let document = bench::text_message(30);
    let mut turns = Turns::default();
    turns.add("events of the text message alone", || {
        let mut reader = Reader::from_str(black_box(&document));
        while !matches!(black_box(reader.read_event()), Ok(Event::Eof) | Err(_)) {}
    });
    for (name, work) in works::parse().works {
        turns.add(name, work);
    }
    println!("{}", turns.run());
}
