//! `GET /v1/people/{id}/subject-access`: everything that is held about a person, for their own copy.

use super::page;
use super::shown::{SubjectAccessShown, copy_shown};
use crate::api::ApiState;
use crate::api::asking::{Asking, X_LOG_POSITION};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::path::IdPath;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::view::subject_access::LeaveOut;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Whether something stands in the copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It does.
    #[default]
    Include,
    /// It is left out.
    Withhold,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyFormat {
    /// For machines, and for the officer who looks it through.
    Json,
    /// A page for the person: plain, without scripts, fit to be printed and to be read aloud.
    Html,
}

/// What stands in the copy.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubjectAccessQuery {
    /// Free text. Included when absent.
    #[param(inline)]
    pub notes: Option<Told>,
    /// Entries that are marked for another reason than their free text: restricted needs, and schemes of the police.
    /// Included when absent.
    #[param(inline)]
    pub marked: Option<Told>,
    /// Entries to leave out, by the ids of their events; corrections of them go with them. At most 100.
    #[schema(max_items = 100)]
    #[param(max_items = 100, style = Form, explode = false)]
    pub withhold: Option<Vec<Uuid>>,
    /// In which form; as `Accept` says, when absent.
    #[param(inline)]
    pub format: Option<CopyFormat>,
}

impl SubjectAccessQuery {
    fn leave_out(&self) -> LeaveOut {
        let withheld = |told: Option<Told>| told == Some(Told::Withhold);
        LeaveOut {
            notes: withheld(self.notes),
            marked: withheld(self.marked),
            entries: self.withhold.iter().flatten().copied().map(EventId).collect(),
        }
    }
}

/// True when a browser asks.
fn wants_page(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let mut ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(|range| {
        let essence = range.split(';').next().unwrap_or("").trim();
        essence.eq_ignore_ascii_case("text/html")
    })
}

/// Everything that is held about a person
///
/// For privacy officers, to answer the person's own request (UK GDPR art. 15): every entry in words and as it is
/// stored, when it was true and when it was recorded, by which organisation, its corrections; consent; what is computed;
/// who looked. Members of staff stand in it by numbers, and records of other people not at all. What could harm somebody
/// is marked, not left out: look it through, then ask again with what is to be left out. An organisation that treats or
/// treated the person gets all of the record; one with a sharing agreement what it was given sight of; any other what it
/// recorded itself. With `Accept: text/html` or `format=html` the answer is a page for the person.
#[utoipa::path(
    get, path = "/v1/people/{id}/subject-access", tag = "Data protection",
    params(("id" = Uuid, Path, description = "The person"), SubjectAccessQuery),
    responses(
        (status = 200, description = "The copy", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((SubjectAccessShown = "application/json"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn subject_access(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<SubjectAccessQuery>,
) -> Result<Response, Problem> {
    let read = state
        .app
        .subject_access(&asking.caller, PersonId(id), &query.leave_out())
        .await
        .map_err(problem)?;
    let position = read.read.position;
    let reference = state.app.reference().await;
    let copy = copy_shown(read, asking.caller.organisation().as_str(), &reference);
    let as_page = match query.format {
        Some(format) => format == CopyFormat::Html,
        None => wants_page(&headers),
    };
    if !as_page {
        return Ok(shown(copy, position));
    }
    let mut response = page::written(&copy).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, page::POLICY),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"your-data.html\"",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(X_LOG_POSITION, HeaderValue::from(position));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_says_what_is_left_out() {
        let read = |query: &str| crate::query::read::<SubjectAccessQuery>(query);
        assert_eq!(read("").unwrap().leave_out(), LeaveOut::default());
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let all = read(&format!(
            "notes=withhold&marked=withhold&withhold={one},{other}&format=html"
        ));
        let leave = all.unwrap().leave_out();
        assert!(leave.notes && leave.marked);
        assert_eq!(leave.entries, [EventId(one), EventId(other)].into());
        assert!(!read("notes=include").unwrap().leave_out().notes);
        for odd in ["notes=no", "withhold=some", "format=pdf", "Notes=include"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_browser_gets_a_page() {
        let mut headers = HeaderMap::new();
        assert!(!wants_page(&headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        assert!(!wants_page(&headers));
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("text/html,application/xhtml+xml;q=0.9"),
        );
        assert!(wants_page(&headers));
    }
}
