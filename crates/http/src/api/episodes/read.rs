//! One episode, for those who see the whole record of the person.

mod course;

use super::profile_items::{ProfileItemsWire, ProfileStageWire};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown_tagged};
use crate::api::transitions::{StatusTransitions, transitions};
use crate::api::wire::when;
use crate::path::IdPath;
use crate::preconditions::{IfNoneMatch, not_modified};
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use course::{BridgeShown, CarePlanShown, HoldShown, ReferredInterventionShown, ReviewShown};
use serde::Serialize;
use throughcare_app::query::{PersonRead, Times};
use throughcare_domain::access::Visibility;
use throughcare_domain::id::EpisodeId;
use throughcare_domain::profile::{Counts, judged};
use throughcare_domain::state::{Dated, Episode, Profile};
use throughcare_domain::view::status_history::of_episode;
use throughcare_domain::view::transitions::for_episode;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(episode))
        .routes(routes!(episode_transitions))
}

/// An episode.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EpisodeShown {
    /// The episode.
    pub episode_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// `triaged`, `waiting`, `on_hold`, `in_treatment` or `exited`.
    pub status: String,
    /// Whose.
    pub service: String,
    /// The service's organisation.
    pub organisation: String,
    /// The service that opened it, when its contract has moved since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<String>,
    /// The referral from which it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<Uuid>,
    /// The triage date.
    pub opened: WhenWire,
    /// Interventions, in order of their start.
    pub interventions: Vec<InterventionShown>,
    /// Waits, in order.
    pub waits: Vec<WaitShown>,
    /// When the person was seen.
    pub contacts: Vec<WhenWire>,
    /// Who is responsible for the person's care, by user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_worker: Option<String>,
    /// Interventions to which the person was referred, started or not, with the wait for them.
    pub referred_interventions: Vec<ReferredInterventionShown>,
    /// When treatment rested.
    pub holds: Vec<HoldShown>,
    /// Prescriptions made out until the next service takes over.
    pub bridging_prescriptions: Vec<BridgeShown>,
    /// The care plan and its revisions, in order.
    pub care_plans: Vec<CarePlanShown>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<EndShown>,
    /// Exits that were taken back, in order.
    pub rescinded_exits: Vec<RescindedShown>,
    /// Outcome profiles, in order.
    pub outcome_profiles: Vec<ProfileShown>,
    /// Attempts to reach the person after an exit, in order.
    pub follow_ups: Vec<FollowUpShown>,
}

/// An exit that was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RescindedShown {
    /// The exit, as it was recorded.
    pub exit: EndShown,
    /// When care went on, and why: a code of `exit-rescission-reasons`.
    pub rescinded: EndShown,
}

/// An outcome profile.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileShown {
    /// The event that recorded it.
    pub event_id: Uuid,
    /// When it was taken.
    pub occurred: WhenWire,
    /// For which stage.
    pub stage: ProfileStageWire,
    /// The service says that it co-ordinates the person's profiles.
    pub co_ordinates: bool,
    /// Whether it counts.
    pub counts: bool,
    /// Of a review that counts: of which half-year since the first structured start, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_year: Option<i32>,
    /// Why it does not count, such as `outside_start_window`, `no_start` or `several_co_ordinators`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
    /// What the person said.
    pub items: ProfileItemsWire,
}

/// An attempt to reach the person after an exit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowUpShown {
    /// When.
    pub occurred: WhenWire,
    /// A code of `follow-up-outcomes`.
    pub outcome: String,
}

/// A treatment within an episode.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InterventionShown {
    /// The intervention.
    pub intervention_id: Uuid,
    /// A code of `interventions`.
    pub intervention: String,
    /// True for structured treatment.
    pub structured: bool,
    /// A code of `intervention-settings`.
    pub setting: String,
    /// When it began.
    pub started: WhenWire,
    /// Its reviews, in order.
    pub reviews: Vec<ReviewShown>,
    /// When and how it ended: a code of `intervention-exits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndShown>,
}

/// A wait for an intervention.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitShown {
    /// A code of `interventions`.
    pub intervention: String,
    /// Placed on the list.
    pub placed: WhenWire,
    /// Taken off without having started, and why: a code of `waiting-list-removal-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<EndShown>,
}

/// When and how something ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndShown {
    /// When.
    pub occurred: WhenWire,
    /// The code of the reason; of an exit, one of `discharge-reasons`.
    pub reason: String,
}

fn end(at: Dated, reason: &impl ToString) -> EndShown {
    EndShown {
        occurred: when(at.occurred),
        reason: reason.to_string(),
    }
}

fn status(read: &PersonRead, episode: &Episode) -> &'static str {
    of_episode(episode, read.day)
        .last()
        .map_or("triaged", |span| span.status)
}

fn episode_shown(read: &PersonRead, episode: &Episode) -> EpisodeShown {
    let state = read.state();
    let with = state.provider(&episode.service);
    EpisodeShown {
        episode_id: episode.id.0,
        person_id: read.person.0,
        status: status(read, episode).to_owned(),
        service: with.to_string(),
        organisation: state
            .responsible(&episode.service, &episode.organisation)
            .to_string(),
        opened_by: (*with != episode.service).then(|| episode.service.to_string()),
        referral_id: episode.referral.map(|referral| referral.0),
        opened: when(episode.opened.occurred),
        interventions: episode
            .interventions
            .iter()
            .map(|one| InterventionShown {
                intervention_id: one.id.0,
                intervention: one.code.to_string(),
                structured: one.structured,
                setting: one.setting.to_string(),
                started: when(one.started.occurred),
                reviews: one.reviews.iter().map(course::review).collect(),
                ended: one.ended.as_ref().map(|(at, exit)| end(*at, exit)),
            })
            .collect(),
        waits: episode
            .waits
            .iter()
            .map(|wait| WaitShown {
                intervention: wait.intervention.to_string(),
                placed: when(wait.placed.occurred),
                removed: wait.removed.as_ref().map(|(at, reason)| end(*at, reason)),
            })
            .collect(),
        contacts: episode.contacts.iter().map(|at| when(at.occurred)).collect(),
        key_worker: course::key_worker(episode),
        referred_interventions: episode
            .referred
            .iter()
            .map(|one| course::referred(one, read.day))
            .collect(),
        holds: episode.holds.iter().map(course::hold).collect(),
        bridging_prescriptions: episode.bridges.iter().map(course::bridge).collect(),
        care_plans: episode.care_plans.iter().map(course::care_plan).collect(),
        exit: episode.exit.as_ref().map(|exit| end(exit.at, &exit.reason)),
        rescinded_exits: episode
            .rescinded
            .iter()
            .map(|one| RescindedShown {
                exit: end(one.exit.at, &one.exit.reason),
                rescinded: end(one.at, &one.reason),
            })
            .collect(),
        outcome_profiles: judged(read.state(), episode)
            .into_iter()
            .map(|(profile, counts)| profile_shown(profile, counts))
            .collect(),
        follow_ups: episode
            .follow_ups
            .iter()
            .map(|one| FollowUpShown {
                occurred: when(one.at.occurred),
                outcome: one.outcome.to_string(),
            })
            .collect(),
    }
}

fn profile_shown(profile: &Profile, counts: Counts) -> ProfileShown {
    ProfileShown {
        event_id: profile.at.by.0,
        occurred: when(profile.at.occurred),
        stage: profile.stage.into(),
        co_ordinates: profile.co_ordinates,
        counts: counts.yes(),
        half_year: match counts {
            Counts::Review(half_year) => Some(half_year),
            Counts::Yes | Counts::No(_) => None,
        },
        why_not: match counts {
            Counts::No(why) => Some(why.as_str().to_owned()),
            Counts::Yes | Counts::Review(_) => None,
        },
        items: profile.items.into(),
    }
}

/// Reads the person of an episode and shows something of it, unless the client has it already.
async fn seen<B: Serialize>(
    state: &ApiState,
    asking: &Asking,
    id: Uuid,
    has: &IfNoneMatch,
    show: impl FnOnce(&PersonRead, &Episode) -> B,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let person = state.app.person_of(id).await.map_err(problem)?;
    let read = state
        .app
        .person(&asking.caller, person, Times::default())
        .await
        .map_err(problem)?;
    if read.visibility != Visibility::Full {
        return Err(not_found());
    }
    let episode = read.state().episode(EpisodeId(id)).ok_or_else(not_found)?;
    if has.has(&read.etag) {
        return Ok(not_modified(&read.etag));
    }
    Ok(shown_tagged(show(&read, episode), read.position, &read.etag))
}

/// An episode
///
/// For organisations that see the whole record of the person; everyone else gets 404.
#[utoipa::path(
    get, path = "/v1/episodes/{id}", tag = "Episodes",
    params(("id" = Uuid, Path, description = "The episode"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The episode", body = EpisodeShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match, or as If-Match with a change"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn episode(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
) -> Result<Response, Problem> {
    seen(&state, &asking, id, &has, episode_shown).await
}

/// What may come next for an episode
#[utoipa::path(
    get, path = "/v1/episodes/{id}/status-transitions", tag = "Episodes",
    params(("id" = Uuid, Path, description = "The episode"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "Each step that may be taken, by whoever may take it", body = StatusTransitions),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn episode_transitions(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
) -> Result<Response, Problem> {
    seen(&state, &asking, id, &has, |read, episode| {
        transitions(
            status(read, episode),
            &format!("/v1/episodes/{id}"),
            &for_episode(episode),
        )
    })
    .await
}
