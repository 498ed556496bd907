//! Many at once.

use echostr_ledger::Claimed;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    app::{App, SECOND},
    server::Redis,
    steps::{Ask, ledger},
    trial::trials,
};

trials!["races"; sixty_four_connections_race_for_each_of_200_keys];

async fn sixty_four_connections_race_for_each_of_200_keys() {
    let redis = Redis::start(&[]).await;
    let mut ledgers = vec![];
    for _ in 0..64 {
        ledgers.push(ledger(&redis).await);
    }
    let mut claims = JoinSet::new();
    for number in 0..200 {
        for (id, ledger) in (1..).zip(&ledgers) {
            let ledger = ledger.clone();
            claims.spawn(async move {
                loop {
                    match Ask::new(number, id).of(&ledger).await {
                        // This machine may be too slow for so many.
                        Claimed::Unavailable => sleep(SECOND / 10).await,
                        claimed => return (number, claimed),
                    }
                }
            });
        }
    }
    let (mut runs, mut most) = ([0; 200], [0; 200]);
    while let Some(claimed) = claims.join_next().await {
        let (number, claimed) = claimed.unwrap();
        let seen = match claimed {
            Claimed::Run(_, seen) => {
                runs[number as usize] += 1;
                seen
            }
            Claimed::InFlight(_, seen) => seen,
            claimed => panic!("{claimed:?}"),
        };
        most[number as usize] = seen.sends.max(most[number as usize]);
    }
    assert!(runs.iter().all(|runs| *runs == 1), "{runs:?}");
    // Beyond three, a claim that was repeated because its answer was late may count again.
    assert!(most.iter().all(|most| *most >= 64), "{most:?}");

    // The same with the sends of messages: each of them has the one reply.
    let mut apps = vec![];
    for ledger in ledgers.into_iter().take(4) {
        apps.push(App::over("a", ledger, SECOND / 20));
    }
    let mut sends = JoinSet::new();
    for number in 1_000..1_200 {
        for app in apps.iter().cycle().take(16) {
            let app = app.clone();
            sends.spawn(async move { (number, app.send(number).await) });
        }
    }
    while let Some(sent) = sends.join_next().await {
        let (number, response) = sent.unwrap();
        assert_eq!(response.text(), (200, &*format!("a {number}")));
    }
    let ran: usize = apps.iter().map(|app| app.runs().len()).sum();
    assert_eq!(ran, 200);
}
