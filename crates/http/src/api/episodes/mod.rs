//! Episodes: waiting, interventions, contacts, exit, outcome profiles and follow-up.

mod agree_care_plan;
mod assign_key_worker;
mod bridge_prescription;
mod end_intervention;
mod offer_first_appointment;
mod place_on_waiting_list;
mod profile_items;
mod put_on_hold;
mod read;
mod record_contact;
mod record_exit;
mod record_follow_up;
mod record_outcome_profile;
mod refer_to_intervention;
mod rescind_exit;
mod resume;
mod review_intervention;
mod revise_care_plan;
mod start_intervention;
mod start_referred_intervention;
mod take_off_waiting_list;

use super::ApiState;
pub use agree_care_plan::CarePlan;
pub use assign_key_worker::KeyWorker;
pub use bridge_prescription::BridgingPrescription;
pub use end_intervention::InterventionEnd;
pub use offer_first_appointment::FirstAppointment;
pub use place_on_waiting_list::WaitingListEntry;
pub use put_on_hold::Hold;
pub use record_contact::Contact;
pub use record_exit::Exit;
pub use record_follow_up::FollowUp;
pub use record_outcome_profile::OutcomeProfile;
pub use refer_to_intervention::InterventionReferral;
pub use rescind_exit::ExitRescission;
pub use resume::Resumption;
pub use review_intervention::InterventionReview;
pub use revise_care_plan::CarePlanRevision;
pub use start_intervention::NewIntervention;
pub use start_referred_intervention::InterventionStart;
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
        .routes(routes!(refer_to_intervention::refer_to_intervention))
        .routes(routes!(offer_first_appointment::offer_first_appointment))
        .routes(routes!(start_referred_intervention::start_referred_intervention))
        .routes(routes!(review_intervention::review_intervention))
        .routes(routes!(put_on_hold::hold_treatment))
        .routes(routes!(resume::resume_treatment))
        .routes(routes!(bridge_prescription::bridge_prescription))
        .routes(routes!(agree_care_plan::agree_care_plan))
        .routes(routes!(revise_care_plan::revise_care_plan))
        .routes(routes!(assign_key_worker::assign_key_worker))
        .merge(read::routes())
}
