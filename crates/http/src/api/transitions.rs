//! What may come next, on the wire.

use serde::Serialize;
use throughcare_domain::view::transitions::Transition;
use utoipa::ToSchema;

/// What may come next for a referral or an episode.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusTransitions {
    /// The present status.
    pub status: String,
    /// Each step that may be taken; empty at the end.
    pub data: Vec<TransitionShown>,
}

/// One step that may be taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TransitionShown {
    /// The status to which it leads.
    pub to: String,
    /// Where to POST it.
    #[schema(example = "/v1/referrals/01920000-0000-7000-8000-000000000001/acceptance")]
    pub href: String,
    /// What it does.
    pub what: String,
    /// The fields it takes, besides the date on which it happened.
    pub fields: Vec<FieldShown>,
}

/// A field of a step.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldShown {
    /// Its name in the body.
    pub name: String,
    /// False when it may be left out.
    pub required: bool,
    /// The list under `/v1/reference-data` from which its value comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_data: Option<String>,
}

/// The steps that may be taken from a status; `under` is the address of the referral or episode.
pub fn transitions(status: &str, under: &str, steps: &[Transition]) -> StatusTransitions {
    let data = steps.iter().map(|step| TransitionShown {
        to: step.to.to_owned(),
        href: format!("{under}/{}", step.noun),
        what: step.what.to_owned(),
        fields: step
            .fields
            .iter()
            .map(|field| FieldShown {
                name: field.name.to_owned(),
                required: field.required,
                reference_data: field.list.map(str::to_owned),
            })
            .collect(),
    });
    StatusTransitions {
        status: status.to_owned(),
        data: data.collect(),
    }
}
