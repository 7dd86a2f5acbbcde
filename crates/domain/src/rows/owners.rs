//! One line for each service on whose list something stands. Nobody is unowned as long as one partnership
//! is registered.
//!
//! Source: `design.md`, "Continuity".

use super::Row;
use crate::code::ServiceCode;
use crate::directory::Directory;

/// One line for each owner, the first being the primary one; a line of nobody when there is none.
pub(super) fn owned(
    line: &Row,
    owners: impl IntoIterator<Item = ServiceCode>,
    directory: &Directory,
    rows: &mut Vec<Row>,
) {
    let mut named: Vec<ServiceCode> = Vec::new();
    for owner in owners {
        if named.contains(&owner) {
            continue;
        }
        rows.push(Row {
            service: Some(owner.clone()),
            organisation: directory.service(&owner).map(|found| found.organisation.clone()),
            primary: named.is_empty(),
            ..line.clone()
        });
        named.push(owner);
    }
    if named.is_empty() {
        rows.push(Row {
            service: None,
            organisation: None,
            primary: true,
            ..line.clone()
        });
    }
}
