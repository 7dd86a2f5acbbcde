//! The tables, as Markdown.

use crate::contender::name;
use crate::plan::Case;
use crate::results::Results;
use std::fmt::Write as _;

/// Appending, reading and replay, a row for each system.
pub fn comparison(results: &Results, systems: &[&'static str]) -> String {
    let mut text = String::new();
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
            &mut text,
            &format!("{title}: events a second"),
            &cases,
            results,
            systems,
        );
    }
    table(
        &mut text,
        "Reading a stream of 50 events: streams a second",
        &[Case::read(1), Case::read(8)],
        results,
        systems,
    );
    table(
        &mut text,
        "Replaying 60,000 events, decoded, in the store's own order: events a second",
        &[Case::replay()],
        results,
        systems,
    );
    text
}

fn table(text: &mut String, title: &str, cases: &[Case], results: &Results, systems: &[&'static str]) {
    let _ = write!(text, "\n### {title}\n\n|");
    for case in cases {
        let plural = if case.clients == 1 { "client" } else { "clients" };
        let _ = write!(text, " | {} {plural}", case.clients);
    }
    let _ = writeln!(text, " |\n|---{}|", "|---".repeat(cases.len()));
    for system in systems {
        let _ = write!(text, "| {system}");
        for case in cases {
            let _ = write!(text, " | {}", cell(results, *case, system));
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
    use bench_load::Measured;

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
            };
            results.add(case, system, 0, measured);
        }
        assert_eq!(cell(&results, case, name::RAW), "20,000 1.23 / 5.68 ms");
        assert_eq!(
            cell(&results, case, name::THIS),
            "12,345 (**0.62**) 1.23 / 5.68 ms, 50 % refused"
        );
        assert_eq!(cell(&results, Case::append(32, 1), name::THIS), "–");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(thousands(7.0), "7");
        assert_eq!(thousands(123_456.7), "123,457");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }
}
