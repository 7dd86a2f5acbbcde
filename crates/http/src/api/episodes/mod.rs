//! Episodes: waiting, interventions, contacts, exit, outcome profiles and follow-up.

mod end_intervention;
mod place_on_waiting_list;
mod profile_items;
mod read;
mod record_contact;
mod record_exit;
mod record_follow_up;
mod record_outcome_profile;
mod rescind_exit;
mod start_intervention;
mod take_off_waiting_list;

use super::ApiState;
pub use end_intervention::InterventionEnd;
pub use place_on_waiting_list::WaitingListEntry;
pub use record_contact::Contact;
pub use record_exit::Exit;
pub use record_follow_up::FollowUp;
pub use record_outcome_profile::OutcomeProfile;
pub use rescind_exit::ExitRescission;
pub use start_intervention::NewIntervention;
pub use take_off_waiting_list::WaitingListRemoval;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(place_on_waiting_list::place_on_waiting_list))
        .routes(routes!(take_off_waiting_list::take_off_waiting_list))
        .routes(routes!(start_intervention::start_intervention))
        .routes(routes!(end_intervention::end_intervention))
        .routes(routes!(record_contact::record_contact))
        .routes(routes!(record_exit::record_exit))
        .routes(routes!(rescind_exit::rescind_exit))
        .routes(routes!(record_follow_up::record_follow_up))
        .routes(routes!(record_outcome_profile::record_outcome_profile))
        .merge(read::routes())
}
