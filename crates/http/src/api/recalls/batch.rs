//! `GET /v1/naloxone-batches/{batch}`: who holds kits of a batch.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, SealedWire, read_place, shown, who, write_place};
use crate::api::wire::{DateWire, NamesWire, Reading};
use crate::lists::{Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{BatchHolder, BatchQuery, BatchTotals, Listed};
use throughcare_domain::code::Code;
use throughcare_domain::id::RecallId;
use throughcare_domain::rows::RowDetail;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which holders.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldersQuery {
    /// Only kits of this product; batches of two products may have one number.
    #[schema(min_length = 1, max_length = 40)]
    #[param(min_length = 1, max_length = 40)]
    pub product: Option<String>,
    /// Only kits that this service gave; all of your services' without it.
    #[schema(min_length = 2, max_length = 64)]
    #[param(min_length = 2, max_length = 64)]
    pub service: Option<String>,
    /// Only holders who are still to be told of this recall.
    pub to_tell: Option<Uuid>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A client who holds a kit of the batch.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolderShown {
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The kit.
    pub kit_id: Uuid,
    /// A code of `naloxone-products`.
    pub product: String,
    /// Expiry on the pack; an expired kit is still in their hands.
    pub expires_on: Date,
    /// The service that gave it.
    pub service: String,
    /// When it left the service's shelf.
    pub since: Date,
    /// With the property that is given back at release: not yet in their hands.
    pub in_property: bool,
    /// Recalls of which the holder was told.
    pub told_of: Vec<Uuid>,
}

/// A client who holds a kit of the batch, and whose record is sealed from you.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedHolder {
    /// Whom to ask.
    pub sealed: SealedWire,
    /// The service that gave it.
    pub service: String,
    /// When it left the service's shelf.
    pub since: Date,
}

/// A holder of a list.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum HolderListed {
    /// With all that you may see.
    Line(Box<HolderShown>),
    /// Somebody whose record is sealed from you.
    Sealed(SealedHolder),
}

/// How many kits of the batch there are, and where.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchCounts {
    /// The service; absent where all other services are added up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// A code of `naloxone-products`.
    pub product: String,
    /// On the shelf, by the log.
    pub on_hand: i64,
    /// With clients, or with their property.
    pub held: i64,
    /// Of those, kits whose holder was told of the recall in `toTell`.
    pub held_told: i64,
    /// Given to people who are not clients; GET naloxone-supplies of the service lists them.
    pub supplied: i64,
    /// Of those, kits whose recipient was told of the recall in `toTell`.
    pub supplied_told: i64,
}

/// Who holds kits of a batch, as far as you may see it.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchHoldersShown {
    /// The batch.
    pub batch: String,
    /// The day.
    pub as_of: Date,
    /// Counts of your own services.
    pub own: Vec<BatchCounts>,
    /// Counts of all others, by product.
    pub others: Vec<BatchCounts>,
    /// Clients who hold a kit that your services gave, in order of the day on which it left the shelf.
    pub data: Vec<HolderListed>,
    /// How to go on with `data`.
    pub pagination: Pagination,
}

/// Who holds kits of a batch
///
/// Line by line for the clients of your own services, added up for others. Auditors see every line, and no names.
#[utoipa::path(
    get, path = "/v1/naloxone-batches/{batch}", tag = "Naloxone",
    params(("batch" = String, Path, description = "Batch number on the packs", example = "NX-2401"), HoldersQuery),
    responses(
        (status = 200, description = "A page of holders", body = BatchHoldersShown,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn batch(
    State(state): State<ApiState>,
    asking: Asking,
    Path(batch): Path<String>,
    ValidQuery(query): ValidQuery<HoldersQuery>,
) -> Result<Response, Problem> {
    let code = Code::parse(&batch).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let mut reading = Reading::default();
    let product = query
        .product
        .as_deref()
        .map(|text| reading.code(text, "/query/product"));
    let service = query
        .service
        .as_deref()
        .map(|text| reading.service(text, "/query/service"));
    let (product, service) = reading.whole(Some((product.flatten(), service.flatten())))?;
    let filters = serde_json::to_string(&(&query.product, &query.service, query.to_tell)).unwrap_or_default();
    let organisation = asking.caller.organisation().as_str();
    let scope = state
        .cursors
        .scope("/v1/naloxone-batches", &[organisation, &batch, &filters]);
    let size = per_page(query.per_page);
    let asked = BatchQuery {
        batch: code,
        product,
        service,
        to_tell: query.to_tell.map(RecallId),
        after: read_place(&scope, query.cursor.as_deref())?,
        per_page: size,
    };
    asking.wait(&state.app).await?;
    let read = state.app.batch(&asking.caller, asked).await.map_err(problem)?;
    let body = BatchHoldersShown {
        batch,
        as_of: read.day,
        own: read.own.into_iter().map(|one| counts(one, true)).collect(),
        others: read.others.into_iter().map(|one| counts(one, false)).collect(),
        data: read.holders.into_iter().filter_map(holder).collect(),
        pagination: Pagination {
            has_more: read.next.is_some(),
            next_cursor: read.next.map(|place| write_place(&scope, place)),
            per_page: size,
        },
    };
    Ok(shown(body, read.position))
}

fn counts(totals: BatchTotals, named: bool) -> BatchCounts {
    BatchCounts {
        service: named.then(|| totals.service.to_string()),
        product: totals.product.to_string(),
        on_hand: totals.on_hand,
        held: totals.held,
        held_told: totals.held_told,
        supplied: totals.supplied,
        supplied_told: totals.supplied_told,
    }
}

fn holder(holder: Listed<BatchHolder>) -> Option<HolderListed> {
    let holder = match holder {
        Listed::Shown(holder) => holder,
        Listed::Sealed(line) => {
            return Some(HolderListed::Sealed(SealedHolder {
                sealed: line.ask.into(),
                service: line.service.map(|code| code.to_string()).unwrap_or_default(),
                since: line.opened_on,
            }));
        }
    };
    let (names, date_of_birth) = who(holder.identity.as_ref());
    let RowDetail::Traced(kit) = holder.row.detail else {
        return None;
    };
    Some(HolderListed::Line(Box::new(HolderShown {
        person_id: holder.person.0,
        names,
        date_of_birth,
        kit_id: holder.row.id,
        product: kit.product.to_string(),
        expires_on: kit.expires_on,
        service: holder
            .row
            .service
            .map(|code| code.to_string())
            .unwrap_or_default(),
        since: holder.row.opened_on,
        in_property: kit.in_property,
        told_of: kit.told.into_iter().map(|recall| recall.0).collect(),
    })))
}
