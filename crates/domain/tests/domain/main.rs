//! The specification: the worked cases under their numbers, what staff are refused and machines are
//! forgiven, and properties that hold for every history.
#![expect(
    clippy::unwrap_used,
    reason = "in a test, and in what tells its story, a panic is the report"
)]

mod access_cases;
mod appointment_cases;
mod attempts;
mod beside_cases;
mod continuity_cases;
mod continuity_more;
mod correction_cases;
mod course_cases;
mod explain;
mod figures;
mod harm_cases;
mod hmpps_order;
mod identity_cases;
mod journey_cases;
mod justice_cases;
mod machines;
mod matching;
mod member_cases;
mod merge_cases;
mod naloxone_cases;
mod order;
mod outcome_cases;
mod policy;
mod properties;
mod protection_cases;
mod provider_cases;
mod refusals;
mod restricted_cases;
mod running;
mod seal_cases;
mod sharing_cases;
mod sight_cases;
mod stock_cases;
mod story;
mod time_cases;
mod waiting_cases;
mod wild;
