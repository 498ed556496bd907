//! The verifier of plain mode and a query that it accepts.

/// The token of every verifier here.
pub const TOKEN: &str = "Zq8vT3nLw5Rk";

/// A verifier in plain mode.
#[must_use]
pub fn plain() -> echostr::Verifier {
    echostr::Verifier::new(TOKEN).expect("a token")
}

/// The query of a callback as an Official Account sends it.
#[must_use]
pub fn signed() -> String {
    plain().sign(1_540_176_606, "1854606751") + "&openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
}
