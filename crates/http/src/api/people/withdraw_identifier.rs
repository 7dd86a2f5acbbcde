//! `POST /v1/people/{id}/identifiers/{eventId}/withdrawal`: withdraw an identifier.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{EventId, PersonId};

entry! {
    /// An identifier to withdraw.
    pub struct IdentifierWithdrawal {
    }

    /// Withdraw an identifier
    ///
    /// For an identifier that turned out not to be theirs. The record keeps that it once stood here; `eventId` is the event that recorded it.
    post "/v1/people/{id}/identifiers/{eventId}/withdrawal" in "People" as withdraw_identifier;
    at id, "eventId" other => Address::Person(PersonId(id));
    |_told, _reading, _now| {
        Some(Command::WithdrawIdentifier {
            recorded_by: EventId(other),
        })
    }
}
