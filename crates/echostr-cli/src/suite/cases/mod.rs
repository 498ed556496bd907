//! The cases, a file for each concern; [`TABLE`] is all of them.

mod encrypted;
mod genuine;
mod markup;
mod parameters;
mod queries;
mod signatures;
mod times;
mod tokens;

use crate::{
    suite::{builder::Builder, case::Case},
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

pub(crate) use tokens::TUTORIALS;
