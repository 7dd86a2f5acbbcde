//! Random programs against a log in memory, on a clock that is only a number: quick, and the same for the same seed.

use super::fault::Fault;
use super::memory::Memory;
use super::operation::{Answer, Ask, Entry, Operation};
use super::program::Program;
use crate::rng::{RngExt as _, dice};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Clients that run at the same time.
const CLIENTS: u32 = 12;
/// Longest time from asking to effect, and from effect to answer.
const LONGEST: u64 = 100;
/// How much later than its answer a read of the future looks.
const FUTURE: u64 = 2_000;

/// A history, and the log at its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct History {
    pub operations: Vec<Operation>,
    pub log: Vec<Entry>,
}

/// What happens next to an operation, by its number, or to a client that has none.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Invoke {
        client: u32,
    },
    Happen {
        client: u32,
        operation: usize,
        heard: bool,
    },
    Return {
        client: u32,
        operation: usize,
    },
}

/// Runs the programs until so many operations were asked.
pub(super) fn simulate(seed: u64, operations: usize, fault: Option<Fault>) -> History {
    let mut dice_ = dice(seed, 1 << 32);
    let mut memory = Memory::new(fault, dice(seed, (1 << 32) + 1));
    let mut programs: Vec<_> = (0..CLIENTS).map(|client| Program::new(seed, client)).collect();
    let mut history: Vec<Operation> = Vec::new();
    let mut steps = BinaryHeap::new();
    for client in 0..CLIENTS {
        steps.push(Reverse((u64::from(client), Step::Invoke { client })));
    }
    while let Some(Reverse((now, step))) = steps.pop() {
        let mut later = |delay, step| steps.push(Reverse((now + delay, step)));
        let mut some_time = || dice_.random_range(1..LONGEST);
        match step {
            Step::Invoke { client } => {
                if history.len() == operations {
                    continue;
                }
                let ask = programs[client as usize].next(history.len() as u64);
                let operation = history.len();
                let writes = matches!(ask, Ask::Append { .. });
                let mut returned = now;
                if !writes && memory.shows(Fault::ReadsTheFuture) {
                    returned = now + 1;
                    later(
                        FUTURE,
                        Step::Happen {
                            client,
                            operation,
                            heard: true,
                        },
                    );
                } else if writes && some_time() < LONGEST / 30 {
                    // The client hangs up; what it asked happens all the same, later.
                    later(some_time(), Step::Return { client, operation });
                    later(
                        4 * some_time(),
                        Step::Happen {
                            client,
                            operation,
                            heard: false,
                        },
                    );
                } else {
                    later(
                        some_time(),
                        Step::Happen {
                            client,
                            operation,
                            heard: true,
                        },
                    );
                }
                history.push(Operation {
                    invoked: now,
                    returned,
                    ask,
                    answer: Answer::Unknown,
                });
            }
            Step::Happen {
                client,
                operation,
                heard,
            } => {
                let writes = matches!(history[operation].ask, Ask::Append { .. });
                if writes && heard && some_time() < LONGEST / 30 {
                    history[operation].answer = Answer::Refused;
                    later(some_time(), Step::Return { client, operation });
                    continue;
                }
                let answer = memory.perform(&history[operation].ask);
                if !heard {
                    continue;
                }
                // Sometimes it happens, and the answer is lost.
                if !writes || some_time() >= LONGEST / 20 {
                    history[operation].answer = answer;
                }
                later(some_time(), Step::Return { client, operation });
            }
            Step::Return { client, operation } => {
                let one = &mut history[operation];
                if one.returned == one.invoked {
                    one.returned = now;
                }
                programs[client as usize].learn(&one.ask, &one.answer);
                later(some_time(), Step::Invoke { client });
            }
        }
    }
    History {
        operations: history,
        log: memory.into_log(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::checker::{Rule, check};
    use super::super::fault::FAULTS;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn given_a_log_without_a_bug_then_no_history_of_it_breaks_a_rule() {
        for seed in 0..40 {
            let history = simulate(seed, 1_500, None);
            assert_eq!(history.operations.len(), 1_500);
            let found = check(&history.operations, &history.log);
            assert!(found.is_empty(), "seed {seed}: {:?}", found.first());
        }
    }

    #[test]
    fn given_a_planted_bug_then_its_rule_sees_it_whatever_the_seed() {
        for (fault, what, rule) in FAULTS {
            for seed in 0..2 {
                let history = simulate(seed, 4_000, Some(*fault));
                let found = check(&history.operations, &history.log);
                let rules: BTreeSet<Rule> = found.iter().map(|violation| violation.rule).collect();
                assert!(
                    rules.contains(rule),
                    "a log that {what}, seed {seed}: {rule:?} is not in {rules:?}"
                );
            }
        }
    }

    /// A rule that no bug breaks could be left out, and nobody would notice.
    #[test]
    fn every_rule_is_broken_by_a_planted_bug() {
        let broken: BTreeSet<Rule> = FAULTS.iter().map(|(_, _, rule)| *rule).collect();
        assert_eq!(broken.len(), 19, "{broken:?}");
        assert!(FAULTS.len() >= 12);
    }

    #[test]
    fn given_the_same_seed_then_the_same_programs_run() {
        assert_eq!(simulate(7, 2_000, None), simulate(7, 2_000, None));
        assert_ne!(simulate(7, 2_000, None), simulate(8, 2_000, None));
    }

    #[test]
    fn a_program_does_everything_that_is_to_be_tried() {
        let history = simulate(3, 4_000, None);
        let count = |is: fn(&Operation) -> bool| history.operations.iter().filter(|one| is(one)).count();
        assert!(count(|one| matches!(one.answer, Answer::Appended { .. })) > 400);
        assert!(count(|one| matches!(one.answer, Answer::Conflict { .. })) > 400);
        assert!(count(|one| matches!(one.answer, Answer::Replayed { .. })) > 20);
        assert!(count(|one| matches!(one.answer, Answer::KeyReused)) > 10);
        assert!(count(|one| matches!(one.answer, Answer::Unknown)) > 20);
        assert!(count(|one| matches!(one.answer, Answer::Read(_))) > 1_000);
        let many = |one: &Operation| matches!(&one.ask, Ask::Append { parts, .. } if parts.len() > 1);
        assert!(count(many) > 100);
    }
}
