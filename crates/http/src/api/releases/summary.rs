//! `GET /v1/continuity/summary`: the figure, in its national and its local reading.

use super::list::facts;
use super::which::release_filters;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use throughcare_app::query::ReleasesFor;
use throughcare_domain::access::withholds_small_numbers;
use throughcare_domain::continuity::{
    Count, Reading, Reason, Summary, summarise, summarise_without_small_numbers,
};
use throughcare_domain::rows::RowKind;
use throughcare_domain::small_numbers;
use utoipa::ToSchema;

/// Most releases counted at once.
pub(super) const MOST_COUNTED: u32 = 10_000;

release_filters! {
    /// Which releases are counted.
    pub struct SummaryQuery {}
}

/// The continuity figure over some releases. The unit is the release, not the person. A number that is null is
/// withheld.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryWire {
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where numbers that would tell of fewer than five people, and what they could be worked out of, are null:
    /// for commissioners.
    pub small_numbers_withheld: bool,
    /// People erased of whom nothing is left, in all, wherever and whenever they were released: these figures are made
    /// without them.
    #[schema(required)]
    pub erased_people: Option<u32>,
    /// Releases looked at.
    #[schema(required)]
    pub releases: Option<u32>,
    /// Of those, how many have days of their window left and are not yet picked up: the figures are provisional
    /// by that many.
    #[schema(required)]
    pub window_open: Option<u32>,
    /// Releases in each state.
    pub by_state: BTreeMap<String, Option<u32>>,
    /// National reading: of releases with an ongoing need, those triaged in the community within 21 days.
    pub national: CountWire,
    /// Local reading: of releases with an ongoing need, those in structured treatment in the community within
    /// 21 days, without those who died or went back to prison before.
    pub local: CountWire,
}

/// One figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountWire {
    /// Releases that certainly count and were picked up.
    #[schema(required)]
    pub numerator: Option<u32>,
    /// Releases that certainly count.
    #[schema(required)]
    pub denominator: Option<u32>,
    /// In percent, to one decimal; absent when nothing counts, or one of the two is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<f64>,
    /// Releases of which it is uncertain whether they count, or whether they were picked up.
    #[schema(required)]
    pub uncertain: Option<u32>,
    /// Why they are uncertain.
    pub uncertain_because: Vec<ReasonWire>,
    /// Releases left out.
    #[schema(required)]
    pub left_out: Option<u32>,
    /// Why they are left out.
    pub left_out_because: Vec<ReasonWire>,
}

/// A reason and how many releases it explains.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonWire {
    /// The reason.
    pub why: String,
    /// How many.
    #[schema(required)]
    pub releases: Option<u32>,
}

fn reasons(reasons: &[Reason<Option<u32>>]) -> Vec<ReasonWire> {
    reasons
        .iter()
        .map(|one| ReasonWire {
            why: one.why.to_owned(),
            releases: one.releases,
        })
        .collect()
}

impl From<&Count<Option<u32>>> for CountWire {
    fn from(count: &Count<Option<u32>>) -> Self {
        Self {
            numerator: count.numerator,
            denominator: count.denominator,
            percentage: count.percentage,
            uncertain: count.uncertain,
            uncertain_because: reasons(&count.uncertain_because),
            left_out: count.left_out,
            left_out_because: reasons(&count.left_out_because),
        }
    }
}

pub(super) fn wire(summary: &Summary<Option<u32>>, as_of: Date, erased: u32, withheld: bool) -> SummaryWire {
    let told = !withheld || small_numbers::is_shown(erased as usize);
    SummaryWire {
        as_of,
        small_numbers_withheld: withheld,
        erased_people: told.then_some(erased),
        releases: summary.releases,
        window_open: summary.window_open,
        by_state: summary
            .by_state
            .iter()
            .map(|(state, count)| ((*state).to_owned(), *count))
            .collect(),
        national: (&summary.national).into(),
        local: (&summary.local).into(),
    }
}

/// How often care continued after release
///
/// Counts at most 10,000 releases; a longer period is asked for in parts. Everyone but auditors and commissioners
/// names a service of their organisation, or a prison in which it works. Commissioners, who see no people, are not
/// told small numbers.
#[utoipa::path(
    get, path = "/v1/continuity/summary", tag = "Continuity", params(SummaryQuery),
    responses(
        (status = 200, description = "The figure", body = SummaryWire,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn continuity_summary(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<SummaryQuery>,
) -> Result<Response, Problem> {
    let asked = query
        .which()
        .query(&asking, ReleasesFor::Figures, RowKind::Release, MOST_COUNTED)?;
    asking.wait(&state.app).await?;
    let read = state.app.releases(&asking.caller, asked).await.map_err(problem)?;
    if read.more {
        return Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
            "/query/to",
            "too_many_releases",
            "More than 10,000 releases. Ask for a shorter period, and add the counts up.",
        )));
    }
    let withheld = withholds_small_numbers(asking.caller.role());
    let releases = read.rows.iter();
    let releases = releases.filter_map(|listed| facts(&listed.row).map(|facts| (listed.person, facts)));
    let counted = if withheld {
        summarise_without_small_numbers(releases, read.day, &Reading::default())
    } else {
        summarise(releases.map(|(_, facts)| facts), read.day, &Reading::default()).into()
    };
    let wire = wire(&counted, read.day, read.erased_people, withheld);
    Ok(shown(wire, read.position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_the_period_and_no_state() {
        let query: SummaryQuery = crate::query::read("prison=MDI&from=2026-01-01&to=2026-03-31").unwrap();
        assert_eq!(query.which().prison.as_deref(), Some("MDI"));
        assert!(crate::query::read::<SummaryQuery>("state=due").is_err());
    }

    #[test]
    fn a_figure_over_nothing_has_no_percentage() {
        let nothing = summarise([], jiff::civil::date(2026, 3, 1), &Reading::default());
        let day = jiff::civil::date(2026, 3, 1);
        let shown = serde_json::to_value(wire(&nothing.into(), day, 3, false)).unwrap();
        assert_eq!(shown["national"]["denominator"], 0);
        assert!(shown["national"].get("percentage").is_none());
        assert_eq!(shown["erasedPeople"], 3);
    }

    #[test]
    fn given_few_erased_people_when_somebody_asks_who_sees_nobody_then_it_is_null_and_not_absent() {
        let nothing: Summary<Option<u32>> =
            summarise([], jiff::civil::date(2026, 3, 1), &Reading::default()).into();
        let told = |erased, withheld| {
            let wire = wire(&nothing, jiff::civil::date(2026, 3, 1), erased, withheld);
            serde_json::to_value(wire).unwrap()["erasedPeople"].clone()
        };
        assert_eq!(told(4, true), serde_json::Value::Null);
        assert_eq!(
            (told(4, false), told(0, true), told(5, true)),
            (4.into(), 0.into(), 5.into())
        );
    }
}
