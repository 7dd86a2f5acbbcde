//! What the cross-person projection holds of a service's stream: one line for each batch that it ever had, so that
//! "who holds batch X" can be asked of all services at once.

use super::{Batch, ServiceStock, Way};
use crate::code::Code;
use crate::directory::{Directory, Service};
use crate::event::RecordedEvent;
use crate::rows::{Row, RowDetail, RowKind, StockRow};
use jiff::civil::Date;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The namespace from which the line of a batch gets its id (UUIDv5).
const BATCHES: Uuid = Uuid::from_u128(0x8c0d_5d0a_2f4b_5c61_a7e3_90b1_6f2e_d4c8);

/// The lines of one service as known after each of the positions, which rise; see [`crate::rows::steps`].
///
/// Each step has every batch, so the work is that of events times batches: some hundred batches in ten years.
pub fn steps<'d>(
    history: &[RecordedEvent],
    positions: &[u64],
    directory_at: impl Fn(u64) -> &'d Directory,
) -> Vec<(u64, Vec<Row>)> {
    let mut stock = ServiceStock::default();
    let mut seen = 0;
    let step = |position: &u64| {
        let known = history.partition_point(|event| event.envelope.position <= *position);
        let new = &history[seen..known];
        if new.iter().all(adds_up) {
            new.iter().for_each(|event| stock.learn(event));
        } else {
            stock = ServiceStock::fold(&history[..known]);
        }
        seen = known;
        let stream = history.first().map(|event| event.envelope.stream.id);
        let service = stream.and_then(|stream| directory_at(*position).service_of(stream));
        (
            *position,
            service.map(|service| rows(&stock, service)).unwrap_or_default(),
        )
    };
    positions.iter().map(step).collect()
}

/// True for what can be added to a fold, whatever came before: not a correction.
fn adds_up(event: &RecordedEvent) -> bool {
    !event.fact().is_some_and(crate::fact::Fact::is_correction)
}

fn rows(stock: &ServiceStock, service: &Service) -> Vec<Row> {
    let batches = stock.batches.iter();
    let mut rows: Vec<Row> = batches
        .filter_map(|((product, batch), found)| row(stock, service, product, batch, found))
        .collect();
    rows.sort_by_key(|row| row.id);
    rows
}

fn row(stock: &ServiceStock, service: &Service, product: &Code, batch: &Code, found: &Batch) -> Option<Row> {
    let name = format!("{}|{product}|{batch}", service.code);
    let mut told: BTreeMap<_, u32> = BTreeMap::new();
    let supplies = stock.supplies.values();
    for supply in supplies.filter(|one| one.product == *product && one.batch == *batch) {
        for recall in supply.told.keys() {
            *told.entry(*recall).or_default() += u32::from(supply.kits);
        }
    }
    Some(Row {
        kind: RowKind::NaloxoneStock,
        id: Uuid::new_v5(&BATCHES, name.as_bytes()),
        service: Some(service.code.clone()),
        organisation: Some(service.organisation.clone()),
        prison: None,
        area: None,
        opened_on: found.since()?,
        closed_on: None,
        primary: true,
        detail: RowDetail::Stock(StockRow {
            product: product.clone(),
            batch: batch.clone(),
            expires_on: found.expires_on,
            before_issues: found.before_issues(Date::MAX),
            supplied: found.went(Way::Supplied, Date::MAX),
            told,
        }),
    })
}
