//! `POST /v1/people/{id}/drug-tests`: record a drug test in police detention.

use crate::api::recording::entry;
use serde::Deserialize;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::fact::DrugResult;
use throughcare_domain::id::{ArrestId, PersonId};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a test found of one drug.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrugResultWire {
    /// A code of `drug-test-drugs`.
    #[schema(min_length = 1, max_length = 40, example = "cocaine")]
    pub drug: String,
    /// A code of `drug-test-results`.
    #[schema(min_length = 1, max_length = 40, example = "positive")]
    pub result: String,
}

entry! {
    /// A drug test in police detention.
    pub struct NewDrugTest {
        /// After which arrest.
        pub arrest_id: Option<Uuid>,
        /// A code of `drug-test-triggers`.
        #[schema(min_length = 1, max_length = 40, example = "trigger_offence_arrest")]
        pub trigger: String,
        /// Drug by drug, each once; one that was not tested for is told as `not_tested`.
        #[schema(min_items = 1, max_items = 10)]
        pub results: Vec<DrugResultWire>,
    }

    /// Record a drug test on arrest
    ///
    /// What it found may serve bail, sentence, and advice and treatment alone. It is shown to your organisation; to workers
    /// of services that treat the person, were asked to, or carry out an assessment that is required because of it; and to
    /// auditors. To everybody else it does not exist.
    post "/v1/people/{id}/drug-tests" in "Justice" as record_drug_test;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let trigger = reading.code(&body.trigger, "/trigger");
        let results = body.results.iter().enumerate().filter_map(|(index, one)| {
            let drug = reading.code(&one.drug, &format!("/results/{index}/drug"));
            let result = reading.code(&one.result, &format!("/results/{index}/result"));
            Some(DrugResult { drug: drug?, result: result? })
        });
        let results = results.collect();
        Some(Command::Justice(JusticeCommand::Test {
            arrest: body.arrest_id.map(ArrestId),
            trigger: trigger?,
            results,
        }))
    }
}
