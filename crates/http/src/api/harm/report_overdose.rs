//! `POST /v1/people/{id}/overdoses`: report an overdose.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, NewOverdose};
use throughcare_domain::id::PersonId;

entry! {
    /// An overdose.
    pub struct OverdoseReport {
        /// A code of `overdose-outcomes`.
        #[schema(min_length = 1, max_length = 40)]
        pub outcome: String,
        /// Codes of `substances` suspected, most likely first.
        #[serde(default)]
        #[schema(max_items = 3)]
        pub substances: Vec<String>,
        /// A code of `naloxone-use-places`.
        #[schema(min_length = 1, max_length = 40)]
        pub place: Option<String>,
        /// Whether naloxone was given; absent when nobody knows.
        pub naloxone_given: Option<bool>,
        /// Whether an ambulance was called; absent when nobody knows.
        pub ambulance_called: Option<bool>,
    }

    /// Report an overdose
    ///
    /// It stands at once on the list of the services that treat the person; where none does, on that of the service for the
    /// residence, or the partnership. A death is a report of its own.
    post "/v1/people/{id}/overdoses" in "Harm" as report_overdose;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let substances = reading.codes(&body.substances, "/substances");
        let place = body.place.and_then(|place| reading.code(&place, "/place"));
        Some(Command::ReportOverdose(NewOverdose {
            outcome: reading.code(&body.outcome, "/outcome")?,
            substances,
            place,
            naloxone_given: body.naloxone_given,
            ambulance_called: body.ambulance_called,
        }))
    }
}
