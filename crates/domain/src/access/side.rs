//! Where an organisation stands to a referral and to an episode, contracts that moved included.

use crate::code::OrganisationCode;
use crate::command::AppointmentCommand;
use crate::id::{EpisodeId, ReferralId};
use crate::state::{PersonState, ReferralStatus};

/// On which side of a referral an organisation stands.
pub(super) enum Side {
    /// It has what the service asked has.
    Asked,
    /// It sent it.
    Sender,
    /// It was asked, and its contract moved since.
    Before,
}

/// Where it stands; `None` for everybody else.
pub(super) fn side(
    state: &PersonState,
    referral: ReferralId,
    organisation: &OrganisationCode,
) -> Option<Side> {
    let referral = state.referral(referral)?;
    let asked = state.responsible(&referral.to_service, &referral.to_organisation);
    if asked == organisation {
        Some(Side::Asked)
    } else if state.was_responsible(organisation, &referral.to_service, &referral.to_organisation) {
        Some(Side::Before)
    } else if referral.from_organisation == *organisation {
        Some(Side::Sender)
    } else {
        None
    }
}

/// True for what the sender of a referral does about an appointment before triage: it books one, as a prison does for
/// somebody who is to be released, and moves or calls off what it booked itself. Who came says the service.
///
/// Source: `domain.md` section 2 (appointment booked before release).
pub(super) fn books_ahead(
    state: &PersonState,
    command: &AppointmentCommand,
    referral: ReferralId,
    organisation: &OrganisationCode,
) -> bool {
    let waits = state
        .referral(referral)
        .is_some_and(|one| matches!(one.status(), ReferralStatus::Received | ReferralStatus::Accepted));
    let its_own = |appointment| {
        let booked = state.appointment(appointment);
        booked.is_some_and(|one| one.offered_by == *organisation)
    };
    waits
        && match command {
            AppointmentCommand::Offer(_) => true,
            AppointmentCommand::Move { appointment, .. } | AppointmentCommand::Cancel { appointment, .. } => {
                its_own(*appointment)
            }
            AppointmentCommand::Attend(_) | AppointmentCommand::Miss { .. } => false,
        }
}

/// True when the episode is the organisation's.
pub(super) fn owns(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> bool {
    state
        .episode(episode)
        .is_some_and(|episode| state.responsible(&episode.service, &episode.organisation) == organisation)
}

/// True when the episode was the organisation's until a contract moved.
pub(super) fn owned_before(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> bool {
    state
        .episode(episode)
        .is_some_and(|episode| state.was_responsible(organisation, &episode.service, &episode.organisation))
}
