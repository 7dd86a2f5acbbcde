//! `GET /v1/indicators/{indicator}`: one figure, whole and in parts.

use super::which::{figure_filters, not_too_many};
use super::wire::{DefinitionWire, IndicatorFigure};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::csv::{self, csv_of, followed};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::KnownWire;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::indicators::{Among, Breakdown, Indicator, Shown, rate, report};
use utoipa::ToSchema;

figure_filters! {
/// For whom and when.
pub struct IndicatorQuery {
    /// In parts: by `substances`, `age`, `sex`, `source`, `area`, `service`, `prison`, `known` (to treatment), `outcome`,
    /// `kind`, or, where somebody may belong to several parts, `cohort`, `need` or `tag`.
    #[schema(pattern = "^[a-z]{3,10}$")]
    #[param(pattern = "^[a-z]{3,10}$")]
    pub breakdown: Option<String>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}
}

/// A figure, with what it means.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorWire {
    /// What it means.
    pub definition: DefinitionWire,
    /// The first day of the period.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null: for commissioners.
    pub small_numbers_withheld: bool,
    /// People erased of whom nothing is left, in all, wherever and whenever: the figure is made without them.
    #[schema(required)]
    pub erased_people: Option<u32>,
    /// True when the period is over and nothing that is still to come can change the figure: it belongs to the final series,
    /// and otherwise to the provisional one. What is recorded late can change either.
    pub is_final: bool,
    /// The whole.
    pub figure: IndicatorFigure,
    /// Its parts, when asked for. People who count once in the whole can belong to several services' figures, but here
    /// each thing belongs to one part: that of its primary service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartWire>>,
}

/// A part of a figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartWire {
    /// Its code, or `unknown`.
    #[schema(example = "opiate")]
    pub part: String,
    /// The figure.
    #[serde(flatten)]
    pub figure: IndicatorFigure,
}

/// A figure for an area, a provider and a period
///
/// Everyone but auditors and commissioners names their own organisation, or a service of it. Commissioners, who see no
/// people, are not told small numbers. Counted are at most 100,000 things at once, over at most 1,830 days.
/// A plain count for an area is a rate, too, where its population is loaded (list `populations`): of part by age or sex
/// among people of that age or sex.
/// With `Accept: text/csv` the answer is CSV: the whole in the first line and each part in one more, every line with what
/// the figure means, where the rule comes from, of which days it is, and up to which log position it is true.
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator, as `GET /v1/indicators` lists it"), IndicatorQuery),
    responses(
        (status = 200, description = "The figure",
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true")),
            content((IndicatorWire = "application/json"), (String = "text/csv"))),
        ReadRefused,
    )
)]
pub async fn indicator(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    ValidQuery(query): ValidQuery<IndicatorQuery>,
) -> Result<Response, Problem> {
    let indicator = Indicator::find(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let breakdown = query.breakdown.as_deref().map(Breakdown::parse);
    let fault = (breakdown == Some(None)).then(|| {
        Fault::new(
            "/query/breakdown",
            "unknown",
            "One of substances, age, sex, source, area, service, prison, known, outcome, kind, cohort, need and tag.",
        )
    });
    let breakdown = breakdown.flatten();
    let asked = query
        .which(query.known_at)
        .query(&asking, indicator, fault.into_iter().collect())?;
    asking.wait(&state.app).await?;
    let (period, area) = (asked.period, asked.area.clone());
    let read = state.app.figure(&asking.caller, asked).await.map_err(problem)?;
    not_too_many(&read)?;
    let rows = read.rows.iter().map(|listed| (listed.person, &listed.row));
    let counted = report(indicator, rows, &read.question, breakdown, read.withheld);
    let reference = state.app.reference().await;
    let rated = |shown: &Shown, among: Option<Among>| {
        let of = among.and_then(|among| among.population(&reference, period.to.year()));
        let rate = shown
            .numerator
            .zip(of)
            .and_then(|(yes, of)| rate(indicator, yes, of));
        IndicatorFigure {
            rate: rate.map(Into::into),
            ..shown.into()
        }
    };
    let parts = breakdown.map(|by| {
        let parts = counted.parts.iter();
        parts
            .map(|(part, figure)| PartWire {
                part: part.clone(),
                figure: rated(figure, Among::part(area.as_ref(), by, part)),
            })
            .collect()
    });
    let wire = IndicatorWire {
        definition: indicator.definition().into(),
        from: period.from,
        to: period.to,
        as_of: read.question.as_of,
        small_numbers_withheld: read.withheld,
        erased_people: read.erased_people,
        is_final: read.question.as_of >= period.to && counted.whole.provisional == Some(0),
        figure: rated(&counted.whole, area.as_ref().map(Among::everybody)),
        parts,
    };
    if csv::wanted(&headers) {
        return as_csv(&wire, &query, &uri, read.position);
    }
    Ok(shown(wire, read.position))
}

/// What a column is called, and where it stands in a line.
const COLUMNS: &[(&str, &str)] = &[
    ("indicator", "/definition/id"),
    ("title", "/definition/title"),
    ("part", "/part"),
    ("numerator", "/figure/numerator"),
    ("denominator", "/figure/denominator"),
    ("percentage", "/figure/percentage"),
    ("low", "/figure/low"),
    ("high", "/figure/high"),
    ("provisional", "/figure/provisional"),
    ("rate", "/figure/rate/rate"),
    ("rate_per", "/figure/rate/per"),
    ("population", "/figure/rate/population"),
    ("population_year", "/figure/rate/year"),
    ("population_source", "/figure/rate/source"),
    ("final", "/isFinal"),
    ("from", "/from"),
    ("to", "/to"),
    ("as_of", "/asOf"),
    ("area", "/area"),
    ("service", "/service"),
    ("organisation", "/organisation"),
    ("breakdown", "/breakdown"),
    ("counts", "/definition/counts"),
    ("measure", "/definition/measure"),
    ("better", "/definition/better"),
    ("numerator_is", "/definition/numerator"),
    ("denominator_is", "/definition/denominator"),
    ("reading", "/definition/reading"),
    ("source", "/definition/source"),
    ("small_numbers_withheld", "/smallNumbersWithheld"),
    ("erased_people", "/erasedPeople"),
    ("log_position", "/logPosition"),
];

/// One line of a figure as CSV.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FigureLine<'a> {
    definition: &'a DefinitionWire,
    part: Option<&'a str>,
    figure: &'a IndicatorFigure,
    is_final: bool,
    from: Date,
    to: Date,
    as_of: Date,
    area: Option<&'a str>,
    service: Option<&'a str>,
    organisation: Option<&'a str>,
    breakdown: Option<&'a str>,
    small_numbers_withheld: bool,
    erased_people: Option<u32>,
    log_position: u64,
}

fn as_csv(
    wire: &IndicatorWire,
    query: &IndicatorQuery,
    uri: &Uri,
    position: u64,
) -> Result<Response, Problem> {
    let line = |part, figure| FigureLine {
        definition: &wire.definition,
        part,
        figure,
        is_final: wire.is_final,
        from: wire.from,
        to: wire.to,
        as_of: wire.as_of,
        area: query.area.as_deref(),
        service: query.service.as_deref(),
        organisation: query.organisation.as_deref(),
        breakdown: query.breakdown.as_deref(),
        small_numbers_withheld: wire.small_numbers_withheld,
        erased_people: wire.erased_people,
        log_position: position,
    };
    let parts = wire.parts.iter().flatten();
    let lines: Vec<_> = std::iter::once(line(None, &wire.figure))
        .chain(parts.map(|part| line(Some(part.part.as_str()), &part.figure)))
        .collect();
    Ok(followed(
        csv_of(COLUMNS, &lines, &wire.definition.id)?,
        uri,
        None,
        position,
    ))
}
