//! Path and query, where there are any.

use std::convert::Infallible;

use warp::{Filter, path::FullPath};

/// The path and the raw query, where there is one.
///
/// Where there is none, the target may be an authority (`CONNECT example.com:80`), and `warp::path::full` panics on
/// those: <https://github.com/seanmonstar/warp/issues/1166>. A target with a query has a path.
pub(crate) fn target()
-> impl Filter<Extract = (Option<(FullPath, String)>,), Error = Infallible> + Clone + Send + Sync + 'static {
    let target = warp::query::raw().and(warp::path::full()).map(|query, path| Some((path, query)));
    target.or(warp::any().map(|| None)).unify()
}
