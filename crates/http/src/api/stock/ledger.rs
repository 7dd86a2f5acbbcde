//! `GET /v1/services/{service}/naloxone-stock-ledger`: what happened to a service's naloxone, with log positions.

use super::service_of;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::wire::when;
use crate::lists::{Page, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{LedgerEntry, LedgerLine};
use throughcare_domain::code::Code;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::Fact;
use throughcare_domain::rows::{Row, RowDetail};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A line of the ledger. Fields that do not fit what happened are absent.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerShown {
    /// Log position of the event; for `naloxone.kit-issued`, from which the kit was known.
    pub position: u64,
    /// The event, or the kit of `naloxone.kit-issued`.
    pub id: Uuid,
    /// The event's type; `naloxone.kit-issued` also for a kit that was put with property.
    #[serde(rename = "type")]
    pub what: String,
    /// When it was true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred: Option<WhenWire>,
    /// A code of `naloxone-products`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Batch on the packs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Kits that came; below 0, that left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<i64>,
    /// Kits that were counted, or that there should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kits: Option<u16>,
    /// Why, to whom or how: a code of the list that belongs to the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The supply or recall that it is about, or the event that it voided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Uuid>,
    /// The client who got the kit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Who recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<String>,
    /// It was entered in error and counts no more.
    pub voided: bool,
}

/// The ledger of a service's naloxone
///
/// Everything that came, left and was counted, and the kits that clients got, in the order in which the log knew of
/// it. For workers of the service's organisation, and auditors.
#[utoipa::path(
    get, path = "/v1/services/{service}/naloxone-stock-ledger", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service"), LedgerQuery),
    responses(
        (status = 200, description = "A page of the ledger", body = Page<LedgerShown>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn stock_ledger(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<LedgerQuery>,
) -> Result<Response, Problem> {
    let code = service_of(&service)?;
    let organisation = asking.caller.organisation().as_str();
    let scope = state
        .cursors
        .scope("/v1/services/naloxone-stock-ledger", &[organisation, &service]);
    let after = match query.cursor.as_deref() {
        None => (0, Uuid::nil()),
        Some(cursor) => {
            place(&scope.read(cursor)?).ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))?
        }
    };
    let size = per_page(query.per_page);
    asking.wait(&state.app).await?;
    let (lines, position) = state
        .app
        .stock_ledger(&asking.caller, &code, after, size + 1)
        .await
        .map_err(problem)?;
    let lines = lines.into_iter().map(line).collect();
    let page = Page::from_surplus(lines, size, |last: &LedgerShown| {
        scope.write(&format!("{}|{}", last.position, last.id))
    });
    Ok(shown(page, position))
}

fn place(text: &str) -> Option<(u64, Uuid)> {
    let (position, id) = text.split_once('|')?;
    Some((position.parse().ok()?, id.parse().ok()?))
}

fn line(line: LedgerLine) -> LedgerShown {
    let shown = LedgerShown {
        position: line.position,
        id: line.id,
        ..LedgerShown::default()
    };
    match line.entry {
        LedgerEntry::Told(event, voided) => LedgerShown {
            voided,
            ..told(&event, shown)
        },
        LedgerEntry::Issued(person, row) => LedgerShown {
            person_id: person.map(|person| person.0),
            ..issued(&row, shown)
        },
    }
}

fn issued(row: &Row, shown: LedgerShown) -> LedgerShown {
    let RowDetail::Traced(kit) = &row.detail else {
        return shown;
    };
    LedgerShown {
        what: "naloxone.kit-issued".to_owned(),
        occurred: Some(WhenWire::On(row.opened_on)),
        product: Some(kit.product.to_string()),
        batch: Some(kit.batch.to_string()),
        change: Some(-1),
        ..shown
    }
}

fn told(event: &RecordedEvent, shown: LedgerShown) -> LedgerShown {
    let envelope = &event.envelope;
    let shown = LedgerShown {
        occurred: Some(when(envelope.occurred)),
        recorded_by: Some(
            envelope
                .actor
                .user
                .clone()
                .unwrap_or_else(|| envelope.actor.client.clone()),
        ),
        ..shown
    };
    let Some(fact) = event.fact() else {
        return LedgerShown {
            what: "erased".to_owned(),
            ..shown
        };
    };
    let of = |product: &Code, batch: &Code, shown: LedgerShown| LedgerShown {
        product: Some(product.to_string()),
        batch: Some(batch.to_string()),
        ..shown
    };
    let shown = LedgerShown {
        what: fact.event_type().to_owned(),
        ..shown
    };
    match fact {
        Fact::StockReceived(f) => LedgerShown {
            change: Some(i64::from(f.kits)),
            ..of(&f.pack.product, &f.pack.batch, shown)
        },
        Fact::StockRemoved(f) => LedgerShown {
            change: Some(-i64::from(f.kits)),
            code: Some(f.reason.to_string()),
            ..of(&f.product, &f.batch, shown)
        },
        Fact::StockCounted(f) => LedgerShown {
            kits: Some(f.kits),
            ..of(&f.product, &f.batch, shown)
        },
        Fact::StockMinimumSet(f) => LedgerShown {
            product: Some(f.product.to_string()),
            kits: Some(f.kits),
            ..shown
        },
        Fact::SuppliedToOther(f) => LedgerShown {
            change: Some(-i64::from(f.kits)),
            code: Some(f.recipient.to_string()),
            about: Some(f.supply.0),
            ..of(&f.pack.product, &f.pack.batch, shown)
        },
        Fact::SupplyRecallTold(f) => LedgerShown {
            code: Some(f.how.to_string()),
            about: Some(f.supply.0),
            ..shown
        },
        Fact::EventVoided(f) => LedgerShown {
            code: Some(f.reason.to_string()),
            about: Some(f.event.0),
            ..shown
        },
        _ => shown,
    }
}
