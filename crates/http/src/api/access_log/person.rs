//! `GET /v1/people/{id}/access-log`: who looked at a person.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::lists::{Page, per_page};
use crate::path::IdPath;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use throughcare_app::query::LookRead;
use throughcare_domain::access::Ground;
use throughcare_domain::id::PersonId;
use utoipa::{IntoParams, ToSchema};

/// Which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccessLogQuery {
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A look at a person.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LookShown {
    /// When.
    pub at: Timestamp,
    /// For which organisation.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// The user, of your own organisation and for auditors; absent for a system by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The client, of your own organisation and for auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The person behind a system, where it named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// `direct_care`, `liaison` or `audit`.
    pub purpose: String,
    /// What was asked, without what stood in the address.
    pub asked: String,
    /// How much was shown: `record`, `sent` (what the organisation recorded itself), `referral`, `assessment`, `line` of
    /// a list, `events`, `access_log`.
    pub shown: String,
    /// On what ground.
    pub grounds: Vec<GroundShown>,
    #[serde(skip)]
    look: i64,
}

/// Why somebody was shown something.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroundShown {
    /// Its id.
    pub id: String,
    /// What it says.
    pub sentence: String,
}

/// A look, for an answer.
pub fn shown(look: LookRead) -> LookShown {
    let ground = |id: String| {
        let known = Ground::ALL.into_iter().find(|ground| ground.id() == id);
        GroundShown {
            sentence: known.map_or("", Ground::sentence).to_owned(),
            id,
        }
    };
    LookShown {
        at: look.at,
        organisation: look.organisation,
        role: look.role,
        user: look.user,
        client: Some(look.client).filter(|client| !client.is_empty()),
        on_behalf_of: look.on_behalf_of,
        purpose: look.purpose,
        asked: look.route,
        shown: look.extent,
        grounds: look.grounds.into_iter().map(ground).collect(),
        look: look.look,
    }
}

/// Who looked at a person
///
/// The last look first; every answer that showed the person is here, this one from now on. For staff who see the whole
/// record, so that they can tell the person, and for auditors. Which user of another organisation looked, that
/// organisation can say.
#[utoipa::path(
    get, path = "/v1/people/{id}/access-log", tag = "Access",
    params(("id" = Uuid, Path, description = "The person"), AccessLogQuery),
    responses((status = 200, description = "A page of looks", body = Page<LookShown>), ReadRefused)
)]
pub async fn access_log(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<AccessLogQuery>,
) -> Result<Json<Page<LookShown>>, Problem> {
    let scope = state.cursors.scope(
        "/v1/people/access-log",
        &[asking.caller.organisation().as_str(), &id.to_string()],
    );
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let place = scope.read(cursor)?;
            Some(
                place
                    .parse()
                    .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
            )
        }
    };
    let size = per_page(query.per_page);
    let page = state
        .app
        .access_log(&asking.caller, PersonId(id), before, size + 1)
        .await
        .map_err(problem)?;
    let lines = page.looks.into_iter().map(shown).collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &LookShown| {
        scope.write(&last.look.to_string())
    })))
}
