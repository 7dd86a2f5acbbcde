//! One county for all tests of a file, and its people folded.

use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use throughcare_county::{County, Maker, Plan};
use throughcare_domain::directory::Directory;
use throughcare_domain::history::History;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::{StreamId, StreamKind};

pub const UNTIL: Date = date(2026, 11, 22);

pub static REFERENCE: LazyLock<ReferenceData> = LazyLock::new(ReferenceData::bundled);

/// Two thousand people over three years, as the demo shows.
pub static COUNTY: LazyLock<County> = LazyLock::new(|| make(Plan::three_years(7, 2_000, UNTIL)));

pub fn make(plan: Plan) -> County {
    let started = std::time::Instant::now();
    let county = County::make(plan, &REFERENCE, |_, _| {}).unwrap_or_else(|error| panic!("{error}"));
    println!(
        "{} people, {} entries, {} events in {:?}",
        plan.people,
        county.entries.len(),
        county.events(),
        started.elapsed()
    );
    county
}

/// Every person's history.
pub static HISTORIES: LazyLock<BTreeMap<StreamId, History>> = LazyLock::new(|| histories(&COUNTY));

/// Every person, folded.
pub static PEOPLE: LazyLock<BTreeMap<StreamId, PersonState>> = LazyLock::new(|| folded(&HISTORIES));

/// The people of a county, folded.
pub fn people(county: &County) -> BTreeMap<StreamId, PersonState> {
    folded(&histories(county))
}

fn histories(county: &County) -> BTreeMap<StreamId, History> {
    let mut histories: BTreeMap<StreamId, History> = BTreeMap::new();
    for entry in &county.entries {
        if entry.stream.kind == StreamKind::Person {
            let history = histories.entry(entry.stream).or_default();
            history.learn(entry.recorded());
        }
    }
    histories
}

fn folded(histories: &BTreeMap<StreamId, History>) -> BTreeMap<StreamId, PersonState> {
    let folded = |(stream, history): (&StreamId, &History)| (*stream, history.state(None, None));
    histories.iter().map(folded).collect()
}

pub fn directory() -> Directory {
    let maker = Maker::new(COUNTY.plan, &REFERENCE).unwrap_or_else(|error| panic!("{error}"));
    maker.directory().clone()
}

/// A share in percent, printed for whoever tunes the rates.
pub fn share(name: &str, part: usize, whole: usize) -> f64 {
    assert!(whole >= 50, "{name}: only {whole} to judge by");
    let percent = 100.0 * part as f64 / whole as f64;
    println!("{name}: {part} of {whole} = {percent:.1} %");
    percent
}
