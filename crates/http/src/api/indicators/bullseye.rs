//! `GET /v1/bullseye`: how much of an estimated need treatment reaches.

use super::which::not_too_many;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::{KnownWire, times};
use crate::api::wire::Reading;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::FigureQuery;
use throughcare_domain::indicators::{Estimate, Indicator, Period, bullseye};
use throughcare_domain::reference::SubstanceGroup;
use utoipa::{IntoParams, ToSchema};

/// The indicators of whose lines the rings are made: journeys, and referrals.
const MADE_OF: [&str; 2] = ["in_treatment", "triaged_in_six_weeks"];

/// Of which need.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BullseyeQuery {
    /// Of residents of this authority, a code of `areas`.
    #[schema(pattern = "^[A-Z0-9]{4,9}$")]
    #[param(pattern = "^[A-Z0-9]{4,9}$")]
    pub area: String,
    /// Of this group of substances, as figures are broken down by it; all, when absent.
    #[schema(pattern = "^[a-z_]{3,30}$")]
    #[param(pattern = "^[a-z_]{3,30}$")]
    pub substances: Option<String>,
    /// On this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// An estimated need, and how far treatment reaches into it. A number that is null is withheld, or not known.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BullseyeWire {
    /// The authority.
    pub area: String,
    /// The day.
    pub as_of: Date,
    /// In structured treatment in the community on that day.
    #[schema(required)]
    pub in_treatment: Option<u32>,
    /// Treated within the twelve months before, and not on that day.
    #[schema(required)]
    pub treated_lately: Option<u32>,
    /// Known by a referral, or treated longer ago.
    #[schema(required)]
    pub known_not_treated: Option<u32>,
    /// What these leave of the estimate.
    #[schema(required)]
    pub not_known: Option<u32>,
    /// People with the need who are not in treatment.
    #[schema(required)]
    pub unmet_need: Option<u32>,
    /// How many of a hundred they are.
    #[schema(required)]
    pub unmet_percentage: Option<f64>,
    /// The estimate, where one is loaded (list `prevalence-estimates`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<EstimateWire>,
    /// True where small numbers, and what they could be worked out of, are null.
    pub small_numbers_withheld: bool,
}

/// An estimate of how many people have a need.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PrevalenceEstimate)]
pub struct EstimateWire {
    /// How many.
    pub people: u32,
    /// The lower bound of 95 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<u32>,
    /// The upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<u32>,
    /// For which year it was published: the last one up to that of the day.
    pub year: i16,
    /// Who published it.
    pub source: String,
}

impl From<Estimate> for EstimateWire {
    fn from(estimate: Estimate) -> Self {
        Self {
            people: estimate.people,
            low: estimate.low,
            high: estimate.high,
            year: estimate.year,
            source: estimate.source,
        }
    }
}

/// How much of an estimated need treatment reaches
///
/// Of an area: who is in treatment on a day, who was within the year before, who is known and not treated, and how many the
/// estimate says that nobody knows. For auditors and commissioners, who are not told small numbers.
#[utoipa::path(
    get, path = "/v1/bullseye", tag = "Indicators", params(BullseyeQuery),
    responses(
        (status = 200, description = "The rings", body = BullseyeWire,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn bullseye_of(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<BullseyeQuery>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let area = reading.area(&query.area, "/query/area");
    let mut faults: Vec<_> = reading
        .faults
        .into_iter()
        .map(|fault| Fault::new(fault.pointer, fault.code, fault.detail))
        .collect();
    let substances = query.substances.as_deref();
    let group = substances.map(|text| SubstanceGroup::ALL.into_iter().find(|one| one.as_str() == text));
    if group == Some(None) {
        faults.push(Fault::new(
            "/query/substances",
            "unknown",
            "This is no group of substances.",
        ));
    }
    let (Some(area), true) = (area, faults.is_empty()) else {
        return Err(Problem::new(ProblemKind::ValidationFailed).faults(faults));
    };
    asking.wait(&state.app).await?;
    let times = times(query.as_of, query.known_at);
    let day = state.app.day_of(times);
    let mut rows = Vec::new();
    let (mut position, mut withheld) = (u64::MAX, true);
    for id in MADE_OF {
        let indicator = Indicator::find(id).ok_or_else(|| Problem::new(ProblemKind::Internal))?;
        let asked = FigureQuery {
            indicator,
            area: Some(area.clone()),
            provider: None,
            period: Period {
                from: Date::constant(1900, 1, 1),
                to: day,
            },
            times,
        };
        let read = state.app.figure(&asking.caller, asked).await.map_err(problem)?;
        not_too_many(&read)?;
        position = position.min(read.position);
        withheld = read.withheld;
        rows.extend(read.rows);
    }
    let reference = state.app.reference().await;
    let estimate = Estimate::of(&reference, &area, substances.unwrap_or("all"), day.year());
    let each = rows.iter().map(|listed| (listed.person, &listed.row));
    let told = bullseye(each, group.flatten(), day, estimate.as_ref(), withheld);
    let [in_treatment, treated_lately, known_not_treated] = told.rings;
    let body = BullseyeWire {
        area: area.to_string(),
        as_of: day,
        in_treatment,
        treated_lately,
        known_not_treated,
        not_known: told.not_known,
        unmet_need: told.unmet.map(|(people, _)| people),
        unmet_percentage: told.unmet.and_then(|(_, percentage)| percentage),
        estimate: estimate.map(Into::into),
        small_numbers_withheld: withheld,
    };
    Ok(shown(body, position))
}
