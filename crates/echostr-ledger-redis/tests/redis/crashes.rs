//! One of two servers is killed, or stands still, while it handles a message.

use std::slice::from_ref;

use echostr_ledger::{Claimed, End, Finished, Ledger as _, Remembered, Settled};
use echostr_ledger_redis::{OnCrash, RedisSettings};
use tokio::{
    runtime::Builder,
    time::{Instant, sleep},
};

use crate::{
    app::{App, SECOND, deliver, key, seconds},
    process::Process,
    server::Redis,
    steps::{Ask, ledger},
    trial::trials,
};

trials!["crashes";
    killed_after_100_ms,
    killed_after_1_second,
    killed_after_4_900_ms,
    killed_after_success_was_answered,
    no_success_on_a_lease_that_has_run_out,
    a_suspicion_is_looked_at_all_the_time,
    a_flight_that_is_dropped_is_free_at_once,
    handlers_that_block_their_threads_keep_their_flights,
    with_never_nobody_handles_it_again,
    a_lease_from_a_clock_that_was_set_back_ends,
    an_owner_that_stands_still_for_long_is_fenced_off,
    an_owner_that_stands_still_for_a_second_keeps_its_flight,
];

/// The platform sees the connection break, and sends again: to the other server, which takes over.
async fn killed_after(time: f64) {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "patient", OnCrash::Again).await;
    let alive = App::new("alive", &redis, SECOND / 10).await.patient();
    dead.send(1);
    dead.line("run 1 1").await;
    sleep(seconds(time)).await;
    dead.kill();
    assert_eq!(dead.lines("answer"), [""; 0]);
    // Two sends are left: one that fails at once is sent again at once, one that times out after 5 s.
    let response = deliver(from_ref(&alive), 1).await.unwrap();
    assert_eq!(response.text(), (200, "alive 1"));
    assert!(response.after < seconds(9.9), "within the two sends that are left: {response:?}");
    assert_eq!(alive.runs(), [(1, 2)]);
    // And it is over.
    assert_eq!(alive.send(1).await.text(), (200, "alive 1"));
    assert_eq!(alive.runs(), [(1, 2)]);
}

async fn killed_after_100_ms() {
    killed_after(0.1).await;
}

async fn killed_after_1_second() {
    killed_after(1.0).await;
}

async fn killed_after_4_900_ms() {
    killed_after(4.9).await;
}

/// What no store can mend: the platform believes that the message was taken.
async fn killed_after_success_was_answered() {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "one", OnCrash::Again).await;
    let alive = App::new("alive", &redis, SECOND / 10).await;
    dead.send(1);
    assert_eq!(dead.line("answer 1").await, "answer 1 200 success");
    dead.kill();
    for wait in [0, 6] {
        sleep(wait * SECOND).await;
        assert_eq!(alive.send(1).await.text(), (200, "success"));
    }
    assert_eq!(alive.runs(), []);
}

/// Nobody can tell whether the handler still runs, so the platform is to send again.
async fn no_success_on_a_lease_that_has_run_out() {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "patient", OnCrash::Again).await;
    let other = ledger(&redis).await;
    for number in [1, 2] {
        dead.send(number);
        dead.line(&format!("run {number} 1")).await;
    }
    // The control.
    assert_eq!(other.settle(&key(1), Instant::now() + 5 * SECOND, Instant::now()).await, Settled::Success);
    dead.kill();
    sleep(4 * SECOND).await;
    // Run out, suspect, abandoned.
    for _ in 0..20 {
        assert_eq!(other.settle(&key(2), Instant::now() + 5 * SECOND, Instant::now()).await, Settled::Hold);
        sleep(SECOND / 10).await;
    }
    let app = App::over("alive", other, SECOND / 10);
    assert_eq!(app.send(2).await.text(), (200, "alive 2"));
    assert_eq!(app.send(1).await.text(), (200, "success"));
    assert_eq!(app.runs(), [(2, 2)]);
}

/// A gap between two looks says that Redis was away, so that it could not hear the owner.
async fn a_suspicion_is_looked_at_all_the_time() {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "patient", OnCrash::Again).await;
    let other = ledger(&redis).await;
    dead.send(1);
    dead.line("run 1 1").await;
    dead.kill();
    sleep(4 * SECOND).await;
    let is_taken = async |id| match Ask::new(1, id).of(&other).await {
        Claimed::Run(lease, _) => {
            assert_eq!(lease.attempt, 2);
            true
        }
        // Nobody waits for it, so that nobody looks.
        Claimed::InFlight(..) => false,
        claimed => panic!("{claimed:?}"),
    };
    for id in 2..5 {
        assert!(!is_taken(id).await);
        sleep(2 * SECOND).await;
    }
    let begin = Instant::now();
    while !is_taken(5).await {
        assert!(begin.elapsed() < 20 * SECOND);
        sleep(SECOND / 10).await;
    }
    assert!(begin.elapsed() >= seconds(1.1), "{:?}", begin.elapsed());
}

/// As by a runtime that ends while another goes on: the thread of the store tells Redis.
async fn a_flight_that_is_dropped_is_free_at_once() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, App::new("b", &redis, SECOND / 10).await);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let app = App::over("a", a, 60 * SECOND);
    let sender = app.clone();
    runtime.spawn(async move { sender.send(1).await });
    app.has_begun(1).await;
    assert_eq!(app.runs(), [(1, 1)]);
    runtime.shutdown_background();
    let response = b.send(1).await;
    assert_eq!(response.text(), (200, "b 1"));
    assert!(response.after < 2 * SECOND, "it waited for no lease: {response:?}");
    assert_eq!(b.runs(), [(1, 2)]);
}

async fn handlers_that_block_their_threads_keep_their_flights() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, App::new("b", &redis, SECOND / 10).await.patient());
    // A server of one thread, which is blocked.
    let thread = std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let claimed = Ask::new(1, 1).of(&a).await;
            let Claimed::Run(lease, _) = claimed else { panic!("{claimed:?}") };
            std::thread::sleep(7 * SECOND);
            let reply = Remembered::new(Some("text/xml".into()), "blocked".into());
            a.finish(&lease, End::Reply(reply.into(), 60 * SECOND), Instant::now()).await
        })
    });
    sleep(SECOND / 2).await;
    assert_eq!(deliver(from_ref(&b), 1).await.unwrap().text(), (200, "blocked"));
    assert_eq!(thread.join().unwrap(), Finished::InTime);
    assert_eq!(b.runs(), []);
}

async fn with_never_nobody_handles_it_again() {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "patient", OnCrash::Never).await;
    let settings = RedisSettings::new().on_crash(OnCrash::Never);
    let alive = App::with("alive", &redis, SECOND / 10, settings).await.patient();
    dead.send(1);
    dead.line("run 1 1").await;
    dead.kill();
    let response = deliver(from_ref(&alive), 1).await.unwrap();
    assert_eq!(response.text(), (200, "success"));
    assert_eq!(alive.send(1).await.text(), (200, "success"));
    assert_eq!(alive.runs(), []);
    // The control: what nobody has begun is handled.
    assert_eq!(alive.send(2).await.text(), (200, "alive 2"));
}

/// The clock of Redis was 300 s ahead when an owner that is gone had its lease, and has been set since.
async fn a_lease_from_a_clock_that_was_set_back_ends() {
    let redis = Redis::start(&[]).await;
    let mut dead = Process::start(&redis, 60.0, "patient", OnCrash::Again).await;
    let alive = App::new("alive", &redis, SECOND / 10).await.patient();
    dead.send(1);
    dead.line("run 1 1").await;
    dead.kill();
    let (second, _): (u64, u64) = redis.ask(&redis::cmd("TIME")).await;
    let lease = (second * 1_000 + 303_000).to_be_bytes();
    let record = redis.records().await.remove(0);
    // Where it stands in a record.
    redis.ask::<()>(redis::cmd("SETRANGE").arg(record).arg(51).arg(&lease[2..])).await;
    assert_eq!(deliver(from_ref(&alive), 1).await.unwrap().text(), (200, "alive 1"));
    assert_eq!(alive.runs(), [(1, 2)]);
}

/// It wakes when another has taken its flight, and goes on: its reply counts no more.
async fn an_owner_that_stands_still_for_long_is_fenced_off() {
    let redis = Redis::start(&[]).await;
    let mut slow = Process::start(&redis, 8.0, "patient", OnCrash::Again).await;
    let alive = App::new("alive", &redis, seconds(4.0)).await.patient();
    slow.send(1);
    slow.line("run 1 1").await;
    let (_, response) = tokio::join!(slow.pause(8 * SECOND), deliver(from_ref(&alive), 1));
    assert_eq!(response.unwrap().text(), (200, "alive 1"));
    sleep(4 * SECOND).await;
    assert_eq!(alive.runs(), [(1, 2)]);
    assert_eq!(alive.send(1).await.text(), (200, "alive 1"));
    assert!(!slow.lines("answer").iter().any(|line| line.contains("child")), "{:?}", slow.lines("answer"));
}

async fn an_owner_that_stands_still_for_a_second_keeps_its_flight() {
    let redis = Redis::start(&[]).await;
    let mut slow = Process::start(&redis, 4.0, "patient", OnCrash::Again).await;
    let alive = App::new("alive", &redis, SECOND).await.patient();
    slow.send(1);
    slow.line("run 1 1").await;
    let (_, response) = tokio::join!(slow.pause(SECOND), deliver(from_ref(&alive), 1));
    assert_eq!(response.unwrap().text(), (200, "child 1"));
    assert_eq!((alive.runs(), slow.lines("run").len()), (vec![], 1));
}
