//! What an item says of itself: its name, its attributes, who may see it.

use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, Token, Visibility, punctuated::Punctuated};

use crate::tree::Meaning;

pub(crate) fn is_private(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Inherited)
}

/// The name that an item defines in its module, and what it means there.
pub(crate) type Defined<'i> = (&'i Ident, &'i Visibility, fn(String) -> Meaning);

/// An item's attributes, and what it defines. `use`, `mod` and macros have their own way.
pub(crate) fn head(item: &Item) -> (&[Attribute], Option<Defined<'_>>) {
    match item {
        Item::Const(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Value))),
        Item::Enum(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::Fn(item) => (&item.attrs, Some((&item.sig.ident, &item.vis, Meaning::Value))),
        Item::Static(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Value))),
        Item::Struct(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::Trait(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::TraitAlias(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::Type(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::Union(item) => (&item.attrs, Some((&item.ident, &item.vis, Meaning::Type))),
        Item::ExternCrate(item) => (&item.attrs, None),
        Item::ForeignMod(item) => (&item.attrs, None),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, None),
        Item::Mod(item) => (&item.attrs, None),
        Item::Use(item) => (&item.attrs, None),
        _ => (&[], None),
    }
}

/// The file that `#[path = ".."]` names.
pub(crate) fn path_attribute(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// `#[cfg(test)]`, or `#[cfg(all(test, ..))]`.
pub(crate) fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<Meta>().is_ok_and(|predicate| needs_test(&predicate))
}

fn needs_test(predicate: &Meta) -> bool {
    match predicate {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|all| all.iter().any(needs_test)),
        _ => false,
    }
}
