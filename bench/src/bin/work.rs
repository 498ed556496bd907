//! Does one of the works so many times, for a profiler: `work axum "echostr around the `Router`" 1000`.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let times: usize = arguments[2].parse().unwrap();
    let works: Vec<bench::works::Work> = match arguments[0].as_str() { "axum" => bench::works::axum().into(), "axum-layer" => bench::works::axum_layer().into(), "actix" => bench::works::actix().into(), _ => bench::works::warp().into() };
    let mut work = works.into_iter().find(|w| w.0.starts_with(&arguments[1])).unwrap().1;
    for _ in 0..times { work(); }
}
