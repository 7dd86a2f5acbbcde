//! What somebody might try to record next, whether it fits or not.

use crate::story::{POLICE, PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, code, kit, noon, service};
use jiff::{ToSpan, civil::Date};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use throughcare_domain::code::{OrganisationCode, PrisonCode};
use throughcare_domain::command::{
    AppointmentCommand, Command, CourseStep, Direction, JusticeCommand, Movement, NewAppointment,
    NewReferral, SharingCommand,
};
use throughcare_domain::fact::{AppointmentFor, ProfileItems, ProfileStage, Scope, UsedOn};
use throughcare_domain::state::PersonState;

/// What a member of staff tries next; indexes pick among what there is.
#[derive(Clone, Debug)]
pub enum Try {
    Move(&'static str, &'static str, bool, &'static str),
    Refer,
    Accept(Index),
    Triage(Index),
    Start(Index),
    Contact(Index),
    Exit(Index, &'static str),
    Plan(i32),
    CancelPlan(Index),
    Issue,
    Place,
    Use(Index),
    Profile(Index, ProfileStage),
    Rescind(Index),
    FollowUp(Index),
    Raise(&'static str),
    Clear(Index),
    Tag,
    Untag(Index),
    MoveIn,
    MoveOut(Index),
    Offer(Index, i32),
    Attend(Index),
    Hold(Index),
    Resume(Index),
    SendOn(Index),
    Require,
    Assess(Index, Option<bool>),
    Lapse(Index),
    Join,
    Leave(Index),
    Consent(bool),
    Object,
    Answer(Index, &'static str),
    Restrict,
    Lift(Index),
    Share(&'static str),
    Unshare(Index),
}

fn any_try() -> impl Strategy<Value = Try> {
    let movements = select(vec![
        ("ADM", "N", true),
        ("ADM", "L", true),
        ("TRN", "NOTR", false),
        ("CRT", "CRT", false),
        ("CRT", "CRT", true),
        ("TAP", "C3", false),
        ("TAP", "C3", true),
        ("REL", "CR", false),
        ("REL", "BL", false),
        ("REL", "UAL", false),
        ("REL", "HO", false),
    ]);
    let any = any::<Index>;
    prop_oneof![
        4 => (movements, select(vec!["MDI", "LEI"])).prop_map(|((kind, reason, inward), prison)| Try::Move(kind, reason, inward, prison)),
        2 => Just(Try::Refer),
        4 => any().prop_map(Try::Accept),
        6 => any().prop_map(Try::Triage),
        4 => any().prop_map(Try::Start),
        3 => any().prop_map(Try::Contact),
        2 => (any(), select(vec!["80", "82", "83", "85", "89"])).prop_map(|(index, reason)| Try::Exit(index, reason)),
        1 => (-5i32..60).prop_map(Try::Plan),
        1 => any().prop_map(Try::CancelPlan),
        1 => Just(Try::Issue),
        1 => Just(Try::Place),
        1 => any().prop_map(Try::Use),
        1 => (any(), select(ProfileStage::ALL.to_vec())).prop_map(|(index, stage)| Try::Profile(index, stage)),
        2 => any().prop_map(Try::Rescind),
        1 => any().prop_map(Try::FollowUp),
        1 => select(vec!["housing", "cuckooing"]).prop_map(Try::Raise),
        1 => any().prop_map(Try::Clear),
        1 => Just(Try::Tag),
        1 => any().prop_map(Try::Untag),
        1 => Just(Try::MoveIn),
        1 => any().prop_map(Try::MoveOut),
        2 => (any(), -3i32..20).prop_map(|(index, days)| Try::Offer(index, days)),
        2 => any().prop_map(Try::Attend),
        1 => any().prop_map(Try::Hold),
        1 => any().prop_map(Try::Resume),
        1 => any().prop_map(Try::SendOn),
        1 => Just(Try::Require),
        2 => (any(), select(vec![None, Some(true), Some(false)])).prop_map(|(index, needed)| Try::Assess(index, needed)),
        1 => any().prop_map(Try::Lapse),
        1 => Just(Try::Join),
        1 => any().prop_map(Try::Leave),
        1 => proptest::bool::ANY.prop_map(Try::Consent),
        1 => Just(Try::Object),
        1 => (any(), select(vec!["upheld", "compelling_grounds"])).prop_map(|(index, outcome)| Try::Answer(index, outcome)),
        1 => Just(Try::Restrict),
        1 => any().prop_map(Try::Lift),
        2 => select(vec!["consent", "sharing_protocol"]).prop_map(Try::Share),
        1 => any().prop_map(Try::Unshare),
    ]
}

/// Attempts on days that mostly go forward and now and then back, as records are kept in life.
pub fn any_attempts(most: usize) -> impl Strategy<Value = Vec<(Date, Try)>> {
    let step = prop_oneof![5 => 0i32..3, 1 => -25i32..0];
    vec((step, any_try()), 1..most).prop_map(|attempts| {
        let mut latest = 25;
        attempts
            .into_iter()
            .map(|(step, attempt)| {
                let on = latest + step;
                latest = latest.max(on);
                (
                    Date::constant(2026, 1, 1).checked_add(on.days()).unwrap(),
                    attempt,
                )
            })
            .collect()
    })
}

/// The command, when there is something to apply it to.
pub fn command(attempt: &Try, state: &PersonState, on: Date) -> Option<(&'static str, Command)> {
    fn pick<'a, T>(from: &'a [T], index: &Index) -> Option<&'a T> {
        (!from.is_empty()).then(|| index.get(from))
    }
    let prison = |code| PrisonCode::parse(code).unwrap();
    let referral = |index| pick(&state.referrals, index).map(|found| found.id);
    let episode = |index| pick(&state.episodes, index).map(|found| found.id);
    Some(match attempt {
        Try::Move(kind, reason, inward, at) => (
            PRISON_CARE,
            Command::RecordMovement(Movement {
                movement_type: code(kind),
                reason: code(reason),
                direction: if *inward { Direction::In } else { Direction::Out },
                prison: Some(prison(at)),
                to_prison: (*kind == "TRN").then(|| prison(if *at == "MDI" { "LEI" } else { "MDI" })),
                area: None,
                no_fixed_abode: false,
                referral_on_release: None,
            }),
        ),
        Try::Refer => (
            POLICE,
            Command::Refer(NewReferral {
                source: code("arrest_referral"),
                to_service: service(SUNDERLAND),
                from_service: None,
                transfer_of: None,
                substances: Vec::new(),
            }),
        ),
        Try::Accept(index) => (SUNDERLAND, Command::AcceptReferral(referral(index)?)),
        Try::Triage(index) => {
            let outcome = code("treatment_needed");
            (
                SUNDERLAND,
                Command::Triage {
                    referral: referral(index)?,
                    outcome,
                    substances: Vec::new(),
                },
            )
        }
        Try::Start(index) => {
            let (code, setting) = (code("94"), code("community"));
            (
                SUNDERLAND,
                Command::StartIntervention {
                    episode: episode(index)?,
                    code,
                    setting,
                    within_care_plan: false,
                },
            )
        }
        Try::Contact(index) => (
            SUNDERLAND,
            Command::RecordContact {
                episode: episode(index)?,
            },
        ),
        Try::Exit(index, reason) => (SUNDERLAND, crate::story::exit(episode(index)?, reason, None)),
        Try::Plan(days) => {
            let planned_on = on.checked_add(days.days()).unwrap();
            (
                PRISON_CARE,
                Command::PlanRelease {
                    prison: prison("MDI"),
                    planned_on,
                    area: None,
                    no_fixed_abode: false,
                },
            )
        }
        Try::CancelPlan(index) => (
            PRISON_CARE,
            Command::CancelReleasePlan {
                plan: pick(&state.plans, index)?.id,
            },
        ),
        Try::Offer(index, days) => {
            let starts_on = on.checked_add(days.days()).unwrap();
            let offer = AppointmentCommand::Offer(NewAppointment {
                about: AppointmentFor::Referral(referral(index)?),
                intervention: None,
                starts_at: noon(starts_on),
                kind: code("triage"),
            });
            (SUNDERLAND, Command::Appointment(offer))
        }
        Try::Attend(index) => {
            let appointment = pick(&state.appointments, index)?.id;
            (
                SUNDERLAND,
                Command::Appointment(AppointmentCommand::Attend(appointment)),
            )
        }
        Try::Hold(index) => {
            let step = CourseStep::Hold { reason: code("away") };
            let episode = episode(index)?;
            (SUNDERLAND, Command::Course { episode, step })
        }
        Try::Resume(index) => {
            let (episode, step) = (episode(index)?, CourseStep::Resume);
            (SUNDERLAND, Command::Course { episode, step })
        }
        Try::SendOn(index) => (
            SUNDERLAND,
            Command::SendReferralOn {
                referral: referral(index)?,
                to_service: service(SOUTH_TYNESIDE),
                source: None,
            },
        ),
        Try::Issue => {
            let kits = vec![kit("LOT-A1")];
            (
                SUNDERLAND,
                Command::IssueKits {
                    service: service(SUNDERLAND),
                    kits,
                    replaces: None,
                },
            )
        }
        Try::Place => {
            let (service, kits) = (service(PRISON_CARE), vec![kit("LOT-B2")]);
            (
                PRISON_CARE,
                Command::PlaceKitsInProperty {
                    service,
                    prison: prison("MDI"),
                    kits,
                },
            )
        }
        Try::Profile(index, stage) => (
            SUNDERLAND,
            Command::RecordOutcomeProfile {
                episode: episode(index)?,
                stage: *stage,
                co_ordinates: true,
                items: Box::new(ProfileItems {
                    crack_days: Some(3),
                    ..ProfileItems::default()
                }),
            },
        ),
        Try::Rescind(index) => (
            SUNDERLAND,
            Command::RescindExit {
                episode: episode(index)?,
                reason: code("other"),
            },
        ),
        Try::FollowUp(index) => (
            SUNDERLAND,
            Command::RecordFollowUp {
                episode: episode(index)?,
                outcome: code("not_reached"),
            },
        ),
        Try::Raise(need) => (
            SUNDERLAND,
            Command::RaiseNeed {
                code: code(need),
                service: None,
            },
        ),
        Try::Clear(index) => (
            SUNDERLAND,
            Command::ClearNeed {
                need: pick(&state.needs, index)?.id,
                reason: code("met"),
            },
        ),
        Try::Tag => (
            SUNDERLAND,
            Command::AddTag {
                code: code("street_drinkers"),
                until: None,
            },
        ),
        Try::Untag(index) => (SUNDERLAND, Command::RemoveTag(pick(&state.tags, index)?.id)),
        Try::MoveIn => (SUNDERLAND, crate::story::moved_in()),
        Try::MoveOut(index) => (
            SUNDERLAND,
            Command::EndPlacement {
                placement: pick(&state.placements, index)?.id,
                reason: code("completed"),
            },
        ),
        Try::Require => (
            POLICE,
            Command::Justice(JusticeCommand::RequireAssessment {
                service: service(SUNDERLAND),
                test: None,
                appointed_on: None,
            }),
        ),
        Try::Assess(index, follow_up_needed) => (
            SUNDERLAND,
            Command::Justice(JusticeCommand::AttendAssessment {
                assessment: pick(&state.justice.assessments, index)?.id,
                follow_up_needed: *follow_up_needed,
                follow_up_on: None,
            }),
        ),
        Try::Lapse(index) => (
            POLICE,
            Command::Justice(JusticeCommand::LapseAssessment {
                assessment: pick(&state.justice.assessments, index)?.id,
                reason: code("custody"),
            }),
        ),
        Try::Join => (
            POLICE,
            Command::Justice(JusticeCommand::JoinCohort {
                cohort: code("local_scheme"),
            }),
        ),
        Try::Leave(index) => (
            POLICE,
            Command::Justice(JusticeCommand::LeaveCohort {
                membership: pick(&state.justice.cohorts, index)?.id,
                reason: code("moved_area"),
            }),
        ),
        Try::Consent(yes) => {
            let scope = Scope::with_organisation(&OrganisationCode::parse(POLICE).ok()?)?;
            let command = match yes {
                true => SharingCommand::GiveConsent { scope, wording: None },
                false => SharingCommand::WithdrawConsent { scope },
            };
            (SUNDERLAND, Command::Sharing(command))
        }
        Try::Object => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::Object {
                purpose: None,
                against: Some(OrganisationCode::parse(POLICE).ok()?),
            }),
        ),
        Try::Answer(index, outcome) => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::AnswerObjection {
                objection: pick(&state.sharing.objections, index)?.id,
                outcome: code(outcome),
            }),
        ),
        Try::Restrict => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::PlaceRestriction {
                ground: code("unlawful"),
            }),
        ),
        Try::Lift(index) => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::LiftRestriction {
                restriction: pick(&state.sharing.restrictions, index)?.id,
                reason: code("person_agreed"),
            }),
        ),
        Try::Share(basis) => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::ApplyAgreement {
                with: OrganisationCode::parse(POLICE).ok()?,
                basis: code(basis),
                until: None,
            }),
        ),
        Try::Unshare(index) => (
            SUNDERLAND,
            Command::Sharing(SharingCommand::EndAgreement {
                agreement: pick(&state.sharing.agreements, index)?.id,
                reason: code("person_asked"),
            }),
        ),
        Try::Use(index) => {
            let kit = pick(&state.kits, index)?.id;
            let outcome = code("survived");
            (
                SUNDERLAND,
                Command::UseKit {
                    kit,
                    doses: None,
                    used_on: UsedOn::Holder,
                    outcome,
                    place: None,
                },
            )
        }
    })
}
