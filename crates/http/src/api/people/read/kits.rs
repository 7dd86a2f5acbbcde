//! `GET /v1/people/{id}/naloxone`: the kits a person has, had, and should have.

use super::explained::{ExplainedShown, explained_under};
use super::person::PersonQuery;
use super::view::view;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::when;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::fact::UsedOn;
use throughcare_domain::state::{Kit, PersonState, Use};
use throughcare_domain::view::naloxone::NaloxoneHeld;
use utoipa::ToSchema;
use uuid::Uuid;

/// A naloxone kit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KitShown {
    /// The kit.
    pub kit_id: Uuid,
    /// A code of `naloxone-products`.
    pub product: String,
    /// Batch on the pack.
    pub batch: String,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// Doses in the pack.
    pub doses: u8,
    /// Who gave it.
    pub service: String,
    /// The prison in whose property store it was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_in: Option<String>,
    /// When it was placed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<WhenWire>,
    /// When it reached the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied: Option<WhenWire>,
    /// Its use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<UseShown>,
    /// The kit it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Uuid>,
    /// What the holder was told of recalls of its batch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recall_notices: Vec<RecallNoticeShown>,
}

/// The holder of a kit was told that its batch is called back, or was not reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecallNoticeShown {
    /// The recall.
    pub recall: Uuid,
    /// When.
    pub occurred: WhenWire,
    /// How: a code of `recall-contacts`.
    pub how: String,
    /// False when the holder was not reached and is still to be told.
    pub reached: bool,
}

/// The use of a kit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UseShown {
    /// When.
    pub occurred: WhenWire,
    /// `holder`, `somebody_else` or `not_known`.
    pub used_on: String,
    /// A code of `naloxone-use-outcomes`.
    pub outcome: String,
}

impl From<&Use> for UseShown {
    fn from(used: &Use) -> Self {
        Self {
            occurred: when(used.at.occurred),
            used_on: match used.on {
                UsedOn::Holder => "holder",
                UsedOn::SomebodyElse => "somebody_else",
                UsedOn::NotKnown => "not_known",
            }
            .to_owned(),
            outcome: used.outcome.to_string(),
        }
    }
}

impl From<&Kit> for KitShown {
    fn from(kit: &Kit) -> Self {
        let placed = kit.in_property.as_ref();
        Self {
            kit_id: kit.id.0,
            product: kit.pack.product.to_string(),
            batch: kit.pack.batch.to_string(),
            expires_on: kit.pack.expires_on,
            doses: kit.pack.doses,
            service: kit.service.to_string(),
            placed_in: placed.map(|(prison, _)| prison.to_string()),
            placed: placed.map(|(_, at)| when(at.occurred)),
            supplied: kit.supplied.map(|at| when(at.occurred)),
            used: kit.used.as_ref().map(UseShown::from),
            replaces: kit.replaces.map(|kit| kit.0),
            recall_notices: kit
                .notices
                .iter()
                .map(|one| RecallNoticeShown {
                    recall: one.recall.0,
                    occurred: when(one.at.occurred),
                    how: one.how.to_string(),
                    reached: one.reached,
                })
                .collect(),
        }
    }
}

/// A kit to replace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KitToReplace {
    /// The kit.
    pub kit: KitShown,
    /// Since which day: of use, or the day after its expiry.
    pub since: Date,
}

/// A person's naloxone on a day, each list in the order of issue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NaloxoneShown {
    /// The day.
    pub as_of: Date,
    /// In hand, unused and in date.
    pub held: Vec<KitShown>,
    /// With the property that is given back at release: not yet supplied.
    pub in_property: Vec<KitShown>,
    /// Used.
    pub used: Vec<KitShown>,
    /// Lost or taken away, and not given back.
    pub gone: Vec<KitShown>,
    /// When naloxone was offered, and whether it was declined.
    pub offers: Vec<OfferShown>,
    /// Training in its use.
    pub trainings: Vec<TrainingShown>,
    /// Used, expired or gone, and not replaced.
    pub to_replace: Vec<KitToReplace>,
    /// With `explain=true`: each of these values with the events that set it, named as in what explains the person, and
    /// these events in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<ExplainedShown>,
}

/// Naloxone offered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferShown {
    /// When.
    pub occurred: WhenWire,
    /// By which service.
    pub service: String,
    /// A code of `naloxone-decline-reasons`; absent when it was not declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declined: Option<String>,
}

/// Training in the use of naloxone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingShown {
    /// When.
    pub occurred: WhenWire,
    /// By which service.
    pub service: String,
    /// The last day on which it counts; absent where it does not run out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
}

fn shown(state: &PersonState, as_of: Date) -> NaloxoneShown {
    let held = &NaloxoneHeld::on(state, as_of);
    let kits = |kits: &[Kit]| kits.iter().map(KitShown::from).collect();
    NaloxoneShown {
        explained: None,
        as_of,
        held: kits(&held.held),
        in_property: kits(&held.in_property),
        used: kits(&held.used),
        gone: kits(&held.gone),
        offers: state
            .offers
            .iter()
            .map(|one| OfferShown {
                occurred: when(one.at.occurred),
                service: one.service.to_string(),
                declined: one.declined.as_ref().map(ToString::to_string),
            })
            .collect(),
        trainings: state
            .trainings
            .iter()
            .map(|one| TrainingShown {
                occurred: when(one.at.occurred),
                service: one.service.to_string(),
                expires_on: one.expires_on,
            })
            .collect(),
        to_replace: held
            .to_replace
            .iter()
            .map(|one| KitToReplace {
                kit: (&one.kit).into(),
                since: one.since,
            })
            .collect(),
    }
}

/// The naloxone a person has, had, and should have
#[utoipa::path(
    get, path = "/v1/people/{id}/naloxone", tag = "Naloxone",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), PersonQuery),
    responses(
        (status = 200, description = "The kits", body = NaloxoneShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn naloxone(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<PersonQuery>,
) -> Result<Response, Problem> {
    let (when, explain) = query.parts();
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    view(&state, &asking, id, when, &has, |read| {
        let mut shown = shown(read.state(), read.day);
        shown.explained = explain.then(|| explained_under("/naloxone/", read, &reference, &directory));
        Ok(shown)
    })
    .await
}
