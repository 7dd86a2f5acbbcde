//! `GET /v1/people/{id}/pathway-chart`: one person's three tracks over time.

use super::form::Form;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::times::{KnownWire, times};
use crate::path::IdPath;
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_charts::{Pathway, PathwayMark, Span, Track};
use throughcare_domain::continuity::Reading;
use throughcare_domain::id::PersonId;
use throughcare_domain::view::status_history::{StatusHistory, StatusSpan};
use utoipa::{IntoParams, ToSchema};

/// When.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PathwayChartQuery {
    /// As it was true at the end of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// One person's tracks over time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathwayChartWire {
    /// The first day of the picture.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Setting, treatment and continuity.
    pub tracks: Vec<PathwayTrackWire>,
    /// What happened on single days.
    pub events: Vec<PathwayEventWire>,
}

/// One track.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathwayTrackWire {
    /// Its name.
    pub track: String,
    /// What held, oldest first.
    pub spans: Vec<PathwaySpanWire>,
}

/// What held from day to day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathwaySpanWire {
    /// The first day.
    pub from: Date,
    /// The day on which the next began; absent for the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// What, in words.
    pub what: String,
}

/// What happened on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathwayEventWire {
    /// When.
    pub on: Date,
    /// What, in words.
    pub what: String,
}

/// One person's three tracks over time
///
/// Setting, treatment and continuity, with naloxone, for whoever may see the record; the look is recorded. No name
/// stands in it. As JSON, as a picture (`Accept: image/svg+xml`) or as a page (`Accept: text/html`).
#[utoipa::path(
    get, path = "/v1/people/{id}/pathway-chart", tag = "People",
    params(("id" = uuid::Uuid, Path, description = "The person"), PathwayChartQuery),
    responses(
        (status = 200, description = "The pathway", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((PathwayChartWire = "application/json"), (String = "image/svg+xml"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn pathway_chart(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<PathwayChartQuery>,
) -> Result<Response, Problem> {
    let form = Form::of(&headers)?;
    let times = times(query.as_of, query.known_at);
    let read = state
        .app
        .person(&asking.caller, PersonId(id), times)
        .await
        .map_err(problem)?;
    let history = StatusHistory::of(&read.history, read.day, &Reading::default());
    let mut marks: Vec<PathwayMark> = Vec::new();
    for kit in &read.history.now().kits {
        let mut mark = |on: Option<Date>, label: &str| {
            marks.extend(on.filter(|on| *on <= read.day).map(|on| PathwayMark {
                on,
                label: label.to_owned(),
            }));
        };
        mark(kit.supplied.map(|at| at.date()), "Naloxone supplied");
        mark(kit.used.as_ref().map(|used| used.at.date()), "Naloxone used");
    }
    marks.sort_by(|a, b| (a.on, &a.label).cmp(&(b.on, &b.label)));
    marks.dedup();
    let tracks: Vec<Track> = [
        ("Setting", &history.setting),
        ("Treatment", &history.treatment),
        ("Continuity", &history.continuity),
    ]
    .into_iter()
    .map(|(name, spans)| Track {
        name: name.to_owned(),
        spans: spans.iter().map(span).collect(),
    })
    .collect();
    let firsts = tracks.iter().flat_map(|track| &track.spans).map(|span| span.from);
    let from = firsts
        .chain(marks.iter().map(|mark| mark.on))
        .min()
        .unwrap_or(read.day);
    let pathway = Pathway {
        title: "Pathway of one person".to_owned(),
        subtitle: format!(
            "As known at log position {}, to the end of {}.",
            read.position, read.day
        ),
        // A picture of one day would be a line.
        from: from.min(read.day.saturating_sub(28.days())),
        to: read.day,
        tracks,
        marks,
    };
    let wire = PathwayChartWire {
        from: pathway.from,
        to: pathway.to,
        tracks: pathway.tracks.iter().map(track_shown).collect(),
        events: pathway
            .marks
            .iter()
            .map(|mark| PathwayEventWire {
                on: mark.on,
                what: mark.label.clone(),
            })
            .collect(),
    };
    let title = pathway.title.clone();
    Ok(form.answer(
        wire,
        &title,
        |_| vec![pathway.svg("pathway")],
        || pathway.table(),
        &[],
        read.position,
    ))
}

fn span(span: &StatusSpan) -> Span {
    let mut label = span.status.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if let Some(prison) = &span.prison {
        label.push_str(&format!(" ({prison})"));
    }
    Span {
        from: span.from,
        to: span.to,
        label,
    }
}

fn track_shown(track: &Track) -> PathwayTrackWire {
    PathwayTrackWire {
        track: track.name.to_lowercase(),
        spans: track
            .spans
            .iter()
            .map(|span| PathwaySpanWire {
                from: span.from,
                to: span.to,
                what: span.label.clone(),
            })
            .collect(),
    }
}
