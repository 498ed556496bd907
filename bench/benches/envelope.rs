//! Opening and sealing, beside the SHA-1 without which neither is possible.

use std::hint::black_box;

use bench::Text;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sha1::{Digest as _, Sha1};

criterion_group!(benches, envelope);
criterion_main!(benches);

fn envelope(criterion: &mut Criterion) {
    let verifier = bench::encrypted();
    let mut group = criterion.benchmark_group("envelope");
    for size in bench::SIZES {
        let request = bench::request(&verifier, Text::Ascii, size);
        group.throughput(Throughput::Bytes(request.encrypt.len().try_into().unwrap_or(u64::MAX)));
        group.bench_with_input(BenchmarkId::new("sha1", size), &request.encrypt, |bencher, text| {
            bencher.iter(|| Sha1::digest(black_box(text)));
        });
        let envelope = bench::envelope(&verifier, &request);
        group.bench_with_input(BenchmarkId::new("open", size), &request.body, |bencher, body| {
            bencher.iter_batched(
                || envelope.clone(),
                |envelope| bench::open(envelope, black_box(body.clone())),
                BatchSize::SmallInput,
            );
        });
        let sealer = bench::open(envelope, request.body).sealer;
        let reply = bench::message(Text::Ascii, size);
        group.bench_with_input(BenchmarkId::new("seal", size), reply.as_bytes(), |bencher, reply| {
            bencher.iter(|| sealer.seal(black_box(reply)));
        });
    }
    group.finish();
}
