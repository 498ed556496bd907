//! A server of an app behind the ledger, as an adapter would make it, and WeChat's side of it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use echostr_ledger::{
    Answer, Arrival, Arrived, Deliveries, Fingerprint, Key, Late, Ledger, Outcome, Patience, Remembered,
};
use echostr_ledger_redis::{RedisLedger, RedisSettings};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::server::Redis;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

pub(crate) fn key(number: u32) -> Key {
    let mut digest = [7; 20];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    Key::new("shop", digest)
}

pub(crate) fn fingerprint(number: u32) -> Fingerprint {
    Fingerprint::new("POST", format!("message {number}").as_bytes())
}

/// What came of a send: the status, the body, and after how long.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) after: Duration,
}

impl Response {
    pub(crate) fn text(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

/// A server. Its clones are the same one.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) deliveries: Deliveries<String>,
    name: &'static str,
    takes: Duration,
    /// What its handler has begun: the message, and which attempt.
    runs: Arc<Mutex<Vec<(u32, u32)>>>,
    lates: Arc<Mutex<Vec<Late<String>>>>,
}

impl App {
    /// One whose handler takes so long, on a Redis with the default settings.
    pub(crate) async fn new(name: &'static str, redis: &Redis, takes: Duration) -> Self {
        Self::over(name, RedisLedger::connect(&redis.url()).await.unwrap(), takes)
    }

    pub(crate) async fn with(
        name: &'static str,
        redis: &Redis,
        takes: Duration,
        settings: RedisSettings,
    ) -> Self {
        Self::over(name, settings.connect(&redis.url()).await.unwrap(), takes)
    }

    pub(crate) fn over(name: &'static str, ledger: impl Ledger, takes: Duration) -> Self {
        let lates = Arc::<Mutex<Vec<_>>>::default();
        let deliveries = Deliveries::default().ledger(ledger).max_waiting(100).on_late({
            let lates = Arc::clone(&lates);
            move |_, late| {
                lates.lock().unwrap().push(late);
                async {}
            }
        });
        Self { deliveries, name, takes, runs: Arc::default(), lates }
    }

    pub(crate) fn patient(mut self) -> Self {
        self.deliveries = self.deliveries.patience(Patience::AllSends);
        self
    }

    pub(crate) fn runs(&self) -> Vec<(u32, u32)> {
        self.runs.lock().unwrap().clone()
    }

    /// Waits until its handler has begun so many times.
    pub(crate) async fn has_begun(&self, runs: usize) {
        let begin = Instant::now();
        while self.runs().len() < runs {
            assert!(begin.elapsed() < 30 * SECOND, "{}: {:?}", self.name, self.runs());
            sleep(SECOND / 200).await;
        }
    }

    pub(crate) fn lates(&self) -> Vec<Late<String>> {
        self.lates.lock().unwrap().clone()
    }

    pub(crate) async fn send(&self, number: u32) -> Response {
        let arrived = Instant::now();
        let arrival =
            Arrival { key: key(number), fingerprint: fingerprint(number), arrived, accepted_for: None };
        let answer = match self.deliveries.active().unwrap().arrive::<()>(arrival).await {
            Arrived::Run(flight, answer) => {
                self.runs.lock().unwrap().push((number, flight.delivery().attempt()));
                if self.name == "child" {
                    println!("run {number} {}", flight.delivery().attempt());
                }
                let (takes, text) = (self.takes, format!("{} {number}", self.name));
                tokio::spawn(flight.run(async move {
                    sleep(takes).await;
                    Outcome::Reply(Remembered::new(Some("text/xml".into()), text.clone().into()), text)
                }));
                answer.answer().await
            }
            Arrived::Answer(answer) => answer,
        };
        let (status, body) = match answer {
            Answer::Reply { remembered, .. } => {
                assert_eq!(remembered.content_type().unwrap(), "text/xml");
                (200, String::from_utf8(remembered.body().to_vec()).unwrap())
            }
            Answer::Stream(reply) => (200, reply),
            Answer::Success => (200, "success".to_owned()),
            Answer::Failed(_) => (500, String::new()),
            Answer::Unavailable => (503, String::new()),
            Answer::Conflict => (403, String::new()),
        };
        Response { status, body, after: arrived.elapsed() }
    }

    pub(crate) fn spawn(&self, number: u32) -> JoinHandle<Response> {
        let app = self.clone();
        tokio::spawn(async move { app.send(number).await })
    }
}

/// WeChat sends a message: to these servers in turn, three times, giving each 5 seconds. What it takes as the answer.
pub(crate) async fn deliver(apps: &[App], number: u32) -> Option<Response> {
    let begin = Instant::now();
    for turn in 0..3 {
        let app = &apps[turn % apps.len()];
        if let Ok(response) = timeout(5 * SECOND, app.spawn(number)).await
            && let response = response.unwrap()
            && response.status == 200
        {
            return Some(Response { after: begin.elapsed(), ..response });
        }
    }
    None
}

/// All that ran of a message, on any of these servers, in the order of the attempts.
pub(crate) fn attempts(apps: &[&App], number: u32) -> Vec<u32> {
    let runs = apps.iter().flat_map(|app| app.runs());
    let mut attempts: Vec<_> = runs.filter(|(run, _)| *run == number).map(|(_, attempt)| attempt).collect();
    attempts.sort_unstable();
    attempts
}
