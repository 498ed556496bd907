//! A body that is made on one worker and sent by another.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use actix_web::{
    body::{BodySize, MessageBody},
    rt,
    web::Bytes,
};
use echostr::adapter;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Pieces that may be under way; the body waits for its reader.
const UNDER_WAY: usize = 4;

/// The receiving end of a body, which can change the thread as the body itself cannot.
pub(crate) struct Pumped {
    size: BodySize,
    pieces: Receiver<Piece>,
    has_ended: bool,
}

enum Piece {
    Chunk(Bytes),
    /// Told apart from a worker that stops, and takes the body down with it.
    End,
}

/// The body did not come to its end.
#[derive(Debug)]
pub(crate) struct BrokenOff;

impl Pumped {
    /// Reads `body` on this worker, for as long as somebody wants it.
    pub(crate) fn new<B: MessageBody + 'static>(body: B) -> Self {
        let (sender, pieces) = channel(UNDER_WAY);
        let size = body.size();
        rt::spawn(pump(body, sender));
        Self { size, pieces, has_ended: false }
    }

    /// All of it, if it comes to its end and has at most `limit` bytes.
    pub(crate) async fn collect(mut self, limit: usize) -> Option<Bytes> {
        let mut taken = adapter::Body::within(limit);
        loop {
            match self.pieces.recv().await? {
                Piece::Chunk(chunk) => taken.push(chunk).ok()?,
                Piece::End => return Some(taken.into_bytes()),
            }
        }
    }
}

async fn pump(body: impl MessageBody, sender: Sender<Piece>) {
    let mut body = pin!(body);
    while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let Ok(chunk) = chunk else { return };
        if sender.send(Piece::Chunk(chunk)).await.is_err() {
            return;
        }
    }
    // Nobody listens any more if it fails.
    let _ = sender.send(Piece::End).await;
}

impl MessageBody for Pumped {
    type Error = BrokenOff;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        Poll::Ready(match ready!(self.pieces.poll_recv(cx)) {
            Some(Piece::Chunk(chunk)) => Some(Ok(chunk)),
            Some(Piece::End) => {
                self.has_ended = true;
                None
            }
            None => Some(Err(BrokenOff)),
        })
    }
}

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the handler's reply broke off")
    }
}

impl std::error::Error for BrokenOff {}
