//! Overdoses and deaths.

mod conclude_death;
mod confirm_death;
mod reject_death;
mod report_death;
mod report_overdose;
mod review_overdose;

use super::ApiState;
pub use conclude_death::DeathConclusion;
pub use confirm_death::DeathConfirmation;
pub use reject_death::DeathRejection;
pub use report_death::DeathReport;
pub use report_overdose::OverdoseReport;
pub use review_overdose::OverdoseReview;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(report_overdose::report_overdose))
        .routes(routes!(review_overdose::review_overdose))
        .routes(routes!(report_death::report_death))
        .routes(routes!(confirm_death::confirm_death))
        .routes(routes!(conclude_death::conclude_death))
        .routes(routes!(reject_death::reject_death))
}
