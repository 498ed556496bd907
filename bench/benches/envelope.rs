//! Opening and sealing, against the SHA-1 of the cipher text, without which neither is possible.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::hint::black_box;

use bench::{Text, turns::Turns, works};
use bytes::Bytes;
use sha1::{Digest as _, Sha1};

fn main() {
    let verifier = bench::encrypted();
    for (text, size) in
        [Text::Ascii, Text::Chinese].into_iter().flat_map(|text| bench::SIZES.map(|size| (text, size)))
    {
        let request = bench::request(&verifier, text, size);
        let envelope = bench::envelope(&verifier, &request);
        let sealer = bench::open(envelope.clone(), request.body.clone()).sealer;
        let reply = Bytes::from(bench::message(text, size));

        let mut turns = Turns::default();
        turns.add("SHA-1 of the base64 text alone", || {
            black_box(Sha1::digest(black_box(&request.encrypt)));
        });
        turns.add("open", || {
            black_box(bench::open(envelope.clone(), black_box(request.body.clone())));
        });
        turns.add("seal a reply of the same size", || {
            _ = black_box(bench::seal(sealer.clone(), black_box(reply.clone())));
        });
        println!("#### {text:?}, {} KiB of cipher text\n\n{}", size >> 10, turns.run());
    }
    for (name, works) in
        [("Finding the text in a body", works::find()), ("Refusing a forged body of 64 KiB", works::refuse())]
    {
        let mut turns = Turns::default();
        for (name, work) in works.works {
            turns.add(name, work);
        }
        println!("#### {name}\n\n{}", turns.run());
    }
}
