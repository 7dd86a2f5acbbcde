//! The tables, as Markdown.

use crate::big::{ASKED, Size};
use crate::contender::name;
use crate::findings::Findings;
use crate::plan::{Case, Pace};
use crate::results::Results;
use bench_load::Measured;
use std::fmt::Write as _;

/// Where and how it was measured.
pub struct Setting {
    /// What was given on the command line.
    pub command: Vec<String>,
    /// Day and time.
    pub when: String,
    /// Cores, memory, kernel.
    pub machine: String,
    /// Version and settings of PostgreSQL.
    pub server: String,
    /// What the peers say they are.
    pub versions: Vec<String>,
    /// The machine's load before and after.
    pub load: [String; 2],
    /// Rounds and their length.
    pub pace: Pace,
}

/// What was asked for, without where things are on this machine: others repeat the measurement, not the paths.
pub fn portable(asked: impl Iterator<Item = String>) -> Vec<String> {
    const PLACES: [&str; 2] = ["--program", "--directory"];
    let mut kept = Vec::new();
    let mut place_follows = false;
    for word in asked {
        let of_a_place = PLACES.iter().any(|place| {
            let rest = word.strip_prefix(place);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        });
        if !of_a_place && !place_follows {
            kept.push(word);
            continue;
        }
        place_follows = of_a_place && !word.contains('=');
    }
    kept
}

/// The whole report.
pub fn whole(setting: &Setting, results: &Results, findings: &Findings, systems: &[&'static str]) -> String {
    let mut text = String::from("# Measured beside each other\n\n");
    let given: String = setting.command.iter().map(|word| format!(" {word}")).collect();
    let given = if given.is_empty() {
        given
    } else {
        format!(" --{given}")
    };
    let _ = writeln!(
        text,
        "`cargo run --release -p bench{given}`, {}.\n\n{}. {}.\nLoad of the machine before and after (1, 5, 15 \
         minutes): {} and {}.\nPeers: {}.\n\n{} rounds of {} s for each system in each case, in turn, {} s before \
         each left out. A cell holds the median\nrate, **the ratio to the raw limit** (median of the ratios within \
         each round), and p50 / p99 of one operation.\n\n## Aims\n\n{}",
        setting.when,
        setting.machine,
        setting.server,
        setting.load[0],
        setting.load[1],
        if setting.versions.is_empty() {
            "none".into()
        } else {
            setting.versions.join(", ")
        },
        setting.pace.rounds,
        setting.pace.seconds,
        setting.pace.warm_up,
        crate::aims::table(results, findings),
    );
    let _ = writeln!(text, "## Comparison");
    comparison(&mut text, results, systems);
    let _ = writeln!(text, "\n## This log alone\n\n{}", alone(findings));
    if !results.failures().is_empty() {
        let _ = writeln!(text, "## Failed\n");
        for (system, why) in results.failures() {
            let _ = writeln!(text, "- {system}: {why}");
        }
    }
    let _ = write!(text, "\n{MEANING}");
    text
}

/// What a reader must know to read the figures rightly.
const MEANING: &str = include_str!("meaning.md");

/// Appending, reading and replay, a row for each system; and this log to each of the others.
fn comparison(text: &mut String, results: &Results, systems: &[&'static str]) {
    for events in [1, 10] {
        let clients: &[usize] = if events == 1 {
            &[1, 8, 32, 256]
        } else {
            &[1, 8, 32]
        };
        let title = if events == 1 {
            "One event a commit"
        } else {
            "Ten events a commit"
        };
        let cases: Vec<_> = clients
            .iter()
            .map(|clients| Case::append(*clients, events))
            .collect();
        table(
            text,
            &format!("{title}: events a second"),
            &cases,
            systems,
            |case, system| cell(results, case, system),
        );
    }
    let cases: Vec<_> = [1, 8, 32]
        .into_iter()
        .map(|clients| Case::append(clients, 1))
        .collect();
    table(
        text,
        "Processor time an event, one event a commit, µs: clients + service + PostgreSQL",
        &cases,
        systems,
        |case, system| {
            let spent = results.spent(case, system);
            spent.map_or_else(
                || "–".into(),
                |each| format!("{:.0} + {:.0} + {:.0}", each.here, each.programs, each.postgres),
            )
        },
    );
    let others: Vec<_> = systems
        .iter()
        .copied()
        .filter(|system| *system != name::THIS)
        .collect();
    table(
        text,
        "This log, bare, to each other system, one event a commit",
        &cases,
        &others,
        |case, system| {
            let ratio = results.ratio(case, name::THIS, system);
            ratio.map_or_else(|| "–".into(), |ratio| format!("{ratio:.2}"))
        },
    );
    for (title, cases) in [
        (
            "Reading a stream of 50 events: streams a second",
            vec![Case::read(1), Case::read(8)],
        ),
        (
            "Replaying 60,000 events, decoded, in the store's own order: events a second",
            vec![Case::replay()],
        ),
    ] {
        table(text, title, &cases, systems, |case, system| {
            cell(results, case, system)
        });
    }
}

/// A line for each finding.
fn alone(findings: &Findings) -> String {
    let mut text = String::new();
    let mut line = |what: &str, told: Result<String, &String>| {
        let _ = match told {
            Ok(told) => writeln!(text, "- {what}: {told}"),
            Err(why) => writeln!(text, "- {what}: not measured: {why}"),
        };
    };
    let times = |it: &Measured| {
        format!(
            "p50 {:.2} ms, p99 {:.2} ms",
            it.p50_us as f64 / 1e3,
            it.p99_us as f64 / 1e3
        )
    };
    for (what, visible) in [
        ("this log", &findings.visible),
        (name::SEQUENCED, &findings.visible_sequenced),
    ] {
        let told = visible
            .as_ref()
            .map(|it| format!("{}, at {} events a second", times(it), thousands(it.rate)));
        line(
            &format!("from asking to append until a reader has it in order, 32 clients, {what}"),
            told,
        );
    }
    let half = findings.half_peak.as_ref();
    line(
        "whole commands over HTTP, arriving at half the peak rate",
        half.map(|(rate, it)| format!("{} a second, {}", thousands(*rate), times(it))),
    );
    let pathway = findings.pathway.as_ref();
    line(
        "a pathway from 100 events over HTTP, 8 clients",
        pathway.map(|it| format!("{} a second, {}", thousands(it.rate), times(it))),
    );
    let replayed = findings.replay.as_ref().map(|it| {
        let (ours, copy) = (thousands(it.ours), thousands(it.copy));
        format!(
            "{} events: {ours} a second, COPY {copy}: {:.2}",
            thousands(it.events as f64),
            it.ratio
        )
    });
    line(
        "replay of the coded facts, against `COPY` of the same rows thrown away",
        replayed,
    );
    let rate = |rate: &f64| format!("{} events a second", thousands(*rate));
    line("making a synthetic county", findings.simulated.as_ref().map(rate));
    line(
        "rebuild of its projections, without comparing",
        findings.rebuild.as_ref().map(rate),
    );
    let big = findings.big.as_ref().map(|sizes| {
        let size = |size: &Size| {
            let p99 = size.p99_ms.map(|p99| format!("{p99:.2}")).join(" / ");
            format!(
                "{} events {p99} ms (simulated at {} a second)",
                thousands(size.events as f64),
                thousands(size.simulated)
            )
        };
        format!(
            "p99 of {}: {}; {}",
            ASKED.join(" / "),
            size(&sizes[0]),
            size(&sizes[1])
        )
    });
    line("a small and a large database, 8 clients", big);
    text
}

fn table(
    text: &mut String,
    title: &str,
    cases: &[Case],
    systems: &[&'static str],
    cell: impl Fn(Case, &str) -> String,
) {
    let _ = write!(text, "\n### {title}\n\n|");
    for case in cases {
        let plural = if case.clients == 1 { "client" } else { "clients" };
        let _ = write!(text, " | {} {plural}", case.clients);
    }
    let _ = writeln!(text, " |\n|---{}|", "|---".repeat(cases.len()));
    for system in systems {
        let _ = write!(text, "| {system}");
        for case in cases {
            let _ = write!(text, " | {}", cell(*case, system));
        }
        let _ = writeln!(text, " |");
    }
}

/// Rate, ratio to the raw limit, p50 / p99.
fn cell(results: &Results, case: Case, system: &str) -> String {
    let Some(figures) = results.figures(case, system) else {
        return "–".into();
    };
    let mut cell = thousands(figures.rate);
    if let Some(ratio) = results
        .ratio(case, system, name::RAW)
        .filter(|_| system != name::RAW)
    {
        let _ = write!(cell, " (**{ratio:.2}**)");
    }
    if figures.p99_ms > 0.0 {
        let _ = write!(cell, " {:.2} / {:.2} ms", figures.p50_ms, figures.p99_ms);
    }
    if figures.refused >= 0.005 {
        let _ = write!(cell, ", {:.0} % refused", figures.refused * 100.0);
    }
    if figures.failed > 0 {
        let _ = write!(cell, ", {} failed", figures.failed);
    }
    cell
}

/// 12,345 for 12345.2.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_rate_ratio_and_times_and_hides_no_refusals() {
        let (case, mut results) = (Case::append(8, 1), Results::default());
        for (system, rate, refused) in [(name::RAW, 20_000.0, 0), (name::THIS, 12_345.0, 50)] {
            let measured = Measured {
                rate,
                p50_us: 1_234,
                p99_us: 5_678,
                operations: 100,
                refused,
                failed: refused / 10,
            };
            results.add(case, system, 0, measured);
        }
        assert_eq!(cell(&results, case, name::RAW), "20,000 1.23 / 5.68 ms");
        assert_eq!(
            cell(&results, case, name::THIS),
            "12,345 (**0.62**) 1.23 / 5.68 ms, 50 % refused, 5 failed"
        );
        assert_eq!(cell(&results, Case::append(32, 1), name::THIS), "–");
    }

    #[test]
    fn the_command_is_told_without_places_of_this_machine() {
        let asked = "--big --program /some/where --record --directory=/else/where --quick";
        let told = portable(asked.split(' ').map(str::to_owned));
        assert_eq!(told.join(" "), "--big --record --quick");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(thousands(7.0), "7");
        assert_eq!(thousands(123_456.7), "123,457");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }
}
