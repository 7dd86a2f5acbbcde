//! `GET /v1/organisations/{organisation}/worker-trainings`: who was trained, and whose training runs out.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::DateWire;
use crate::lists::{Page, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::directory::WorkerTraining;
use throughcare_domain::event::Role;
use utoipa::{IntoParams, ToSchema};

/// Which trainings.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrainingsQuery {
    /// Only those that run out by this day or have run out, and were not renewed.
    pub expiring_by: Option<DateWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A worker's training.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerTrainingShown {
    /// The worker's user name.
    pub worker: String,
    /// A code of `worker-trainings`.
    pub training: String,
    /// When it was given.
    pub given: Date,
    /// The last day on which it counts; absent where it does not run out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    #[serde(skip)]
    place: usize,
}

/// The training register of an organisation
///
/// In order of expiry with `expiringBy`, else in the order in which they were given. For workers of the organisation,
/// administrators and auditors.
#[utoipa::path(
    get, path = "/v1/organisations/{organisation}/worker-trainings", tag = "Organisations",
    params(("organisation" = String, Path, description = "Code of the organisation"), TrainingsQuery),
    responses((status = 200, description = "A page of the register", body = Page<WorkerTrainingShown>), ReadRefused)
)]
pub async fn worker_trainings(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidQuery(query): ValidQuery<TrainingsQuery>,
) -> Result<Json<Page<WorkerTrainingShown>>, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let directory = state.app.directory().await.map_err(problem)?;
    let sees = match asking.caller.role() {
        Role::Administrator | Role::Auditor => true,
        Role::Worker | Role::Clinician | Role::Liaison => *asking.caller.organisation() == code,
        Role::Commissioner | Role::PrivacyOfficer => false,
    };
    if !sees || directory.organisation(&code).is_none() {
        return Err(not_found());
    }
    let filter = query.expiring_by.map(|day| day.0.to_string()).unwrap_or_default();
    let scope = state
        .cursors
        .scope("/v1/organisations/worker-trainings", &[&organisation, &filter]);
    let from: usize = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => scope
            .read(cursor)?
            .parse()
            .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
    };
    let size = per_page(query.per_page);
    let all = directory.trainings(&code);
    let found = match query.expiring_by {
        None => all.iter().collect(),
        Some(day) => expiring(all, day.0),
    };
    let lines = found.into_iter().enumerate().skip(from).take(size as usize + 1);
    let lines = lines.map(|(place, one)| shown(one, place)).collect();
    Ok(Json(Page::from_surplus(
        lines,
        size,
        |last: &WorkerTrainingShown| scope.write(&(last.place + 1).to_string()),
    )))
}

/// What runs out by a day and was not renewed: of each worker and training the one that counts longest.
fn expiring(all: &[WorkerTraining], by: Date) -> Vec<&WorkerTraining> {
    let lasts = |one: &WorkerTraining| one.expires_on.unwrap_or(Date::MAX);
    let renewed = |one: &WorkerTraining| {
        let mut others = all.iter();
        others.any(|other| {
            other.worker == one.worker && other.training == one.training && lasts(other) > lasts(one)
        })
    };
    let mut found: Vec<_> = all
        .iter()
        .filter(|one| lasts(one) <= by && !renewed(one))
        .collect();
    found.sort_by(|a, b| (a.expires_on, &a.worker, &a.training).cmp(&(b.expires_on, &b.worker, &b.training)));
    found.dedup_by(|b, a| (&a.worker, &a.training) == (&b.worker, &b.training));
    found
}

fn shown(one: &WorkerTraining, place: usize) -> WorkerTrainingShown {
    WorkerTrainingShown {
        worker: one.worker.clone(),
        training: one.training.to_string(),
        given: one.given,
        expires_on: one.expires_on,
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use throughcare_domain::code::Code;

    fn trained(worker: &str, given: Date, expires_on: Option<Date>) -> WorkerTraining {
        WorkerTraining {
            worker: worker.to_owned(),
            training: Code::parse("naloxone_supply").unwrap(),
            given,
            expires_on,
        }
    }

    #[test]
    fn what_runs_out_is_listed_unless_it_was_renewed() {
        let (first, later) = (date(2026, 3, 1), date(2027, 3, 1));
        let all = [
            trained("a", date(2024, 3, 1), Some(first)),
            trained("b", date(2024, 3, 1), Some(first)),
            trained("b", date(2026, 2, 1), Some(later)),
            trained("c", date(2024, 3, 1), None),
        ];
        let workers = |by| {
            expiring(&all, by)
                .iter()
                .map(|one| one.worker.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(workers(date(2026, 2, 28)), Vec::<&str>::new());
        assert_eq!(workers(first), ["a"]);
        assert_eq!(workers(later), ["a", "b"]);
    }
}
