//! The layers among the layers that people have. In every composition the handshake is answered, a forged request reaches no
//! handler and a genuine one does, in plain and in encrypted mode, called directly and over sockets; without the layer the same
//! composition lets the forged one through.

#![expect(clippy::expect_used, reason = "what fails here must fail the test")]

mod axum_layers;
mod axum_served;
mod support;
mod tower_bodies;
