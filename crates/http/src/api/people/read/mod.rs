//! What people see of one person: always current, or as it was at any time.

mod appointments;
mod beside;
mod duties;
mod explained;
mod harm;
mod history;
mod identity;
mod kits;
mod knowledge;
mod matches;
mod person;
mod prescriptions;
mod sharing;
mod timeline;
mod tracks;
mod view;

use crate::api::ApiState;
pub use appointments::{AppointmentShown, MOST_SHOWN, shown as appointment_shown};
pub use beside::NeedShown;
pub use history::{StatusHistoryShown, shown as status_history_shown};
pub use kits::KitShown;
pub use knowledge::{LearntEvent, MOST_LEARNT, ValueChanged, in_order as knowledge_in_order, learnt};
pub use matches::{ComparedShown, PossibleMatchShown};
pub use person::{PersonShown, person_shown};
pub use prescriptions::PrescriptionShown;
pub use sharing::{SharingShown, sharing_shown};
pub use timeline::TimelineLine;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(person::person))
        .routes(routes!(timeline::person_timeline))
        .routes(routes!(history::status_history))
        .routes(routes!(duties::person_duties))
        .routes(routes!(appointments::person_appointments))
        .routes(routes!(prescriptions::person_prescriptions))
        .routes(routes!(kits::naloxone))
        .routes(routes!(harm::harm))
        .routes(routes!(knowledge::knowledge_changes))
        .routes(routes!(sharing::person_sharing))
        .routes(routes!(matches::possible_matches))
}
