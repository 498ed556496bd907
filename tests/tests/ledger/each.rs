//! Runs a check for every subject, all at once.

use tokio::task::JoinSet;

use crate::{
    messages::{MODES, Mode},
    servers::Subject,
};

/// In both modes.
pub(crate) async fn each<F>(check: impl Fn(Subject, Mode) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for subject in Subject::all() {
        for mode in MODES {
            tasks.spawn(check(subject, mode));
        }
    }
    tasks.join_all().await;
}

/// Only in this mode.
pub(crate) async fn each_in<F>(mode: Mode, check: impl Fn(Subject, Mode) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    Subject::all().map(|subject| check(subject, mode)).collect::<JoinSet<()>>().join_all().await;
}
