//! The form of the tables of reasons: one row a reason, from which its variant, its sentences, its code and its place in the
//! list of all are made, so that none of them can be forgotten.

use std::fmt;

use crate::{Language, Parameter};

/// What a table says of one reason.
pub(super) struct Row {
    /// The error code of the platform's documents and samples, if they know the reason.
    pub(super) code: Option<i32>,
    pub(super) english: &'static str,
    pub(super) chinese: &'static str,
    /// What stands for `{}` in the sentences.
    pub(super) parameter: Option<Parameter>,
}

impl Row {
    pub(super) fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        };
        match (sentence.split_once("{}"), self.parameter) {
            (Some((before, after)), Some(parameter)) => write!(f, "{before}`{parameter}`{after}")?,
            _ => f.write_str(sentence)?,
        }
        self.code.map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

/// Makes an enum of a table.
macro_rules! reasons {
    (
        $(#[$about:meta])*
        pub enum $Group:ident {
            $(
                $(#[$doc:meta])*
                $Reason:ident $(($Argument:ident))? { $(code: $code:literal,)? en: $en:expr, zh: $zh:expr $(,)? }
            )+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Group {
            $( $(#[$doc])* $Reason $(($Argument))?, )+
        }

        impl $Group {
            /// Every reason of this group; one about a parameter once for each.
            pub(super) fn all() -> impl Iterator<Item = Self> {
                std::iter::empty() $( .chain(reasons!(@all $Reason $($Argument)?)) )+
            }

            pub(super) const fn row(self) -> $crate::rejection::table::Row {
                match self {
                    $(
                        reasons!(@pattern parameter $Reason $($Argument)?) => $crate::rejection::table::Row {
                            code: reasons!(@code $($code)?),
                            english: $en,
                            chinese: $zh,
                            parameter: reasons!(@argument parameter $($Argument)?),
                        },
                    )+
                }
            }
        }
    };
    (@all $Reason:ident) => { std::iter::once(Self::$Reason) };
    (@all $Reason:ident $Argument:ident) => { <$Argument>::ALL.into_iter().map(Self::$Reason) };
    (@pattern $name:ident $Reason:ident) => { Self::$Reason };
    (@pattern $name:ident $Reason:ident $Argument:ident) => { Self::$Reason($name) };
    (@argument $name:ident) => { None };
    (@argument $name:ident $Argument:ident) => { Some($name) };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
}
pub(super) use reasons;
