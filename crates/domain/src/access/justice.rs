//! Who may record what police, courts and those who work with them do.

use super::record::{Caller, seen_or_own};
use super::{Permission, Rule, Visibility, visibility};
use crate::code::OrganisationCode;
use crate::command::JusticeCommand;
use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::history::History;
use crate::id::AssessmentId;

/// As [`super::may_record`], for workers and liaison systems alike: both meet people at the police station and at
/// court.
pub(super) fn may_record(command: &JusticeCommand, caller: Caller<'_>) -> Permission {
    let state = caller.history.now();
    match command {
        JusticeCommand::Arrest { .. }
        | JusticeCommand::Test { .. }
        | JusticeCommand::RequireAssessment { .. }
        | JusticeCommand::Contact { .. }
        | JusticeCommand::Bail { .. }
        | JusticeCommand::CourtOutcome { .. }
        | JusticeCommand::Resolve { .. }
        | JusticeCommand::JoinCohort { .. } => Permission::Allowed,

        JusticeCommand::EndRequirement { requirement, .. } => {
            let by = state
                .justice
                .requirement(*requirement)
                .map(|one| &one.organisation);
            seen_or_own(by, caller)
        }
        JusticeCommand::ConcludeResolution { resolution, .. } => {
            let by = state.justice.resolution(*resolution).map(|one| &one.organisation);
            seen_or_own(by, caller)
        }
        JusticeCommand::LeaveCohort { membership, .. } => {
            let by = state.justice.cohort(*membership).map(|one| &one.organisation);
            seen_or_own(by, caller)
        }

        JusticeCommand::AttendAssessment { assessment, .. }
        | JusticeCommand::MissAssessment { assessment, .. } => match side(*assessment, caller) {
            Some(Side::Assesses) => Permission::Allowed,
            Some(Side::Imposed) => Rule::AssessmentIsItsServices.into(),
            None => Permission::NotFound,
        },
        JusticeCommand::LapseAssessment { assessment, .. } => match side(*assessment, caller) {
            Some(_) => Permission::Allowed,
            None => Permission::NotFound,
        },
    }
}

/// On which side of a required assessment an organisation stands.
enum Side {
    /// Its service carries it out.
    Assesses,
    /// It imposed it, or sees the record.
    Imposed,
}

fn side(assessment: AssessmentId, caller: Caller<'_>) -> Option<Side> {
    let Caller {
        history,
        organisation,
        role,
        today,
    } = caller;
    let state = history.now();
    let one = state.assessment(assessment)?;
    if state.responsible(&one.service, &one.organisation) == organisation {
        return Some(Side::Assesses);
    }
    let recorded = |event: &RecordedEvent| {
        event.envelope.id == one.imposed.by && event.envelope.actor.organisation == *organisation
    };
    let imposed = history.events().iter().any(recorded);
    (imposed || visibility(history, organisation, role, today) == Visibility::Full).then_some(Side::Imposed)
}

/// True for what became of an assessment that others imposed: without their events it cannot be told in a view of
/// one's own events, and `GET /v1/required-assessments/{id}` tells it.
pub(super) fn is_told_elsewhere(
    event: &RecordedEvent,
    history: &History,
    organisation: &OrganisationCode,
) -> bool {
    let about = match event.fact() {
        Some(Fact::AssessmentAttended(f)) => f.assessment,
        Some(Fact::AssessmentMissed(f)) => f.assessment,
        Some(Fact::AssessmentLapsed(f)) => f.assessment,
        _ => return false,
    };
    !history.events().iter().any(|one| {
        one.envelope.actor.organisation == *organisation
            && matches!(one.fact(), Some(Fact::AssessmentRequired(f)) if f.assessment == about)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::own_events;
    use crate::command::Command;
    use crate::event::Role;
    use crate::restricted::seen_by;
    use crate::rows::story::*;

    /// The county's police require an assessment at Northshire's service; the prison's organisation sees the record.
    fn required_of() -> Story {
        Story::new()
            .by("gatehouse")
            .on("2026-01-01", opened(1, "moorland-health"))
            .by("county")
            .on("2026-03-01", tested(1))
            .on("2026-03-01", required(1, "northshire-community"))
    }

    /// As over the API: judged by what the caller is shown.
    fn may(story: &Story, command: &JusticeCommand, who: &str, role: Role) -> Permission {
        let (history, who) = (story.history(), organisation(who));
        let shown = seen_by(&history, &who, role);
        let command = Command::Justice(command.clone());
        crate::access::may_record(
            &command,
            shown.as_ref().unwrap_or(&history),
            &directory(),
            &who,
            role,
            day("2026-12-31"),
        )
    }

    #[test]
    fn attendance_is_recorded_by_the_service_and_the_police_are_told_so() {
        let story = required_of();
        let assessment = assessment_id(1);
        let attend = JusticeCommand::AttendAssessment {
            assessment,
            follow_up_needed: None,
            follow_up_on: None,
        };
        let miss = JusticeCommand::MissAssessment {
            assessment,
            reason: code("did_not_attend"),
        };
        for command in [attend, miss] {
            assert_eq!(
                may(&story, &command, "northshire", Role::Worker),
                Permission::Allowed
            );
            for role in [Role::Worker, Role::Liaison] {
                assert_eq!(
                    may(&story, &command, "county", role),
                    Rule::AssessmentIsItsServices.into()
                );
            }
            for (who, role) in [("northshire", Role::Liaison), ("southshire", Role::Worker)] {
                assert_eq!(may(&story, &command, who, role), Permission::NotFound, "{who}");
            }
        }
    }

    #[test]
    fn either_side_records_that_an_assessment_lapses_and_nobody_else_knows_of_it() {
        let story = required_of();
        let lapse = |n: u128| JusticeCommand::LapseAssessment {
            assessment: assessment_id(n),
            reason: code("custody"),
        };
        assert_eq!(
            may(&story, &lapse(1), "county", Role::Liaison),
            Permission::Allowed
        );
        assert_eq!(
            may(&story, &lapse(1), "northshire", Role::Worker),
            Permission::Allowed
        );
        for who in ["southshire", "northshire", "gatehouse"] {
            let answer = may(&story, &lapse(1), who, Role::Liaison);
            assert_eq!(answer, Permission::NotFound, "{who}");
            assert_eq!(answer, may(&story, &lapse(9), who, Role::Liaison), "{who}");
        }
    }

    #[test]
    fn a_requirement_is_ended_by_who_recorded_it_and_by_who_sees_the_record() {
        let imposed = of_police_and_courts()
            .into_iter()
            .find_map(|fact| match fact {
                Fact::RequirementImposed(f) => Some(f),
                _ => None,
            })
            .unwrap();
        let end = JusticeCommand::EndRequirement {
            requirement: imposed.requirement,
            reason: code("completed"),
        };
        let story = required_of().on("2026-03-02", imposed);
        assert_eq!(may(&story, &end, "county", Role::Liaison), Permission::Allowed);
        assert_eq!(may(&story, &end, "gatehouse", Role::Worker), Permission::Allowed);
        assert_eq!(
            may(&story, &end, "northshire", Role::Worker),
            Permission::NotFound
        );
        for role in [Role::Auditor, Role::Administrator] {
            assert_ne!(may(&story, &end, "county", role), Permission::Allowed);
        }
    }

    #[test]
    fn both_roles_record_what_police_and_courts_do() {
        let contact = JusticeCommand::Contact {
            place: code("court"),
            outcome: code("assessed"),
        };
        for role in [Role::Worker, Role::Liaison] {
            assert_eq!(may(&required_of(), &contact, "county", role), Permission::Allowed);
        }
        for role in [Role::Auditor, Role::Administrator] {
            assert_ne!(may(&required_of(), &contact, "county", role), Permission::Allowed);
        }
    }

    #[test]
    fn what_became_of_the_assessment_of_others_is_no_event_of_ones_own_view() {
        let story = required_of().by("northshire").on("2026-03-05", stayed_away(1));
        let own = |who: &str| own_events(&story.history(), &organisation(who)).events().len();
        assert_eq!((own("northshire"), own("county")), (0, 2));
        let story = story.by("county").on("2026-03-09", came(1));
        assert_eq!(
            own_events(&story.history(), &organisation("county"))
                .events()
                .len(),
            3
        );
    }
}
