//! The macros that turn the table of kinds into types: one entry names the variant, what dispatches it, its fields, their
//! types and the source, and becomes a struct, a variant, its documentation and a row of data.

use crate::{
    shape::{Mismatch, Object},
    spec::FieldSpec,
};

/// Fields that are read together: a kind, or a structure in one.
pub(crate) trait Fields: Sized {
    /// What the table says.
    const FIELDS: &'static [FieldSpec];

    /// Reads them.
    fn read(object: Object<'_>) -> Result<Self, Mismatch>;

    /// Shows those that are there, each with the path of the table behind `around`.
    fn visit<'s>(&'s self, around: &str, to: &mut Vec<(String, &'s str)>);
}

/// The type of a field.
macro_rules! field_type {
    (required) => { String };
    (text) => { Option<String> };
    (spelt) => { Option<String> };
    (int) => { Option<String> };
    (float) => { Option<String> };
    (texts) => { Vec<String> };
    (object $inner:ident) => { Option<$inner> };
    (list $inner:ident) => { Vec<$inner> };
}

/// Reads a field from its paths.
macro_rules! read_field {
    ($object:ident, $paths:expr, required) => {
        $object.text($paths)?.unwrap_or_default().to_owned()
    };
    ($object:ident, $paths:expr, spelt) => {
        $object.text_spelt($paths, $crate::document::Spelling::Exact)?.map(str::to_owned)
    };
    ($object:ident, $paths:expr, texts) => {
        $object.texts($paths)?.into_iter().map(str::to_owned).collect()
    };
    ($object:ident, $paths:expr, object $inner:ident) => {
        $object.object($paths)?.map(<$inner as $crate::table::Fields>::read).transpose()?
    };
    ($object:ident, $paths:expr, list $inner:ident) => {
        $object
            .objects($paths)?
            .into_iter()
            .map(<$inner as $crate::table::Fields>::read)
            .collect::<Result<_, _>>()?
    };
    ($object:ident, $paths:expr, $text:ident) => {
        $object.text($paths)?.map(str::to_owned)
    };
}

/// What a field holds, as data.
macro_rules! field_kind {
    (int) => {
        $crate::spec::FieldKind::Integer
    };
    (float) => {
        $crate::spec::FieldKind::Float
    };
    (texts) => {
        $crate::spec::FieldKind::Texts
    };
    (object $inner:ident) => {
        $crate::spec::FieldKind::Object(<$inner as $crate::table::Fields>::FIELDS)
    };
    (list $inner:ident) => {
        $crate::spec::FieldKind::Objects(<$inner as $crate::table::Fields>::FIELDS)
    };
    ($text:ident) => {
        $crate::spec::FieldKind::Text
    };
}

/// Shows a field.
macro_rules! visit_field {
    ($field:expr, $path:expr, $to:ident, required) => {
        $to.push(($path, $field.as_str()))
    };
    ($field:expr, $path:expr, $to:ident, texts) => {
        for text in &$field {
            $to.push(($path, text.as_str()));
        }
    };
    ($field:expr, $path:expr, $to:ident, object $inner:ident) => {
        if let Some(part) = &$field {
            $crate::table::Fields::visit(part, &($path + "."), $to);
        }
    };
    ($field:expr, $path:expr, $to:ident, list $inner:ident) => {
        for part in &$field {
            $crate::table::Fields::visit(part, &($path + "."), $to);
        }
    };
    ($field:expr, $path:expr, $to:ident, $text:ident) => {
        if let Some(text) = &$field {
            $to.push(($path, text.as_str()));
        }
    };
}

/// The method that reads a number from the text of a field.
macro_rules! number_method {
    ($field:ident, int) => {
        #[doc = concat!("[`", stringify!($field), "`](field@Self::", stringify!($field), ") as a number; None if it is missing or none.")]
        #[must_use]
        pub fn $field(&self) -> Option<i64> {
            $crate::spec::integer(self.$field.as_deref()?)
        }
    };
    ($field:ident, float) => {
        #[doc = concat!("[`", stringify!($field), "`](field@Self::", stringify!($field), ") as a number; None if it is missing or none.")]
        #[must_use]
        pub fn $field(&self) -> Option<f64> {
            $crate::spec::float(self.$field.as_deref()?)
        }
    };
    ($field:ident, $other:ident $($inner:ident)?) => {};
}

/// Structures of fields.
macro_rules! parts {
    ($(
        $(#[$docs:meta])*
        $name:ident {$(
            $(#[$field_docs:meta])*
            $field:ident: $kind:ident $(<$inner:ident>)? = $path:literal $(or $other:literal)*
        ),* $(,)?}
    )*) => {$(
        $(#[$docs])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$field_docs])*
            #[doc = concat!("\n\nOf the document: `", $path, "`", $(" or `", $other, "`",)* ".")]
            pub $field: $crate::table::field_type!($kind $($inner)?),
        )*}

        impl $name {
            $($crate::table::number_method!($field, $kind $($inner)?);)*
        }

        impl $crate::table::Fields for $name {
            const FIELDS: &'static [$crate::spec::FieldSpec] = &[$($crate::spec::FieldSpec {
                name: stringify!($field),
                paths: &[$path $(, $other)*],
                kind: $crate::table::field_kind!($kind $($inner)?),
            }),*];

            fn read(object: $crate::shape::Object<'_>) -> Result<Self, $crate::shape::Mismatch> {
                _ = object;
                Ok(Self {
                    $($field: $crate::table::read_field!(object, &[$path $(, $other)*], $kind $($inner)?),)*
                })
            }

            fn visit<'s>(&'s self, around: &str, to: &mut Vec<(String, &'s str)>) {
                _ = (around, &to);
                $($crate::table::visit_field!(self.$field, around.to_owned() + $path, to, $kind $($inner)?);)*
            }
        }

        /// Without the texts, which are users' or secrets.
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

/// What a variant holds. Kinds with many fields are boxed, so that the others are quick to move.
macro_rules! payload {
    ($variant:ident) => { $variant };
    (boxed $variant:ident) => { Box<$variant> };
}

/// An enum of kinds, and a struct for each.
macro_rules! kinds {
    (
        $(#[$docs:meta])*
        $kinds:ident of $family:ident, by $first:literal then $second:literal, in $folder:literal, $extension:literal;
        $(
            $(#[$variant_docs:meta])*
            $variant:ident $($boxed:ident)? = $value:literal $(/ $detail:literal)?, $source:literal {$($fields:tt)*}
        )*
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $kinds {
            $(
                $(#[$variant_docs])*
                #[doc = concat!(
                    "\n\n```", $extension, "\n",
                    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/documents/", $folder, "/", stringify!($variant), ".", $extension)),
                    "\n```\n\nSource: <", $source, ">",
                )]
                $variant($crate::table::payload!($($boxed)? $variant)),
            )*
            /// Anything else: a kind without a variant, or one of whose fields has another shape than it should (a structure
            /// where a text belongs, a list where one value does). Its document has everything.
            Other,
        }

        $crate::table::parts! {$(
            $(#[$variant_docs])*
            #[doc = concat!("\n\nSee [`", stringify!($kinds), "::", stringify!($variant), "`] for its document.")]
            $variant {$($fields)*}
        )*}

        impl $kinds {
            /// The table that these variants are made from, without the fallback.
            pub const TABLE: &'static [$crate::spec::KindSpec] = &[$($crate::spec::KindSpec {
                family: $crate::document::Family::$family,
                name: stringify!($variant),
                dispatch: &[($first, $value) $(, ($second, $detail))?],
                fields: <$variant as $crate::table::Fields>::FIELDS,
                document: include_str!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/documents/", $folder, "/", stringify!($variant), ".", $extension
                )),
                source: $source,
            }),*];

            /// The name of the variant; `Other` for the fallback.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)*
                    Self::Other => "Other",
                }
            }

            /// The texts of the variant's fields that are there, each with its path in the document: for tools that show any
            /// kind. Where the platform has several places for a field, the path is the usual one.
            #[must_use]
            pub fn fields(&self) -> Vec<(String, &str)> {
                let mut fields = vec![];
                match self {
                    $(Self::$variant(kind) => $crate::table::Fields::visit(&**$crate::table::borrow!($($boxed)? kind), "", &mut fields),)*
                    Self::Other => {}
                }
                fields
            }

            pub(crate) fn read(
                first: &str,
                second: Option<&str>,
                object: $crate::shape::Object<'_>,
            ) -> Result<Self, $crate::shape::Mismatch> {
                _ = second;
                $(
                    if first.eq_ignore_ascii_case($value)
                        $(&& second.is_some_and(|second| second.eq_ignore_ascii_case($detail)))?
                    {
                        let kind = <$variant as $crate::table::Fields>::read(object)?;
                        return Ok(Self::$variant(kind.into()));
                    }
                )*
                Ok(Self::Other)
            }
        }
    };
}

/// A kind behind one reference more than its box.
macro_rules! borrow {
    (boxed $kind:ident) => {
        $kind
    };
    ($kind:ident) => {
        &$kind
    };
}

pub(crate) use {
    borrow, field_kind, field_type, kinds, number_method, parts, payload, read_field, visit_field,
};
