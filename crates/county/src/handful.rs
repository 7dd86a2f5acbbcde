//! Ids worth showing.

/// A handful of ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handful {}
