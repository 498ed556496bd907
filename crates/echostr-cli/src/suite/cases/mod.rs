//! The cases, a file for each concern; [`TABLE`] is all of them.

pub(crate) mod builder;
pub(crate) mod case;
mod encrypted;
mod genuine;
mod markup;
mod parameters;
mod queries;
mod signatures;
mod times;
pub(crate) mod tokens;

use crate::{
    suite::cases::{builder::Builder, case::Case},
    words::exit::Failure,
};

type Add = fn(&mut Builder<'_>) -> Result<(), Failure>;

const TABLE: [Add; 8] = [
    genuine::add,
    tokens::add,
    parameters::add,
    signatures::add,
    markup::add,
    queries::add,
    times::add,
    encrypted::add,
];

/// All cases for the builder's account, group by group.
pub(crate) fn all(builder: &mut Builder<'_>) -> Result<Vec<Case>, Failure> {
    TABLE.iter().try_for_each(|add| add(builder))?;
    Ok(builder.take())
}
