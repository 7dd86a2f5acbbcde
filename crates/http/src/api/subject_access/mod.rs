//! A person's own copy of what is held about them, for privacy officers, and as HMPPS collects it.

mod collected;
mod page;
mod person;
mod shown;
mod template;

use super::ApiState;
use throughcare_app::query::SubjectAccessRead;
use throughcare_domain::reference::ReferenceData;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(person::subject_access))
        .routes(routes!(collected::subject_access_request))
        .routes(routes!(template::subject_access_template))
}

/// In which form a copy is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyForm {
    /// As the endpoint answers.
    Json,
    /// A page for the person.
    Page,
}

/// A copy as an organisation gives it, as text: the one that the endpoint answers.
pub fn written_copy(
    read: SubjectAccessRead,
    organisation: &str,
    reference: &ReferenceData,
    form: CopyForm,
) -> String {
    let copy = shown::copy_shown(read, organisation, reference);
    match form {
        CopyForm::Page => page::written(&copy),
        // Names of fields and texts: there is nothing that could not be written.
        CopyForm::Json => serde_json::to_string_pretty(&copy).unwrap_or_default(),
    }
}
