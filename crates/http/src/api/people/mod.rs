//! People: registering, finding, and saying who they are.

mod correct_demographics;
mod read;
mod record_identifier;
mod record_residence;
mod register;
mod search;
mod withdraw_identifier;

use super::ApiState;
pub use correct_demographics::DemographicsCorrection;
pub use read::{
    AppointmentShown, ComparedShown, KitShown, LearntEvent, MOST_LEARNT, MOST_SHOWN, NeedShown, PersonShown,
    PossibleMatchShown, PrescriptionShown, SharingShown, StatusHistoryShown, TimelineLine, ValueChanged,
    appointment_shown, knowledge_in_order, learnt, person_shown, sharing_shown, status_history_shown,
};
pub use record_identifier::NewIdentifier;
pub use record_residence::NewResidence;
pub use register::DemographicsWire;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(search::search))
        .routes(routes!(record_identifier::record_identifier))
        .routes(routes!(withdraw_identifier::withdraw_identifier))
        .routes(routes!(correct_demographics::correct_demographics))
        .routes(routes!(record_residence::record_residence))
        .merge(read::routes())
}
