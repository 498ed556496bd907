//! The same over HTTP/2, where a client that hangs up resets a stream or ends the connection of many.

use conformance::{Connection, Protocol};

use crate::{
    each::each,
    messages::Mode,
    servers::{Server, Setup, Subject},
};

#[tokio::test]
async fn once_over_http2_and_in_either_protocol() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("wait");
        let open = || Connection::open(server.addr, Protocol::Http2);
        let send = async |connection: &mut Connection, method: &str| {
            let reply = connection.send(method, &message.target(), &message.body).await.expect("a reply");
            (reply.status.as_u16(), reply.body)
        };
        // Hangs up with its whole connection while the handler runs.
        let mut gone = open().await;
        tokio::select! {
            _ = send(&mut gone, "POST") => panic!("{context}: answered"),
            () = server.until_runs(1) => drop(gone),
        }
        let mut connection = open().await;
        let waiting = send(&mut connection, "POST");
        let opening = async {
            server.until_joined(1).await;
            server.world.open();
        };
        let ((status, body), ()) = tokio::join!(waiting, opening);
        assert_eq!(status, 200, "{context}: {body}");
        // Over the same connection, over another, and in HTTP/1.
        assert_eq!(send(&mut connection, "POST").await, (200, body.clone()), "{context}");
        assert_eq!(send(&mut open().await, "POST").await, (200, body.clone()), "{context}");
        let reply = server.ask(&message).await;
        assert!(message.said(&reply).starts_with("run 1 attempt 1 "), "{context}");
        assert_eq!(reply.body, body, "{context}");
        assert_eq!(send(&mut connection, "PUT").await, (403, "forbidden".to_owned()), "{context}");
        assert_eq!(
            (server.runs(), server.world.ended(), server.counts().conflicting),
            (1, 1, 1),
            "{context}"
        );
        // The control: the same connection brings another message.
        let other = mode.message("hello");
        let reply = connection.send("POST", &other.target(), &other.body).await.expect("a reply");
        assert_eq!((reply.status.as_u16(), server.runs()), (200, 2), "{context}");
    })
    .await;
}
