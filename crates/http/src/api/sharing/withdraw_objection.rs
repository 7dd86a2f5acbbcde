//! `POST /v1/objections/{id}/withdrawal`: somebody takes an objection back.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::ObjectionId;

entry! {
    /// An objection taken back.
    pub struct ObjectionWithdrawal {}

    /// Record that somebody took an objection back
    ///
    /// Not by the organisation with which the person did not want to share.
    post "/v1/objections/{id}/withdrawal" in "Sharing" as withdraw_objection;
    at id => Address::Entity(id);
    |_body, _reading, _now| Some(Command::Sharing(SharingCommand::WithdrawObjection(ObjectionId(id))))
}
