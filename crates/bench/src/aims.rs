//! The aims, and whether they were reached. One that was not measured says so.

use crate::big::ASKED;
use crate::contender::name;
use crate::findings::{Findings, Found};
use crate::plan::Case;
use crate::results::Results;
use std::fmt::Write as _;

/// Peers that give events one order across streams.
const ORDERED: [&str; 4] = ["message-db", "disintegrate-postgres", "UmaDB", "Emmett"];
/// Every peer.
const PEERS: [&str; 5] = [
    "message-db",
    "disintegrate-postgres",
    "UmaDB",
    "Emmett",
    "postgres-es",
];

/// How many events the large database must have for the aims about it.
const LARGE: u64 = 10_000_000;

/// A bound.
#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    Under(f64),
}

/// An aim with what was measured.
struct Aim {
    what: String,
    bound: Bound,
    unit: &'static str,
    measured: Found<f64>,
}

impl Aim {
    fn row(&self) -> String {
        let (sign, limit, reached) = match (self.bound, &self.measured) {
            (Bound::AtLeast(limit), measured) => {
                ("at least", limit, measured.as_ref().map(|it| *it >= limit))
            }
            (Bound::Under(limit), measured) => ("under", limit, measured.as_ref().map(|it| *it < limit)),
        };
        let measured = match &self.measured {
            Ok(value) => format!("{}{}", number(*value), self.unit),
            Err(why) => format!("not measured: {}", why.replace('|', "/")),
        };
        let reached = match reached {
            Ok(true) => "reached",
            Ok(false) => "**not reached**",
            Err(_) => "–",
        };
        format!(
            "| {} | {sign} {}{} | {measured} | {reached} |",
            self.what,
            number(limit),
            self.unit
        )
    }
}

/// As a table.
pub fn table(results: &Results, findings: &Findings) -> String {
    let mut text = "| | Aim | Measured | |\n|---|---|---|---|\n".to_owned();
    for aim in aims(results, findings) {
        let _ = writeln!(text, "{}", aim.row());
    }
    text
}

fn aims(results: &Results, findings: &Findings) -> Vec<Aim> {
    let ratio = |case: Case, system: &str, to: &str| {
        results
            .ratio(case, system, to)
            .ok_or_else(|| "no round of both".to_owned())
    };
    let mut aims = Vec::new();
    let mut add = |what: String, bound: Bound, unit: &'static str, measured: Found<f64>| {
        aims.push(Aim {
            what,
            bound,
            unit,
            measured,
        });
    };
    for (clients, least) in [(1, 0.5), (8, 0.5), (32, 1.2), (256, 2.0)] {
        let measured = ratio(Case::append(clients, 1), name::THIS, name::RAW);
        add(
            format!("bare append to the raw limit, clients: {clients}"),
            Bound::AtLeast(least),
            "",
            measured,
        );
    }
    for (clients, peers) in [(8, &ORDERED[..]), (32, &PEERS[..])] {
        for peer in peers {
            let measured = ratio(Case::append(clients, 1), name::THIS, peer);
            add(
                format!("bare append to {peer}, {clients} clients"),
                Bound::AtLeast(1.0),
                "",
                measured,
            );
        }
    }
    let ms = |micros: u64| micros as f64 / 1e3;
    let visible = findings.visible.clone().map(|it| ms(it.p99_us));
    add(
        "an event is readable in order after, p99, 32 clients".into(),
        Bound::Under(100.0),
        " ms",
        visible,
    );
    for clients in [8, 32] {
        let measured = ratio(Case::append(clients, 1), name::COMMAND, name::RAW);
        add(
            format!("whole command over HTTP to the raw limit, {clients} clients"),
            Bound::AtLeast(0.35),
            "",
            measured,
        );
    }
    let half = findings.half_peak.clone().map(|(_, it)| ms(it.p99_us));
    add(
        "whole command at half its peak, p99".into(),
        Bound::Under(25.0),
        " ms",
        half,
    );
    let pathway = findings.pathway.clone().map(|it| ms(it.p99_us));
    add(
        "a pathway from 100 events over HTTP, p99, 8 clients".into(),
        Bound::Under(5.0),
        " ms",
        pathway,
    );
    let replay = findings.replay.clone().map(|it| it.ratio);
    add(
        "replay to a bare COPY of the same rows".into(),
        Bound::AtLeast(0.6),
        "",
        replay,
    );
    add(
        "rebuild of all projections, events a second".into(),
        Bound::AtLeast(60_000.0),
        "",
        findings.rebuild.clone(),
    );
    for (at, asked) in ASKED.iter().enumerate() {
        let times = match &findings.big {
            Ok([_, large]) if large.events < LARGE => Err(format!("asked with {} events only", large.events)),
            Ok([small, large]) => Ok(large.p99_ms[at] / small.p99_ms[at]),
            Err(why) => Err(why.clone()),
        };
        let what = format!("{asked}, p99 on 10 million events to that on 100,000");
        add(what, Bound::Under(1.5), " times", times);
    }
    let simulated = findings.simulated.clone();
    add(
        "simulate, events a second".into(),
        Bound::AtLeast(50_000.0),
        "",
        simulated,
    );
    aims
}

/// Two decimals for small numbers, none and separators for large ones.
fn number(value: f64) -> String {
    if value.abs() < 1_000.0 {
        format!("{value:.2}")
    } else {
        crate::report::thousands(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bound: Bound, measured: Found<f64>) -> String {
        let aim = Aim {
            what: "a thing".into(),
            bound,
            unit: " ms",
            measured,
        };
        aim.row()
    }

    #[test]
    fn an_aim_is_reached_or_not_or_not_measured() {
        assert!(row(Bound::AtLeast(0.5), Ok(0.5)).ends_with("| 0.50 ms | reached |"));
        assert!(row(Bound::AtLeast(0.5), Ok(0.49)).ends_with("| **not reached** |"));
        assert!(row(Bound::Under(25.0), Ok(24.9)).ends_with("| reached |"));
        assert!(row(Bound::Under(25.0), Ok(25.0)).ends_with("| **not reached** |"));
        assert!(row(Bound::Under(25.0), Ok(f64::NAN)).ends_with("| **not reached** |"));
        assert!(
            row(Bound::Under(25.0), Err("no protoc".into())).ends_with("| not measured: no protoc | – |")
        );
    }
}
