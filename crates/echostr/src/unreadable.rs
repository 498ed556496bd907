//! What becomes of a body that the handler cannot read.

/// How a genuine callback is answered whose body is no document, or another one than the handler asks for: a notice where it
/// wants a message. The handler does not run, and a warning says why.
///
/// Set on the adapter's layer; what reads the body for the handler learns it from the [`Callback`](crate::Callback).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreadable {
    /// 200 and `success`: no other answer makes the platform stop, and sent again it would be unreadable again.
    #[default]
    Success,
    /// 400 and `unreadable`: the platform sends it twice more. For a test system, or where something in front of the server
    /// watches for errors.
    Refuse,
}
