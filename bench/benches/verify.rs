//! Plain mode: the whole decision about a request, accepted and refused.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, verify);
criterion_main!(benches);

fn verify(criterion: &mut Criterion) {
    let verifier = bench::plain();
    let fresh = bench::plain().max_age(Duration::MAX);
    let accepted = verifier.sign(1_540_176_606, "1854606751");
    let wrong = accepted.replace("nonce=1", "nonce=2");
    let unsigned = "id=743&page=2";
    for (query, accepts) in [(accepted.as_str(), true), (&wrong, false), (unsigned, false)] {
        assert_eq!(verifier.verify("POST", query).is_ok(), accepts, "{query}");
    }

    let mut group = criterion.benchmark_group("verify");
    for (name, verifier, query) in [
        ("accepted", &verifier, accepted.as_str()),
        ("accepted, with max_age", &fresh, &accepted),
        ("refused, wrong signature", &verifier, &wrong),
        ("refused, not WeChat's", &verifier, unsigned),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| verifier.verify(black_box("POST"), black_box(query)));
        });
    }
    group.finish();
}
