//! A test: an async function, on a runtime of its own.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
};

use libtest_mimic::Trial;

/// `trials![module; one, another]`
macro_rules! trials {
    ($module:literal; $($name:ident),+ $(,)?) => {
        pub(crate) fn all() -> Vec<libtest_mimic::Trial> {
            vec![$(crate::trial::trial(concat!($module, "::", stringify!($name)), $name)),+]
        }
    };
}
pub(crate) use trials;

pub(crate) fn trial<Fut>(name: &str, test: fn() -> Fut) -> Trial
where
    Fut: Future<Output = ()> + 'static,
{
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        catch_unwind(AssertUnwindSafe(|| runtime.block_on(test()))).map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default()
                .into()
        })
    })
}
