//! `GET /v1/organisations/{organisation}/clients`: the systems that ask for an organisation, and those that did.

use super::list::MembersQuery;
use super::shown_to;
use super::wire::{RoleName, SectorName, ToldShown};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::api::times::times_text;
use crate::lists::{Page, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use throughcare_domain::directory::Registration;
use utoipa::ToSchema;
use uuid::Uuid;

/// A system that asks for the organisation, or did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientShown {
    /// The registration.
    pub registration_id: Uuid,
    /// The system.
    pub client: String,
    /// What it is for.
    pub sector: SectorName,
    /// In which roles it asks.
    pub roles: Vec<RoleName>,
    /// For which services of the organisation alone it asks; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<String>>,
    /// `in_force` or `ended`.
    #[schema(example = "in_force")]
    pub state: String,
    /// When and by whom it was registered.
    pub registered: ToldShown,
    /// When and by whom it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<ToldShown>,
    #[serde(skip)]
    place: usize,
}

/// The systems that ask for an organisation
///
/// In the order in which they were registered, those that were revoked included. For administrators, auditors, and
/// privacy officers of the organisation.
#[utoipa::path(
    get, path = "/v1/organisations/{organisation}/clients", tag = "Members",
    params(("organisation" = String, Path, description = "Code of the organisation"), MembersQuery),
    responses((status = 200, description = "A page of systems", body = Page<ClientShown>), ReadRefused)
)]
pub async fn clients(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidQuery(query): ValidQuery<MembersQuery>,
) -> Result<Json<Page<ClientShown>>, Problem> {
    let (code, directory) = shown_to(&state, &asking, &organisation).await?;
    let scope = state.cursors.scope(
        "/v1/organisations/clients",
        &[&organisation, &times_text(query.as_of, None)],
    );
    let from: usize = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => scope
            .read(cursor)?
            .parse()
            .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
    };
    let size = per_page(query.per_page);
    let at = query.instant();
    let clients = directory
        .roster(&code)
        .map_or(&[][..], |roster| roster.registrations());
    let lines = clients
        .iter()
        .enumerate()
        .skip(from)
        .filter_map(|(place, one)| shown(one, at, place))
        .take(size as usize + 1)
        .collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &ClientShown| {
        scope.write(&(last.place + 1).to_string())
    })))
}

fn shown(one: &Registration, at: Option<Timestamp>, place: usize) -> Option<ClientShown> {
    let state = match at {
        None => one.in_force(),
        Some(at) => one.in_force_at(at)?,
    };
    let revoked = one
        .revoked
        .as_ref()
        .filter(|revoked| at.is_none_or(|at| revoked.at <= at));
    Some(ClientShown {
        registration_id: one.id.0,
        client: one.client.clone(),
        sector: one.sector.into(),
        roles: one.roles.iter().map(|role| (*role).into()).collect(),
        services: one
            .services
            .as_ref()
            .map(|services| services.iter().map(ToString::to_string).collect()),
        state: state.as_str().to_owned(),
        registered: (&one.registered).into(),
        revoked: revoked.map(Into::into),
        place,
    })
}
