//! Who may record what police, courts and those who work with them do.

use super::record::{Caller, seen_or_own};
use super::{Permission, Rule, Visibility, visibility};
use crate::command::JusticeCommand;
use crate::event::RecordedEvent;
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
            let by = state.justice.requirement(*requirement).map(|one| &one.organisation);
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
        | JusticeCommand::MissAssessment { assessment, .. } => {
            match side(*assessment, caller) {
                Some(Side::Assesses) => Permission::Allowed,
                Some(Side::Imposed) => Rule::AssessmentIsItsServices.into(),
                None => Permission::NotFound,
            }
        }
        JusticeCommand::LapseAssessment { assessment, .. } => {
            match side(*assessment, caller) {
                Some(_) => Permission::Allowed,
                None => Permission::NotFound,
            }
        }
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
    (imposed || visibility(history, organisation, role) == Visibility::Full).then_some(Side::Imposed)
}
