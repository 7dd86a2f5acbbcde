//! Referrals, from being sent to triage.

mod accept;
mod attest_presence;
mod read;
mod refer;
mod reject;
mod send_on;
mod triage;
mod withdraw;

use super::ApiState;
pub use accept::Acceptance;
pub use read::ReferredIdentity;
pub use refer::{ReferralRequest, ReferredPerson, intake};
pub use reject::Rejection;
pub use send_on::OnwardReferral;
pub use triage::Triage;
use utoipa_axum::{router::OpenApiRouter, routes};
pub use withdraw::Withdrawal;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(refer::refer))
        .routes(routes!(accept::accept))
        .routes(routes!(attest_presence::attest_presence))
        .routes(routes!(reject::reject))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(send_on::send_on))
        .routes(routes!(triage::triage))
        .merge(read::routes())
}
