//! `POST /v1/overdoses/{id}/review`: record the review of an overdose.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::OverdoseId;

entry! {
    /// What came of the review.
    pub struct OverdoseReview {
        /// A code of `overdose-review-outcomes`.
        #[schema(min_length = 1, max_length = 40)]
        pub outcome: String,
    }

    /// Record the review of an overdose
    ///
    /// By the service that treats the person, or on whose list the overdose stands.
    post "/v1/overdoses/{id}/review" in "Harm" as review_overdose;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::ReviewOverdose {
            overdose: OverdoseId(id),
            outcome: reading.code(&body.outcome, "/outcome")?,
        })
    }
}
