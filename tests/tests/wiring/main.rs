//! The ways in which a route ends up outside the middleware. A handler that asks for `Callback` must not run in any
//! of them; the shapes that do protect must refuse with 403.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

mod actix;
mod axum;
mod axum_fallbacks;
mod support;
mod warp;
