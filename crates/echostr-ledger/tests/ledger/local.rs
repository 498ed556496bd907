//! A framework of threads that share nothing, as actix-web: neither handlers nor their failures can be sent to another thread.

use std::{cell::Cell, rc::Rc, time::Duration};

use echostr_ledger::{
    Answer, Arrival, Arrived, Deliveries, Delivery, Fingerprint, Key, MemoryLedger, Outcome, Remembered,
};
use tokio::{
    task::{LocalSet, spawn_local},
    time::{Instant, sleep, timeout},
};

/// Shared by the threads: the settings, and replies in a form that can cross.
#[derive(Clone)]
struct Layer {
    deliveries: Deliveries<String>,
}

/// An error that stays on its thread.
struct Failed(Rc<str>);

impl Layer {
    async fn call<Fut>(&self, number: u8, handler: impl Fn(Delivery) -> Fut + 'static) -> (u16, String)
    where
        Fut: Future<Output = Result<String, Failed>> + 'static,
    {
        let Some(active) = self.deliveries.active() else { return (404, "off".into()) };
        let arrival = Arrival {
            key: Key::new("shop", [number; 20]),
            fingerprint: Fingerprint::new("POST", b"body"),
            arrived: Instant::now(),
            accepted_for: None,
        };
        let answer = match active.arrive(arrival).await {
            Arrived::Run(flight, answer) => {
                let delivery = flight.delivery();
                spawn_local(flight.run(async move {
                    match handler(delivery).await {
                        Ok(text) => Outcome::Reply(Remembered::new(None, text.clone().into()), text),
                        Err(failed) => Outcome::Failed(failed),
                    }
                }));
                answer.answer().await
            }
            Arrived::Answer(answer) => answer,
        };
        match answer {
            Answer::Reply { remembered, .. } => (200, String::from_utf8(remembered.body().to_vec()).unwrap()),
            Answer::Stream(text) => (200, text),
            Answer::Success => (200, "success".into()),
            Answer::Failed(failed) => (500, failed.map_or(String::new(), |Failed(text)| text.to_string())),
            Answer::Unavailable => (503, String::new()),
            Answer::Conflict => (403, String::new()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_of_its_own_thread_runs_once_and_on() {
    let layer = Layer { deliveries: Deliveries::default().ledger(MemoryLedger::new()) };
    let runs = Rc::new(Cell::new(0));
    let handler = {
        let runs = Rc::clone(&runs);
        move |delivery: Delivery| {
            let runs = Rc::clone(&runs);
            async move {
                runs.set(runs.get() + 1);
                sleep(Duration::from_secs(2)).await;
                if delivery.attempt() == 1 { Err(Failed("no".into())) } else { Ok("hello".to_owned()) }
            }
        }
    };
    LocalSet::new()
        .run_until(async {
            assert_eq!(layer.call(1, handler.clone()).await, (500, "no".to_owned()));
            // The client hangs up, the handler runs on, the next send gets its reply.
            assert!(timeout(Duration::from_secs(1), layer.call(1, handler.clone())).await.is_err());
            assert_eq!(layer.call(1, handler.clone()).await, (200, "hello".to_owned()));
            assert_eq!(layer.call(1, handler.clone()).await, (200, "hello".to_owned()));
        })
        .await;
    assert_eq!(runs.get(), 2);
}

/// The sends of one message come to two threads with a runtime each; the handler runs on one of them.
#[test]
fn the_sends_of_a_message_come_to_several_threads() {
    let layer = Layer { deliveries: Deliveries::default().ledger(MemoryLedger::new()).max_waiting(64) };
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let layer = layer.clone();
            std::thread::spawn(move || {
                let runs = Rc::new(Cell::new(0));
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(LocalSet::new().run_until(async {
                    let sends: Vec<_> = (0..64_u8)
                        .map(|number| {
                            let (layer, runs) = (layer.clone(), Rc::clone(&runs));
                            spawn_local(async move {
                                layer
                                    .call(number % 16, move |_| {
                                        let runs = Rc::clone(&runs);
                                        async move {
                                            runs.set(runs.get() + 1);
                                            sleep(Duration::from_millis(20)).await;
                                            Ok::<_, Failed>("hello".to_owned())
                                        }
                                    })
                                    .await
                            })
                        })
                        .collect();
                    for send in sends {
                        assert_eq!(send.await.unwrap(), (200, "hello".to_owned()));
                    }
                    // The others may wait for a handler of this thread.
                    sleep(Duration::from_millis(100)).await;
                }));
                runs.get()
            })
        })
        .collect();
    let runs: i32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(runs, 16);
}
