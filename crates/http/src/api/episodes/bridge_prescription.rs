//! `POST /v1/episodes/{id}/bridging-prescriptions`: make a prescription out until the next service takes over.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::EpisodeId;

entry! {
    /// A prescription made out until the next service takes over.
    pub struct BridgingPrescription {
        /// The service that is to take over, when one is known.
        #[schema(min_length = 2, max_length = 64)]
        pub to_service: Option<String>,
        /// A code of `bridging-medicines`.
        #[schema(min_length = 1, max_length = 40, example = "methadone")]
        pub medicine: String,
        /// The first day that it covers.
        pub from: DateWire,
        /// The last day that it covers.
        pub until: DateWire,
    }

    /// Make a prescription out until the next service takes over
    ///
    /// The service named, or whoever is responsible, has it on its list until it takes over.
    post "/v1/episodes/{id}/bridging-prescriptions" in "Episodes" as bridge_prescription;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let to_service = body.to_service.and_then(|code| reading.service(&code, "/toService"));
        let medicine = reading.code(&body.medicine, "/medicine");
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::BridgePrescription {
                to_service,
                medicine: medicine?,
                from: body.from.0,
                until: body.until.0,
            },
        })
    }
}
