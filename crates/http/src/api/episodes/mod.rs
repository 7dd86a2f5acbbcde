//! Episodes: waiting, interventions, contacts, exit.

mod end_intervention;
mod place_on_waiting_list;
mod read;
mod record_contact;
mod record_exit;
mod start_intervention;
mod take_off_waiting_list;

use super::ApiState;
pub use end_intervention::InterventionEnd;
pub use place_on_waiting_list::WaitingListEntry;
pub use record_contact::Contact;
pub use record_exit::Exit;
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
        .merge(read::routes())
}
