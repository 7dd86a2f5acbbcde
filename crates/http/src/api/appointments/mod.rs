//! Appointments: offered, moved, attended, missed, cancelled.

mod attend;
mod cancel;
mod miss;
mod offer_for_episode;
mod offer_for_referral;
mod reschedule;

use super::ApiState;
pub use attend::Attendance;
pub use cancel::AppointmentCancellation;
pub use miss::Absence;
pub use offer_for_episode::EpisodeAppointment;
pub use offer_for_referral::ReferralAppointment;
pub use reschedule::Rescheduling;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(offer_for_referral::offer_appointment_for_referral))
        .routes(routes!(offer_for_episode::offer_appointment_for_episode))
        .routes(routes!(reschedule::reschedule_appointment))
        .routes(routes!(attend::attend_appointment))
        .routes(routes!(miss::miss_appointment))
        .routes(routes!(cancel::cancel_appointment))
}
