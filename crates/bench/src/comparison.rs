//! The comparison: every system in every case, in turn.

use crate::contender::Contender;
use crate::machine;
use crate::plan::{Case, Pace, cases, interleaved};
use crate::results::Results;

/// Measures what `wanted` lets pass. A system whose round fails is asked again in the next one, until it gave up.
pub async fn run(
    contenders: &mut [Box<dyn Contender>],
    pace: &Pace,
    results: &mut Results,
    wanted: impl Fn(&Case) -> bool,
) {
    for case in cases().into_iter().filter(wanted) {
        for (round, system) in interleaved(contenders.len(), pace.rounds) {
            let contender = &mut contenders[system];
            if !contender.takes(&case) || results.gave_up(contender.name()) {
                continue;
            }
            match contender.round(&case.round(pace)).await {
                Ok(measured) => results.add(case, contender.name(), round, measured),
                Err(error) => results.fail(contender.name(), format!("{case}: {error:#}")),
            }
        }
        eprintln!("measured: {case}; load {}", machine::load());
    }
}
