//! `GET /v1/services`: who can be asked.

use super::kind::ServiceKindWire;
use super::service::{ServiceShown, service_shown};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::DateWire;
use crate::lists::{Page, per_page};
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use throughcare_domain::directory::Service;
use utoipa::{IntoParams, ToSchema};

/// Which services.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ServicesQuery {
    /// Only of this kind.
    pub kind: Option<ServiceKindWire>,
    /// Only those responsible for residents of this authority.
    #[schema(pattern = "^[A-Z0-9]{4,9}$")]
    #[param(pattern = "^[A-Z0-9]{4,9}$")]
    pub area: Option<String>,
    /// Only those that work in this prison.
    #[schema(pattern = "^[A-Z]{3}$")]
    #[param(pattern = "^[A-Z]{3}$")]
    pub prison: Option<String>,
    /// Only those open on this day.
    pub on_date: Option<DateWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Services a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

impl ServicesQuery {
    fn wants(&self, service: &Service) -> bool {
        self.kind
            .is_none_or(|kind| ServiceKindWire::from(service.kind) == kind)
            && self
                .area
                .as_ref()
                .is_none_or(|area| service.areas.iter().any(|one| one.as_str() == area))
            && self
                .prison
                .as_ref()
                .is_none_or(|prison| service.prisons.iter().any(|one| one.as_str() == prison))
            && self.on_date.is_none_or(|day| service.works_on(day.0))
    }
}

/// Services
///
/// In order of code, closed ones included unless `onDate` is given. For every role.
#[utoipa::path(
    get, path = "/v1/services", tag = "Organisations", params(ServicesQuery),
    responses((status = 200, description = "A page of services", body = Page<ServiceShown>), ReadRefused)
)]
pub async fn services(
    State(state): State<ApiState>,
    _asking: Asking,
    ValidQuery(query): ValidQuery<ServicesQuery>,
) -> Result<Json<Page<ServiceShown>>, Problem> {
    let filters = serde_json::to_string(&(query.kind, &query.area, &query.prison, query.on_date));
    let filters = filters.unwrap_or_default();
    let scope = state.cursors.scope("/v1/services", &[&filters]);
    let after = query
        .cursor
        .as_deref()
        .map(|cursor| scope.read(cursor))
        .transpose()?;
    let size = per_page(query.per_page);
    let directory = state.app.directory().await.map_err(problem)?;
    let lines = directory
        .services()
        .filter(|service| after.as_deref().is_none_or(|after| service.code.as_str() > after))
        .filter(|service| query.wants(service))
        .take(size as usize + 1)
        .map(|service| service_shown(service, &directory))
        .collect();
    Ok(Json(Page::from_surplus(lines, size, |line: &ServiceShown| {
        scope.write(&line.service)
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use throughcare_domain::code::{AreaCode, OrganisationCode, ServiceCode};
    use throughcare_domain::fact::ServiceKind;

    fn service() -> Service {
        Service {
            code: ServiceCode::parse("north").unwrap(),
            name: "North".into(),
            organisation: OrganisationCode::parse("north-org").unwrap(),
            kind: ServiceKind::Community,
            areas: vec![AreaCode::parse("X10000001").unwrap()],
            prisons: Vec::new(),
            opened: date(2020, 4, 1),
            closed: Some(date(2026, 4, 1)),
        }
    }

    #[test]
    fn each_filter_lets_through_what_it_names_and_nothing_else() {
        let wants = |query: &str| {
            crate::query::read::<ServicesQuery>(query)
                .unwrap()
                .wants(&service())
        };
        for passed in ["", "kind=community", "area=X10000001", "onDate=2026-03-31"] {
            assert!(wants(passed), "{passed}");
        }
        for left_out in ["kind=prison", "area=X10000002", "prison=MDI", "onDate=2026-04-01"] {
            assert!(!wants(left_out), "{left_out}");
        }
    }
}
