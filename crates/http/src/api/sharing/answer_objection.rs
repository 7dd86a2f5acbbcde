//! `POST /v1/objections/{id}/answer`: what becomes of an objection.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::ObjectionId;

entry! {
    /// The answer to an objection.
    pub struct ObjectionAnswer {
        /// A code of `objection-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "upheld")]
        pub outcome: String,
    }

    /// Record what becomes of an objection
    ///
    /// `upheld` lets it stand; every other answer ends it on the day of `occurred`. Not by the organisation with which
    /// the person did not want to share.
    post "/v1/objections/{id}/answer" in "Sharing" as answer_objection;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let outcome = reading.code(&body.outcome, "/outcome")?;
        Some(Command::Sharing(SharingCommand::AnswerObjection {
            objection: ObjectionId(id),
            outcome,
        }))
    }
}
