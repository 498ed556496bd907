//! What a handler can ask for.

use crate::{bot::Bot, document::Family, incoming::Incoming, message::Message, notice::Notice};

/// What a handler can ask for: [`Message`], [`Notice`], [`Bot`], or [`Incoming`] for any of them.
pub trait Asked: Sized + sealed::Sealed {
    /// The family, if it is one.
    #[doc(hidden)]
    const FAMILY: Option<Family>;

    /// What came, or the family of what came instead.
    #[doc(hidden)]
    fn pick(incoming: Incoming) -> Result<Self, Family>;
}

mod sealed {
    /// So that every extractor of every framework knows all of them.
    #[expect(unnameable_types, reason = "nobody else is to implement it")]
    pub trait Sealed {}
}

impl Asked for Incoming {
    const FAMILY: Option<Family> = None;

    fn pick(incoming: Incoming) -> Result<Self, Family> {
        Ok(incoming)
    }
}

impl sealed::Sealed for Incoming {}

macro_rules! family {
    ($($family:ident)*) => {$(
        impl Asked for $family {
            const FAMILY: Option<Family> = Some(Family::$family);

            fn pick(incoming: Incoming) -> Result<Self, Family> {
                match incoming {
                    Incoming::$family(asked) => Ok(asked),
                    other => Err(other.family()),
                }
            }
        }

        impl sealed::Sealed for $family {}
    )*};
}

family! { Message Notice Bot }
