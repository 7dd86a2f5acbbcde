//! What another system's numbers say of two records, for somebody who may decide it.
//!
//! It is shown to who sees every record that it is about, because whoever sees one alone would learn that there is
//! another. The numbers themselves are on both records by then.

use super::apply::DECIDED_AT_ONCE;
use super::numbers::{numbers_of, two_people};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::query::sealed::seal_on;
use jiff::Timestamp;
use throughcare_domain::access::{self, Rule, Visibility};
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::IdentifierKind;
use uuid::Uuid;

/// Two records that should be one, or one that should be two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its id.
    pub id: Uuid,
    /// To be joined; else to be parted.
    pub joins: bool,
    /// The record that goes on.
    pub person: PersonId,
    /// The other record; none where one record holds what is two people's.
    pub other: Option<PersonId>,
    /// Of which numbers it was told.
    pub kind: IdentifierKind,
    /// When it was told.
    pub told_at: Timestamp,
}

impl App {
    /// What is to be decided about records that the caller sees, the first told first.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for who neither joins records nor audits.
    pub async fn suggestions(&self, caller: &Caller) -> Result<Vec<Suggestion>, AppError> {
        let (organisation, role) = (caller.organisation(), caller.role());
        if !role.gives_care() && role != Role::Auditor {
            return Err(AppError::WrongRole(Rule::RecordsAreJoinedByWorkers.sentence()));
        }
        let directory = self.directory_lately().await?;
        let mut shown = Vec::new();
        for message in self.inner.store.messages_to_decide(DECIDED_AT_ONCE).await? {
            let sent = self.sent(&message).await;
            let Some(numbers) = sent.as_ref().and_then(numbers_of) else {
                continue;
            };
            let holders = self.holders_of(&numbers).await?;
            let sees = holders.iter().all(|(_, history)| {
                access::visibility(history, organisation, role, self.today()) == Visibility::Full
                    && seal_on(&directory, history, caller).is_none()
            });
            let mut people: Vec<PersonId> = holders.iter().map(|(person, _)| *person).collect();
            let one = holders
                .windows(2)
                .all(|two| two[0].1.person() == two[1].1.person());
            let joins = message.state == "to_join";
            // Decided since, by a merge or by saying that they are two people.
            let decided = joins && (one || two_people(&holders));
            if !sees || people.is_empty() || decided {
                continue;
            }
            for (person, history) in &holders {
                let grounds = access::grounds(history, organisation, role, self.today());
                caller.looks.note(Some(*person), Extent::Line, grounds);
            }
            let person = people.remove(0);
            shown.push(Suggestion {
                id: message.id,
                joins,
                person,
                other: people.first().copied(),
                kind: numbers.kept.kind(),
                told_at: message.received_at,
            });
        }
        Ok(shown)
    }
}
