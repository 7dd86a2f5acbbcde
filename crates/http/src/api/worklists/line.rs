//! A line of a worklist: one shape for all lists; what a list does not tell is absent.

mod beside;
mod course;
mod sealed;

pub use beside::{
    AssessmentLine, ConflictLine, DeathLine, LeftLine, OutreachLine, OverdoseLine, PlacementLine,
};
pub use course::{AppointmentLine, BridgeLine, TwiceLine};

use crate::api::shown::{SealedWire, who};
use crate::api::wire::{DateWire, NamesWire};
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::{Listed, WorklistItem};
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::rows::{RowDetail, RowKind, Widening};
use throughcare_domain::state::REDACTED;
use throughcare_domain::when::days_between;
use utoipa::ToSchema;
use uuid::Uuid;

/// A line of a worklist. Fields that the list does not tell are absent.
#[derive(Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorklistLine {
    /// The person; absent, with everything that would tell who it is, where the record is sealed from you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// The record is sealed from you: whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedWire>,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// Id of the line: of the referral, episode, kit, movement, event or wait that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The referral.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<Uuid>,
    /// The episode; in `transfers`, the one whose care is handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_id: Option<Uuid>,
    /// The naloxone kit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kit_id: Option<Uuid>,
    /// The first day on the list.
    pub on_list_since: Date,
    /// The day from which the age is counted: of the referral; in `caseload` of triage; in
    /// `naloxone-to-replace` of use or the day after expiry; in `movements-to-classify` of the movement; in
    /// `conflicts-to-settle` of its recording.
    pub counted_from: Date,
    /// Whole days from `countedFrom` to the day asked for.
    pub age_days: i32,
    /// What the line asks for first, as in the person's duties; absent where nothing is due by a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty: Option<String>,
    /// The last day on which that is done in time, by which `sort=due` orders; in `placements` the last day planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// True after `dueOn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
    /// Authority of residence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Where the referral came from, a code of `referral-sources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The organisation that sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_organisation: Option<String>,
    /// Codes of `substances`, most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub substances: Vec<String>,
    /// In `triage-due`: the last day on which triage is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage_due_on: Option<Date>,
    /// When the referral was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<Date>,
    /// When the person was triaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triaged_on: Option<Date>,
    /// When the person was placed on the waiting list for a named intervention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_on: Option<Date>,
    /// Codes of `interventions`: waited for, or going on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<String>,
    /// When structured treatment first started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_structured_start: Option<Date>,
    /// When the person was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_on: Option<Date>,
    /// The last outcome review, in `outcome-reviews-due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_profile_on: Option<Date>,
    /// The kit's product, batch and expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kit: Option<KitLine>,
    /// The appointment; in `appointments` and `appointments-missed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<AppointmentLine>,
    /// The next appointment that was offered; in `triage-due` and `caseload`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment_on: Option<Date>,
    /// The first referral, when the person was sent on from another service: the six weeks to triage count from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_referred_on: Option<Date>,
    /// In `waiting-list`: when the person was referred to the intervention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referred_on: Option<Date>,
    /// In `waiting-list`: the day of the first appointment that was offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_appointment_for: Option<Date>,
    /// In `waiting-list`: whole days from `referredOn` to `firstAppointmentFor`, whether the person came or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_waited: Option<i32>,
    /// Who is responsible for the person's care, by user name; in `caseload` and `overdoses-to-review`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_worker: Option<String>,
    /// In `caseload`: since when treatment is on hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_hold_since: Option<Date>,
    /// Why, a code of `hold-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// In `caseload`: when the care plan is to be reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub care_plan_review_on: Option<Date>,
    /// In `prescriptions-to-take-over`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prescription: Option<BridgeLine>,
    /// In `prescribed-twice`: the one that prescribed already, and the one that came besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prescribed_twice: Vec<TwiceLine>,
    /// The movement's type and reason as sent, such as `REL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement_type: Option<String>,
    /// See `movementType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement_reason: Option<String>,
    /// What is missing, in `releases-to-complete`: `residence`, `referral`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Where the movement happened; the prison left, or to be left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prison: Option<String>,
    /// The required assessment, in `required-assessments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentLine>,
    /// The day for which the release is planned, in `naloxone-to-hand-over`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_planned_on: Option<Date>,
    /// What does not fit, in `conflicts-to-settle`; `id` is that of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictLine>,
    /// The overdose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdose: Option<OverdoseLine>,
    /// The death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death: Option<DeathLine>,
    /// When somebody left, and what came of following them up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<LeftLine>,
    /// The eighteenth birthday, in `transitions-due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turns_adult_on: Option<Date>,
    /// The service to which a transition was offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_to: Option<String>,
    /// A code of `needs-and-risks`; in `restricted-needs`, `restricted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<String>,
    /// A code of `tags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// How it was made sure that both records are one person's, a code of `identity-attestations`; in `records-merged`,
    /// whose `id` is the merge's. In `sight-widened`, how somebody knew that the person is with them, a code of
    /// `presence-attestations`; `id` is the referral's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attested: Option<String>,
    /// Why a clinician looked in an emergency, a code of `break-glass-reasons`; in `sight-widened`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
    /// The organisation that raised the need, added the tag, imposed the assessment, joined the records, or recorded what
    /// does not fit and alone can void it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_organisation: Option<String>,
    /// The last day known: of a tag, or planned for a placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<PlacementLine>,
    /// The outreach contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outreach: Option<OutreachLine>,
}

/// A naloxone kit to replace.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KitLine {
    /// Code of `naloxone-products`.
    pub product: String,
    /// Batch on the pack.
    pub batch: String,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// When the person got it; absent in `naloxone-called-back`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied_on: Option<Date>,
    /// When it was used; absent when it is replaced for another reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_on: Option<Date>,
    /// Since when it is lost or taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_on: Option<Date>,
}

/// The line for an item, with days counted to `day`.
pub fn line(item: Listed<WorklistItem>, day: Date) -> WorklistLine {
    match item {
        Listed::Shown(item) => open_line(item, day),
        Listed::Sealed(line) => sealed::line(line, day),
    }
}

fn open_line(item: WorklistItem, day: Date) -> WorklistLine {
    let (names, date_of_birth) = who(item.identity.as_ref());
    let row = item.row;
    let (duty, due_on) = item.due.unzip();
    let mut line = WorklistLine {
        person_id: Some(item.person.0),
        names,
        date_of_birth,
        id: Some(row.id),
        on_list_since: row.opened_on,
        counted_from: row.opened_on,
        duty: duty.map(|duty| duty.as_str().to_owned()),
        due_on,
        area: row.area.map(|area| area.to_string()),
        prison: row
            .prison
            .filter(|_| {
                matches!(
                    row.kind,
                    RowKind::MovementToClassify | RowKind::ReleaseToComplete | RowKind::NaloxoneToHandOver
                )
            })
            .map(|prison| prison.to_string()),
        ..WorklistLine::default()
    };
    let service = row.service.as_ref().map(ServiceCode::as_str);
    line.tell(row.id, row.detail, day, service);
    line.age_days = days_between(line.counted_from, day);
    line.overdue = line.due_on.map(|due| due < day);
    line
}

fn texts(codes: Vec<Code>) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

impl WorklistLine {
    fn tell(&mut self, id: Uuid, detail: RowDetail, day: Date, service: Option<&str>) {
        match detail {
            RowDetail::Referral(it) => {
                self.referral_id = Some(id);
                self.episode_id = it.transfer_of.map(|episode| episode.0);
                self.counted_from = it.received_on;
                self.source = Some(it.source.to_string());
                self.from_organisation = Some(it.from_organisation.to_string());
                self.substances = texts(it.substances);
            }
            RowDetail::Appointment(it) => self.tell_appointment(id, it),
            RowDetail::Bridge(it) => self.tell_bridge(&it),
            RowDetail::Twice(it) => self.tell_twice(&it),
            RowDetail::Triage(it) => {
                self.tell_triage_course(&it);
                self.referral_id = Some(id);
                self.counted_from = it.received_on;
                self.accepted_on = Some(it.accepted_on);
                self.triage_due_on = Some(it.due_on);
                self.source = Some(it.source.to_string());
                self.from_organisation = Some(it.from_organisation.to_string());
                self.substances = texts(it.substances);
            }
            RowDetail::Waiting(it) => {
                self.tell_wait(&it, day);
                self.referral_id = it.referral.map(|referral| referral.0);
                self.episode_id = it.episode.map(|episode| episode.0);
                self.counted_from = it.received_on.unwrap_or(self.counted_from);
                self.accepted_on = it.accepted_on;
                self.triaged_on = it.triaged_on;
                self.placed_on = it.placed_on;
                self.interventions = it.intervention.iter().map(ToString::to_string).collect();
                self.substances = texts(it.substances);
            }
            RowDetail::Episode(it) => {
                self.tell_episode_course(&it);
                self.episode_id = Some(id);
                self.referral_id = it.referral.map(|referral| referral.0);
                self.counted_from = it.triaged_on;
                self.triaged_on = Some(it.triaged_on);
                self.first_structured_start = it.first_structured_start;
                self.last_seen_on = Some(it.last_seen_on);
                self.interventions = texts(it.interventions);
            }
            RowDetail::Kit(it) => {
                self.kit_id = Some(id);
                self.kit = Some(KitLine {
                    product: it.product.to_string(),
                    batch: it.batch.to_string(),
                    expires_on: it.expires_on,
                    supplied_on: Some(it.supplied_on),
                    used_on: it.used_on,
                    gone_on: it.gone_on,
                });
            }
            RowDetail::Traced(it) => {
                self.kit_id = Some(id);
                self.kit = Some(KitLine {
                    product: it.product.to_string(),
                    batch: it.batch.to_string(),
                    expires_on: it.expires_on,
                    supplied_on: None,
                    used_on: None,
                    gone_on: None,
                });
            }
            RowDetail::HandOver(it) => {
                self.kit_id = Some(id);
                self.release_planned_on = it.release_planned_on;
                self.kit = Some(KitLine {
                    product: it.product.to_string(),
                    batch: it.batch.to_string(),
                    expires_on: it.expires_on,
                    supplied_on: None,
                    used_on: None,
                    gone_on: None,
                });
            }
            RowDetail::Assessment(it) => {
                self.counted_from = it.imposed_on;
                self.by_organisation = Some(it.imposed_by.to_string());
                self.assessment = Some(AssessmentLine {
                    assessment_id: id,
                    kind: it.assessment.as_str().to_owned(),
                    appointed_on: it.appointed_on,
                    missed_on: it.missed_on,
                });
            }
            RowDetail::ToComplete(it) => {
                let missing = [
                    (it.residence_missing, "residence"),
                    (it.referral_missing, "referral"),
                ];
                let missing = missing.into_iter().filter(|(is_missing, _)| *is_missing);
                self.missing = missing.map(|(_, what)| what.to_owned()).collect();
            }
            RowDetail::Movement(it) => {
                self.counted_from = it.happened_on;
                self.movement_type = Some(it.movement_type.to_string());
                self.movement_reason = Some(it.reason.to_string());
            }
            RowDetail::Conflict(it) => {
                self.counted_from = it.recorded_on;
                self.by_organisation = Some(it.recorded_by.to_string());
                self.conflict = Some(ConflictLine {
                    codes: it.codes,
                    event_type: it.event_type,
                    happened_on: it.happened_on,
                    recorded_on: it.recorded_on,
                });
            }
            RowDetail::Overdose(it) => {
                self.tell_key_worker(service, &it.key_workers);
                self.substances = texts(it.substances);
                self.overdose = Some(OverdoseLine {
                    overdose_id: id,
                    outcome: it.outcome.to_string(),
                    naloxone_given: it.naloxone_given,
                });
            }
            RowDetail::Death(it) => {
                self.death = Some(DeathLine {
                    death_id: id,
                    suspected: it.suspected.to_string(),
                    confirmed_on: it.confirmed_on,
                    known_to_treatment: it.known_to_treatment,
                    after_release: it.after_release,
                    after_treatment: it.after_treatment,
                });
            }
            RowDetail::Profile(it) => {
                self.episode_id = Some(it.episode.0);
                self.first_structured_start = Some(it.started_on);
                self.last_profile_on = it.last_profile_on;
            }
            RowDetail::FollowUp(it) => {
                self.episode_id = Some(it.episode.0);
                self.counted_from = it.left_on;
                self.left = Some(LeftLine {
                    left_on: it.left_on,
                    reason: it.reason.to_string(),
                    attempts: Some(it.attempts),
                    last_attempt_on: None,
                    last_outcome: None,
                });
            }
            RowDetail::ReEngage(it) => {
                self.episode_id = Some(it.episode.0);
                self.counted_from = it.left_on;
                self.left = Some(LeftLine {
                    left_on: it.left_on,
                    reason: it.reason.to_string(),
                    attempts: None,
                    last_attempt_on: it.last_attempt_on,
                    last_outcome: it.last_outcome.map(|code| code.to_string()),
                });
            }
            RowDetail::Transition(it) => {
                self.episode_id = Some(it.episode.0);
                self.turns_adult_on = Some(it.turns_adult_on);
                self.offered_to = it.offered_to.map(|service| service.to_string());
            }
            RowDetail::Need(it) => {
                self.need = Some(
                    it.need
                        .map_or_else(|| REDACTED.to_owned(), |code| code.to_string()),
                );
                self.counted_from = it.raised_on;
                self.by_organisation = Some(it.raised_by.to_string());
            }
            RowDetail::Tag(it) => {
                self.tag = Some(it.tag.to_string());
                self.by_organisation = Some(it.added_by.to_string());
                self.until = it.until;
            }
            RowDetail::Placement(it) => {
                self.due_on = it.planned_until;
                self.until = it.planned_until;
                self.placement = Some(it.into());
            }
            RowDetail::Outreach(it) => {
                self.outreach = Some(OutreachLine {
                    place: it.place.to_string(),
                    outcome: it.outcome.to_string(),
                    contacts: it.contacts,
                    treatment_naive: it.treatment_naive,
                });
            }
            RowDetail::Joined(it) => {
                self.attested = Some(it.attested.to_string());
                self.by_organisation = Some(it.by.to_string());
            }
            RowDetail::Widened(it) => {
                let reason = Some(it.reason.to_string());
                match it.how {
                    Widening::PresenceAttested => self.attested = reason,
                    Widening::GlassBroken => self.emergency = reason,
                }
                self.by_organisation = Some(it.by.to_string());
            }
            // On no worklist: see the continuity endpoints, and who may see whom.
            RowDetail::Release(_)
            | RowDetail::Plan(_)
            | RowDetail::HandedOver(_)
            | RowDetail::Glass(_)
            | RowDetail::Journey(_)
            | RowDetail::Made(_)
            | RowDetail::Awaited(_)
            | RowDetail::Supplied(_)
            | RowDetail::Harm(_)
            | RowDetail::Profiles(_)
            | RowDetail::Tested(_)
            | RowDetail::Imposed(_)
            | RowDetail::Condition(_)
            | RowDetail::Passage(_)
            | RowDetail::Erasure(_)
            | RowDetail::Stock(_)
            | RowDetail::Relationship(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
