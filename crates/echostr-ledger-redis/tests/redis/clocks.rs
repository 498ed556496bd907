//! Servers whose clocks are 300 s ahead or behind.

use tokio::time::sleep;

use crate::{
    app::SECOND,
    process::Process,
    server::{Redis, runs},
    trial::trials,
};

trials!["clocks"; servers_whose_clocks_are_wrong];

pub(crate) fn can_be_faked() -> bool {
    runs("faketime")
}

async fn servers_whose_clocks_are_wrong() {
    for (owner, other) in [(300, -300), (-300, 300)] {
        let redis = Redis::start(&[]).await;
        let mut owner = Process::start_ahead(owner, &redis, 3.0).await;
        let mut other = Process::start_ahead(other, &redis, 1.0).await;
        let clocks = [&owner, &other]
            .map(|process| process.lines("ready")[0].rsplit_once(' ').unwrap().1.parse::<i64>().unwrap());
        assert!((clocks[0] - clocks[1]).abs() > 500, "the clocks are wrong: {clocks:?}");
        owner.send(1);
        owner.line("run 1 1").await;
        sleep(SECOND / 5).await;
        other.send(1);
        assert_eq!(owner.line("answer 1").await, "answer 1 200 child 1");
        assert_eq!(other.line("answer 1").await, "answer 1 200 child 1");
        assert_eq!(other.lines("run"), [""; 0]);
        // And one of them is killed.
        owner.send(2);
        owner.line("run 2 1").await;
        owner.kill();
        other.send(2);
        assert_eq!(other.line("run 2").await, "run 2 2");
    }
}
