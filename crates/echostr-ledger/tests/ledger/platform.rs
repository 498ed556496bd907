//! WeChat's side: hangs up after 5 s, sends again, three sends in all.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use crate::adapter::{Request, Response, Server};

/// What the server's framework does when the client hangs up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Connection {
    /// axum and warp drop the future.
    Drops,
    /// actix-web runs it to its end.
    Keeps,
}

pub(crate) const CONNECTIONS: [Connection; 2] = [Connection::Drops, Connection::Keeps];

const LIMIT: Duration = Duration::from_secs(5);

/// Sends a message as WeChat does: the answer that the platform takes, and when it has it. `None`: the user sees the fault text.
pub(crate) async fn deliver(
    server: &Server,
    request: &Request,
    connection: Connection,
) -> Option<(u128, Response)> {
    let start = Instant::now();
    for _ in 0..3 {
        if let Some(response) = send(server, request, connection).await
            && response.status == 200
        {
            return Some((start.elapsed().as_millis(), response));
        }
    }
    None
}

/// One send; `None` after a time-out.
pub(crate) async fn send(server: &Server, request: &Request, connection: Connection) -> Option<Response> {
    let mut task = server.spawn(request);
    match timeout(LIMIT, &mut task).await {
        Ok(response) => Some(response.unwrap()),
        Err(_) => {
            if connection == Connection::Drops {
                task.abort();
            }
            None
        }
    }
}

/// Sends at these moments, in seconds from now, of which each is answered or given up on its own.
pub(crate) async fn sends<const N: usize>(
    server: &Server,
    request: &Request,
    connection: Connection,
    at: [f64; N],
) -> Vec<Option<(u128, Response)>> {
    let start = Instant::now();
    let tasks = at.map(|at| {
        let (server, request) = (server.clone(), request.clone());
        tokio::spawn(async move {
            sleep_until(start + Duration::from_secs_f64(at)).await;
            let response = send(&server, &request, connection).await?;
            Some((start.elapsed().as_millis(), response))
        })
    });
    let mut answers = vec![];
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
