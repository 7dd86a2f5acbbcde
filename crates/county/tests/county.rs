//! The county as a whole.

use jiff::civil::date;
use throughcare_county::{County, Plan};
use throughcare_domain::reference::ReferenceData;

#[test]
fn a_county_is_made() {
    let plan = Plan::three_years(1, 400, date(2026, 11, 22));
    let started = std::time::Instant::now();
    let county =
        County::make(plan, &ReferenceData::bundled(), |_, _| {}).unwrap_or_else(|e| panic!("{e} {e:?}"));
    println!(
        "{} entries, {} events, {:?}",
        county.entries.len(),
        county.events(),
        started.elapsed()
    );
}
