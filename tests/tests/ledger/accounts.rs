//! Several accounts behind one ledger: their messages are told apart whatever their tokens are.

use conformance::TOKEN;
use echostr::Verifier;

use crate::{
    client::{Reply, Sent},
    each::each_in,
    messages::{Message, Mode},
    servers::{Accounts, Server, Setup, Subject},
};

const PATHS: [&str; 2] = ["/wx", "/wx/other"];

async fn ask(server: &Server, path: &str, message: &Message) -> Reply {
    let target = format!("{path}?{}", message.query);
    Sent::whole(server.addr, "POST", &target, &message.body).await.reply().await
}

fn both(verifiers: [Verifier; 2]) -> [Accounts; 2] {
    let accounts: Vec<_> = PATHS.into_iter().zip(verifiers).collect();
    [Accounts::PerRequest(accounts.clone()), Accounts::LookedUp(accounts)]
}

fn plain(token: &str) -> Verifier {
    Verifier::new(token).expect("a token")
}

/// The same token and the same URL parameters, but two names.
#[tokio::test]
async fn named_accounts_with_one_token_share_no_message() {
    each_in(Mode::Plain, async |subject: Subject, mode: Mode| {
        for accounts in both([plain(TOKEN).named("shop"), plain(TOKEN).named("news")]) {
            let server = Server::start(subject, &Setup::with(accounts));
            let message = mode.message("hello");
            let one = ask(&server, PATHS[0], &message).await;
            // With a body of its own, which would be a conflict if it were the same message.
            let other = message.with_body("<xml>another</xml>");
            let two = ask(&server, PATHS[1], &other).await;
            assert!(one.body.starts_with("run 1 attempt 1 "), "{subject:?}: {one:?}");
            assert!(two.body.starts_with("run 2 attempt 1 "), "{subject:?}: {two:?}");
            assert_eq!(ask(&server, PATHS[0], &message).await.body, one.body, "{subject:?}");
            assert_eq!(ask(&server, PATHS[1], &other).await.body, two.body, "{subject:?}");
            let keys: Vec<_> = server.world.deliveries().iter().flatten().map(|found| *found.key()).collect();
            let accounts: Vec<_> = keys.iter().map(echostr_tower::echostr_ledger::Key::account).collect();
            assert_eq!(accounts, ["shop", "news"], "{subject:?}");
            assert_eq!(keys[0].digest(), keys[1].digest(), "{subject:?}");
            assert_eq!((server.runs(), server.counts().conflicting), (2, 0), "{subject:?}");
        }
    })
    .await;
}

/// The control: on one account, by whichever path, it is one message.
#[tokio::test]
async fn one_account_on_two_paths_shares_its_messages() {
    each_in(Mode::Plain, async |subject: Subject, mode: Mode| {
        for [one, two] in
            [[plain(TOKEN).named("shop"), plain(TOKEN).named("shop")], [plain(TOKEN), plain(TOKEN)]]
        {
            for accounts in both([one.clone(), two.clone()]) {
                let server = Server::start(subject, &Setup::with(accounts));
                let message = mode.message("hello");
                let own = ask(&server, PATHS[0], &message).await;
                assert_eq!(ask(&server, PATHS[1], &message).await.body, own.body, "{subject:?}");
                let forged = ask(&server, PATHS[1], &message.with_body("<xml>another</xml>")).await;
                forged.assert_refused("Body(OfAnotherMessage)", &format!("{subject:?}"));
                assert_eq!(server.runs(), 1, "{subject:?}");
            }
        }
    })
    .await;
}

/// Without names the tokens tell them apart.
#[tokio::test]
async fn unnamed_accounts_with_two_tokens_share_no_message() {
    each_in(Mode::Plain, async |subject: Subject, mode: Mode| {
        let tokens = [TOKEN, "another-token"];
        for accounts in both(tokens.map(plain)) {
            let server = Server::start(subject, &Setup::with(accounts));
            let mut keys = vec![];
            for (run, (path, token)) in PATHS.into_iter().zip(tokens).enumerate() {
                let message = mode.message("hello").with_query(plain(token).sign(1_540_176_606, "4711"));
                let own = ask(&server, path, &message).await;
                assert!(own.body.starts_with(&format!("run {} attempt 1 ", run + 1)), "{subject:?}: {own:?}");
                assert_eq!(ask(&server, path, &message).await.body, own.body, "{subject:?}");
                let found = server.world.deliveries()[run].expect("a delivery");
                keys.push(found.key().account().to_owned());
            }
            assert_ne!(keys[0], keys[1], "{subject:?}");
            // What one has signed is refused on the path of the other, record or no record.
            let message = mode.message("hello");
            let strange = ask(&server, PATHS[1], &message).await;
            strange.assert_refused("WrongSignature", &format!("{subject:?}"));
            assert_eq!(server.runs(), 2, "{subject:?}");
        }
    })
    .await;
}
