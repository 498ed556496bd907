//! The traits of the frameworks, each behind the feature of its name: only the crate that has a type may implement them.

#[cfg(feature = "actix-web")]
mod actix;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "warp")]
mod warp;
