//! Who the people of some releases are.

use super::ReleasesRead;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use std::collections::HashMap;
use throughcare_domain::access::Ground;
use throughcare_domain::id::PersonId;
use throughcare_domain::state::IdentityState;

impl App {
    /// Who some people of releases are that were read for the caller; others are left out, and for auditors
    /// all are. These are the people that the answer shows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn release_names(
        &self,
        caller: &Caller,
        read: &ReleasesRead,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, IdentityState>, AppError> {
        let listed: Vec<PersonId> = people
            .iter()
            .copied()
            .filter(|person| !read.sealed.contains_key(person))
            .filter(|person| read.rows.iter().any(|row| row.person == *person))
            .collect();
        let ground = match read.of_own_service {
            true => Ground::OnOwnList,
            false => Ground::WorksInPrison,
        };
        let ground = ground.unless_audit(caller.role());
        caller.looks.lines(listed.iter().copied(), ground);
        self.identities(caller, &listed).await
    }
}
