//! `POST /v1/naloxone-kits/{id}/recall-notice`: tell the holder of a kit that its batch is called back.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{KitId, RecallId};
use uuid::Uuid;

entry! {
    /// The holder of a kit was told that its batch is called back, or could not be reached.
    pub struct RecallNotice {
        /// The recall.
        pub recall: Uuid,
        /// How: a code of `recall-contacts`. Some of them reach nobody; then the holder is still to be told.
        #[schema(min_length = 1, max_length = 40, example = "telephone")]
        pub how: String,
    }

    /// Record that the holder of a called-back kit was told
    post "/v1/naloxone-kits/{id}/recall-notice" in "Naloxone" as tell_of_recall;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::TellOfRecall {
            kit: KitId(id),
            recall: RecallId(body.recall),
            how: reading.code(&body.how, "/how")?,
        })
    }
}
