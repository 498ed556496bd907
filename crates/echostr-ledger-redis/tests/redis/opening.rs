//! Connecting, and what the operator is told.

use echostr_ledger_redis::{ConnectError, RedisLedger, RedisSettings};

use crate::{
    app::{App, SECOND},
    proxy::Proxy,
    server::Redis,
    trial::trials,
};

trials!["opening";
    what_cannot_be_right_fails_at_the_start,
    a_redis_that_is_too_old_is_refused,
    keys_are_named_after_the_account_and_hide_the_signature,
    prefixes_keep_apps_apart,
    a_user_needs_no_more_rights_than_the_readme_says,
];

async fn what_cannot_be_right_fails_at_the_start() {
    let redis = Redis::start(&["--requirepass", "secret"]).await;
    let url = |user: &str| format!("redis://{user}127.0.0.1:{}", redis.port());
    let error = async |url: String| RedisLedger::connect(&url).await.unwrap_err();
    assert_eq!(error("http://127.0.0.1".into()).await, ConnectError::Url);
    assert!(matches!(error("redis://127.0.0.1:1".into()).await, ConnectError::Unreachable(_)));
    for wrong in ["", ":hunter2@"] {
        let error = error(url(wrong)).await;
        assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    for prefix in ["", "a:b", "a b", "*", &"x".repeat(65)] {
        let error = RedisSettings::new().prefix(prefix).connect(&url(":secret@")).await.unwrap_err();
        assert_eq!(error, ConnectError::Prefix);
    }
    // The control.
    assert!(RedisSettings::new().prefix("{shop}").connect(&url(":secret@")).await.is_ok());
}

async fn a_redis_that_is_too_old_is_refused() {
    let redis = Redis::start(&[]).await;
    let (old, new) = (Proxy::before_an_old(redis.port()).await, Proxy::before(redis.port()).await);
    let error = RedisLedger::connect(&old.url()).await.unwrap_err();
    assert!(matches!(&error, ConnectError::TooOld(version) if version.starts_with("6.")), "{error:?}");
    assert!(RedisLedger::connect(&new.url()).await.is_ok());
}

async fn keys_are_named_after_the_account_and_hide_the_signature() {
    let redis = Redis::start(&[]).await;
    let app = App::with("a", &redis, SECOND / 100, RedisSettings::new().prefix("news")).await;
    assert_eq!(app.send(1).await.text(), (200, "a 1"));
    let records = redis.records().await;
    let [record] = &*records else { panic!("{records:?}") };
    let digits = record.strip_prefix("echostr:1:news:shop:").unwrap();
    assert!(digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{record}");
    // The digest ends with sevens.
    assert!(!record.contains("070707"), "{record}");
    let raw: Vec<u8> = redis.ask(redis::cmd("GET").arg(record)).await;
    assert!(!raw.windows(6).any(|window| window == [7; 6]));
}

async fn prefixes_keep_apps_apart() {
    let redis = Redis::start(&[]).await;
    let mut apps = vec![];
    for prefix in ["a", "b"] {
        apps.push(App::with("a", &redis, SECOND / 100, RedisSettings::new().prefix(prefix)).await);
    }
    for app in &apps {
        assert_eq!(app.send(1).await.status, 200);
        assert_eq!(app.runs(), [(1, 1)]);
    }
}

async fn a_user_needs_no_more_rights_than_the_readme_says() {
    let redis = Redis::start(&[]).await;
    let rights = ["on", ">secret", "~echostr:1:*", "+eval", "+evalsha", "+get", "+set", "+time"];
    redis.ask::<()>(redis::cmd("ACL").arg("SETUSER").arg("app").arg(&rights)).await;
    let url = format!("redis://app:secret@127.0.0.1:{}", redis.port());
    let app = App::over("a", RedisLedger::connect(&url).await.unwrap(), SECOND / 10);
    assert_eq!(app.send(1).await.text(), (200, "a 1"));
    // It cannot ask which run it is, so it compares its records after each new connection.
    redis
        .ask::<()>(redis::cmd("CLIENT").arg("KILL").arg("TYPE").arg("normal").arg("SKIPME").arg("yes"))
        .await;
    for number in [1, 2] {
        assert_eq!(app.send(number).await.text(), (200, &*format!("a {number}")));
    }
    assert_eq!(app.runs(), [(1, 1), (2, 1)]);
}
