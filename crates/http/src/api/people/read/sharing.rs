//! `GET /v1/people/{id}/sharing`: what the person said about the use of their data, and who is given sight of the
//! record.

use super::explained::{ExplainedShown, explained_under};
use super::person::PersonQuery;
use super::view::view_of_the_whole;
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
use throughcare_app::query::PersonRead;
use throughcare_domain::access::{Sight, kept_out};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::sharing::{Ground, NationalStatistics, Standing, national_statistics, standing};
use throughcare_domain::state::{Agreement, AgreementEnd, Objection, Restriction};
use utoipa::ToSchema;
use uuid::Uuid;

/// The rule by which your organisation sees the record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SightShown {
    /// `treats`, `treated`, `sharing_agreement` or `audits`.
    pub rule: String,
    /// What it says.
    pub says: String,
}

/// Why the person is told of in the national statistics, or is not.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsGroundShown {
    /// `consented`, `restricted`, `objected`, `withdrawn`, `refused` or `never_asked`.
    pub reason: String,
    /// Since which day; absent when nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Uuid>,
}

/// Whether an export to the national statistics on the day tells of the person. Care and local figures ask nothing of
/// this.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsShown {
    /// Yes or no.
    pub included: bool,
    /// The consent; or everything that stands against it, the gravest first.
    pub grounds: Vec<StatisticsGroundShown>,
}

/// What the person said last about a scope.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentShown {
    /// A code of `sharing-scopes`.
    pub scope: String,
    /// With which organisation, where the scope is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// `given`, `refused`, `withdrawn` or `never_asked`.
    pub answer: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<WhenWire>,
    /// The event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Uuid>,
    /// In which words they were asked: a code of `consent-wordings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wording: Option<String>,
    /// The version printed on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wording_version: Option<String>,
    /// The organisation that they told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_to: Option<String>,
}

/// An objection.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectionShown {
    /// The objection.
    pub objection_id: Uuid,
    /// To a purpose: a code of `objection-purposes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// To sharing with this organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whether it counts on the day.
    pub stands: bool,
    /// When it was made.
    pub made: WhenWire,
    /// The event that says so.
    pub event: Uuid,
    /// The organisation that they told.
    pub told_to: String,
    /// When they took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<WhenWire>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<WhenWire>,
    /// What came of it: a code of `objection-outcomes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// A restriction of the use of the record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestrictionShown {
    /// The restriction.
    pub restriction_id: Uuid,
    /// A code of `restriction-grounds`.
    pub ground: String,
    /// Whether it counts on the day.
    pub stands: bool,
    /// When it was placed.
    pub placed: WhenWire,
    /// The event that says so.
    pub event: Uuid,
    /// By which organisation.
    pub placed_by: String,
    /// When it was lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<WhenWire>,
    /// Why: a code of `restriction-lift-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_reason: Option<String>,
}

/// A sharing agreement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgreementShown {
    /// The agreement.
    pub agreement_id: Uuid,
    /// Who sees the record by it.
    pub organisation: String,
    /// A code of `sharing-bases`.
    pub basis: String,
    /// Whether it lasts on the day.
    pub lasts: bool,
    /// What keeps the organisation out all the same, unless it treats the person: `restricted` or `person_objected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_out_by: Option<String>,
    /// When it was applied.
    pub applied: WhenWire,
    /// The event that says so.
    pub event: Uuid,
    /// By which organisation.
    pub applied_by: String,
    /// Its last day, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When it ended before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<WhenWire>,
    /// Why: a code of `agreement-end-reasons`, or `consent_gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
}

/// What the person said about the use of their data, and who is given sight of the record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharingShown {
    /// The day.
    pub as_of: Date,
    /// By which rule your organisation sees the record, today.
    pub seen_because: SightShown,
    /// Whether the national statistics tell of the person.
    pub national_statistics: StatisticsShown,
    /// What stands for each scope: all of the list, asked about or not, and each organisation that was asked about.
    pub consents: Vec<ConsentShown>,
    /// Objections, in order.
    pub objections: Vec<ObjectionShown>,
    /// Restrictions, in order.
    pub restrictions: Vec<RestrictionShown>,
    /// Sharing agreements, in order.
    pub agreements: Vec<AgreementShown>,
    /// With `explain=true`: each of these values with the events that set it, named as in what explains the person, and
    /// these events in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<ExplainedShown>,
}

impl From<Sight> for SightShown {
    fn from(sight: Sight) -> Self {
        Self {
            rule: sight.id().to_owned(),
            says: sight.sentence().to_owned(),
        }
    }
}

impl From<NationalStatistics> for StatisticsShown {
    fn from(ruling: NationalStatistics) -> Self {
        let ground = |one: Ground| StatisticsGroundShown {
            reason: one.reason.as_str().to_owned(),
            since: one.since,
            event: one.by.map(|event| event.0),
        };
        Self {
            included: ruling.included,
            grounds: ruling.grounds.into_iter().map(ground).collect(),
        }
    }
}

impl From<Standing<'_>> for ConsentShown {
    fn from(one: Standing<'_>) -> Self {
        let wording = one.consent.and_then(|consent| consent.wording.as_ref());
        Self {
            scope: one.scope.code.to_string(),
            organisation: one.scope.with.map(|with| with.to_string()),
            answer: one.answer.as_str().to_owned(),
            since: one.consent.map(|consent| when(consent.at.occurred)),
            event: one.consent.map(|consent| consent.at.by.0),
            wording: wording.map(|wording| wording.form.to_string()),
            wording_version: wording
                .and_then(|wording| wording.version.as_ref())
                .map(ToString::to_string),
            told_to: one.consent.map(|consent| consent.organisation.to_string()),
        }
    }
}

fn objection(one: &Objection, day: Date) -> ObjectionShown {
    let answered = one.answered.as_ref();
    ObjectionShown {
        objection_id: one.id.0,
        purpose: one.purpose.as_ref().map(ToString::to_string),
        organisation: one.against.as_ref().map(ToString::to_string),
        stands: one.stands_on(day),
        made: when(one.made.occurred),
        event: one.made.by.0,
        told_to: one.organisation.to_string(),
        withdrawn: one.withdrawn.map(|at| when(at.occurred)),
        answered: answered.map(|(at, ..)| when(at.occurred)),
        outcome: answered.map(|(_, outcome, _)| outcome.to_string()),
    }
}

fn restriction(one: &Restriction, day: Date) -> RestrictionShown {
    let lifted = one.lifted.as_ref();
    RestrictionShown {
        restriction_id: one.id.0,
        ground: one.ground.to_string(),
        stands: one.stands_on(day),
        placed: when(one.placed.occurred),
        event: one.placed.by.0,
        placed_by: one.organisation.to_string(),
        lifted: lifted.map(|(at, _)| when(at.occurred)),
        lift_reason: lifted.map(|(_, reason)| reason.to_string()),
    }
}

fn agreement(one: &Agreement, read: &PersonRead) -> AgreementShown {
    let (state, day) = (read.state(), read.day);
    let ended = state.sharing.end_of(one);
    let reason = ended.as_ref().map(|(_, end)| match end {
        AgreementEnd::Ended(reason) => reason.to_string(),
        AgreementEnd::ConsentGone => "consent_gone".to_owned(),
    });
    let lasts = state.sharing.lasts_on(one, day);
    AgreementShown {
        agreement_id: one.id.0,
        organisation: one.with.to_string(),
        basis: one.basis.to_string(),
        lasts,
        kept_out_by: kept_out(state, &one.with, day)
            .filter(|_| lasts)
            .map(|rule| rule.id().to_owned()),
        applied: when(one.applied.occurred),
        event: one.applied.by.0,
        applied_by: one.organisation.to_string(),
        until: one.until,
        ended: ended.map(|(at, _)| when(at.occurred)),
        end_reason: reason,
    }
}

/// What stands of sharing, for an answer.
pub fn sharing_shown(read: &PersonRead, reference: &ReferenceData) -> SharingShown {
    let (state, day) = (read.state(), read.day);
    let sharing = &state.sharing;
    SharingShown {
        explained: None,
        as_of: day,
        seen_because: read.sight.into(),
        national_statistics: national_statistics(state, day).into(),
        consents: standing(state, reference, day)
            .into_iter()
            .map(Into::into)
            .collect(),
        objections: sharing.objections.iter().map(|one| objection(one, day)).collect(),
        restrictions: sharing
            .restrictions
            .iter()
            .map(|one| restriction(one, day))
            .collect(),
        agreements: sharing
            .agreements
            .iter()
            .map(|one| agreement(one, read))
            .collect(),
    }
}

/// What somebody said about the use of their data
///
/// What stands for each scope of consent, since when and by which event; objections, restrictions, and the agreements
/// by which others see the record. For organisations that see the whole record; everyone else gets 404.
#[utoipa::path(
    get, path = "/v1/people/{id}/sharing", tag = "Sharing",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), PersonQuery),
    responses(
        (status = 200, description = "Consent, objections, restrictions and agreements", body = SharingShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person_sharing(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<PersonQuery>,
) -> Result<Response, Problem> {
    let (when, explain) = query.parts();
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    view_of_the_whole(&state, &asking, id, when, &has, |read| {
        let mut shown = sharing_shown(read, &reference);
        shown.explained = explain.then(|| explained_under("/sharing/", read, &reference, &directory));
        Ok(shown)
    })
    .await
}
