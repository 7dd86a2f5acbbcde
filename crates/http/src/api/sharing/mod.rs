//! What the person says about the use of their data, and who is given sight of the record: consent, objections,
//! restrictions, sharing agreements. What stands is read at `GET /v1/people/{id}/sharing`.

mod answer_objection;
mod apply_agreement;
mod end_agreement;
mod give_consent;
mod lift_restriction;
mod object;
mod place_restriction;
mod refuse_consent;
mod withdraw_consent;
mod withdraw_objection;

use super::ApiState;
use super::wire::Reading;
pub use answer_objection::ObjectionAnswer;
pub use apply_agreement::NewSharingAgreement;
pub use end_agreement::SharingAgreementEnd;
pub use give_consent::NewConsent;
pub use lift_restriction::RestrictionLift;
pub use object::NewObjection;
pub use place_restriction::NewRestriction;
pub use refuse_consent::ConsentRefusal;
use throughcare_domain::fact::{Scope, Wording};
use utoipa_axum::{router::OpenApiRouter, routes};
pub use withdraw_consent::ConsentWithdrawal;
pub use withdraw_objection::ObjectionWithdrawal;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(give_consent::give_consent))
        .routes(routes!(refuse_consent::refuse_consent))
        .routes(routes!(withdraw_consent::withdraw_consent))
        .routes(routes!(object::make_objection))
        .routes(routes!(withdraw_objection::withdraw_objection))
        .routes(routes!(answer_objection::answer_objection))
        .routes(routes!(place_restriction::place_restriction))
        .routes(routes!(lift_restriction::lift_restriction))
        .routes(routes!(apply_agreement::apply_sharing_agreement))
        .routes(routes!(end_agreement::end_sharing_agreement))
}

/// A scope, with the organisation where it is about one.
fn scope(code: &str, organisation: Option<&str>, reading: &mut Reading) -> Option<Scope> {
    let code = reading.code(code, "/scope");
    let with = organisation.map(|with| reading.organisation(with, "/organisation"));
    let with = match with {
        Some(with) => Some(with?),
        None => None,
    };
    Some(Scope { code: code?, with })
}

/// In which words the person was asked.
fn wording(form: &str, version: Option<&str>, reading: &mut Reading) -> Option<Wording> {
    let form = reading.code(form, "/wording");
    let version = version.and_then(|version| reading.code(version, "/wordingVersion"));
    Some(Wording { form: form?, version })
}
