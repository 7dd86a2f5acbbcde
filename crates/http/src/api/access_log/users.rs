//! `GET /v1/access-log/users`: at how many people each user looked.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{MOST_DAYS, UserLooks};
use throughcare_domain::access::is_outlier;
use throughcare_domain::when::days_between;
use utoipa::{IntoParams, ToSchema};

/// Which days.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// From this day.
    pub from: Date,
    /// To this day, which is included; at most 31 days in all.
    pub to: Date,
}

/// What a user, or a system by itself, looked at.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserLooksShown {
    /// For which organisation.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// The user; absent for a system by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The client, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// How often somebody was shown.
    pub looks: i64,
    /// How many people.
    pub people: i64,
    /// Half of the users of this organisation in this role looked at no more people than this.
    pub median_people: f64,
    /// How often they searched by identifier, whatever was found.
    pub searches: i64,
    /// Half of the users of this organisation in this role searched no more often than this.
    pub median_searches: f64,
    /// True for 20 people or more, and more than three times the median, and for as many searches: ask what for.
    pub outlier: bool,
}

impl From<UserLooks> for UserLooksShown {
    fn from(looks: UserLooks) -> Self {
        Self {
            outlier: is_outlier(looks.people, looks.median)
                || is_outlier(looks.searches, looks.median_searches),
            organisation: looks.organisation,
            role: looks.role,
            user: looks.user,
            client: looks.client,
            looks: looks.looks,
            people: looks.people,
            median_people: looks.median,
            searches: looks.searches,
            median_searches: looks.median_searches,
        }
    }
}

/// Users by the number of people at whom they looked, or of searches.
#[derive(Clone, Serialize, ToSchema)]
pub struct UsersShown {
    /// Those with most people, or searches, first; at most 200.
    pub data: Vec<UserLooksShown>,
}

/// At how many people each user looked
///
/// For auditors: those with most people, or searches, first, and who looked at far more than others who do the same work.
#[utoipa::path(
    get, path = "/v1/access-log/users", tag = "Access", params(UsersQuery),
    responses((status = 200, description = "Users", body = UsersShown), ReadRefused)
)]
pub async fn users(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<UsersQuery>,
) -> Result<Json<UsersShown>, Problem> {
    let days = days_between(query.from, query.to);
    // The database knows no days before or after these.
    let kept = |day: Date| (1900..2200).contains(&day.year());
    if !kept(query.from) || !kept(query.to) || !(0..MOST_DAYS).contains(&days) {
        return Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
            "/query/to",
            "out_of_range",
            "Give a day that is not before from, and not more than 30 days after it.",
        )));
    }
    let users = state
        .app
        .looks_by_user(&asking.caller, query.from, query.to)
        .await
        .map_err(problem)?;
    Ok(Json(UsersShown {
        data: users.into_iter().map(UserLooksShown::from).collect(),
    }))
}
