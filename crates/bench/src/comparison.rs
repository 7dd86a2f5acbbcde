//! The comparison: every system in every case, in turn.

use crate::contender::Contender;
use crate::machine;
use crate::plan::{Case, Pace, cases, interleaved};
use crate::results::Results;
use crate::spent::Processes;

/// Measures what `wanted` lets pass. A system whose round fails is asked again in the next one, until it gave up.
pub async fn run(
    contenders: &mut [Box<dyn Contender>],
    pace: &Pace,
    results: &mut Results,
    processes: &Processes,
    wanted: impl Fn(&Case) -> bool,
) {
    for case in cases().into_iter().filter(wanted) {
        for (round, system) in interleaved(contenders.len(), pace.rounds) {
            let contender = &mut contenders[system];
            if !contender.takes(&case) || results.gave_up(contender.name()) {
                continue;
            }
            let (asked, before) = (case.round(pace), processes.spent());
            match contender.round(&asked).await {
                Ok(measured) => {
                    // The warm-up costs as much as what is measured.
                    let events = measured.rate * (asked.seconds + asked.warm_up);
                    let spent = processes.spent().zip(before);
                    let each = spent.and_then(|(after, before)| after.since(before, events));
                    results.spend(case, contender.name(), each);
                    results.add(case, contender.name(), round, measured);
                }
                Err(error) => results.fail(contender.name(), format!("{case}: {error:#}")),
            }
        }
        eprintln!("measured: {case}; load {}", machine::load());
    }
}
