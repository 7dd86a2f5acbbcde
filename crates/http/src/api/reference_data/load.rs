//! `POST /v1/reference-data/{set}/versions`: load a version of a code list.

use super::versions::VersionInUse;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::{problem, refused};
use crate::api::wire::{DateWire, Reading};
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use throughcare_app::administrator_of;
use throughcare_domain::fault::Faults;
use throughcare_domain::reference::{CodeList, CodeOrigin, CodeStatus, Entry};
use utoipa::ToSchema;

/// A code of the new version.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCode {
    /// The code. A code whose meaning changed stands there once for each period.
    #[schema(min_length = 1, max_length = 40)]
    pub code: String,
    /// What it means.
    #[schema(min_length = 1, max_length = 200)]
    pub label: String,
    /// Whether it may still be chosen.
    pub status: StatusWire,
    /// Who made it.
    pub origin: OriginWire,
    /// First day in force; always, when absent.
    pub valid_from: Option<DateWire>,
    /// Last day in force; still, when absent.
    pub valid_to: Option<DateWire>,
    /// What else the list says of it: at most 30, each of at most 200 characters.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// Whether a code may still be chosen.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusWire {
    /// In use.
    Current,
    /// Kept so that old records stay readable.
    Legacy,
}

/// Who made a code.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginWire {
    /// A national data set or register.
    National,
    /// Nobody outside this system.
    Local,
}

/// A version of a code list, whole.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewListVersion {
    /// Its name, such as that of the national data set, or a date.
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = "^[A-Za-z0-9._-]+$",
        example = "2027-04"
    )]
    pub version: String,
    /// Every code that the list has or ever had, in the order in which people should see them. A longer list than a
    /// body holds is loaded by `throughcare reference load`.
    #[schema(min_items = 1, max_items = 2000)]
    pub codes: Vec<NewCode>,
}

/// Load a version of a code list
///
/// Administrators only. It is in use at once; other nodes see it within five seconds. No code of the version in use may
/// be missing, and none may mean something else on a past day: it gets a last day instead, and a row for the time after.
/// The same version with the same codes again changes nothing. Answers 201 when it is new, 200 when it was there.
#[utoipa::path(
    post, path = "/v1/reference-data/{set}/versions", tag = "Reference data",
    params(("set" = String, Path, description = "Name of the list", example = "referral-sources")),
    request_body = NewListVersion,
    responses((status = 200, description = "It was loaded before", body = VersionInUse),
        (status = 201, description = "It is loaded and in use", body = VersionInUse), CommandAnswers)
)]
pub async fn load_version(
    State(state): State<ApiState>,
    asking: Asking,
    Path(set): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<NewListVersion>,
) -> Result<Response, Problem> {
    asking.request(fingerprint, None)?;
    let by = administrator_of(&asking.caller).map_err(problem)?;
    let list = list(&set, body)?;
    let loaded = state.app.load_list(&list, &by).await.map_err(problem)?;
    let status = if loaded.new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(VersionInUse::of(set, loaded))).into_response())
}

fn list(set: &str, body: NewListVersion) -> Result<CodeList, Problem> {
    let mut reading = Reading::default();
    let entries: Vec<Entry> = body
        .codes
        .into_iter()
        .enumerate()
        .filter_map(|(index, one)| entry(one, index, &mut reading))
        .collect();
    let entries = reading.whole(Some(entries))?;
    CodeList::checked(set, body.version, entries).map_err(|found| {
        let mut faults = Faults::default();
        for (index, reason) in found {
            let pointer = index.map_or_else(|| "/codes".to_owned(), |index| format!("/codes/{index}"));
            faults.add(pointer, "bad_list", format!("The list is not sound: {reason}."));
        }
        refused(faults)
    })
}

fn entry(new: NewCode, index: usize, reading: &mut Reading) -> Option<Entry> {
    let mut attributes = new.attributes;
    attributes.retain(|_, value| !value.is_empty());
    Some(Entry {
        code: reading.code(&new.code, &format!("/codes/{index}/code"))?,
        label: new.label,
        status: match new.status {
            StatusWire::Current => CodeStatus::Current,
            StatusWire::Legacy => CodeStatus::Legacy,
        },
        origin: match new.origin {
            OriginWire::National => CodeOrigin::National,
            OriginWire::Local => CodeOrigin::Local,
        },
        valid_from: new.valid_from.map(|day| day.0),
        valid_to: new.valid_to.map(|day| day.0),
        attributes,
    })
}
